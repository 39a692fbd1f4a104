#include <algorithm>
#include <atomic>
#include <covey/base/parallel.hpp>
#include <system_error>
#include <thread>
#include <vector>

namespace covey::base {

int default_jobs() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, k_most_jobs); }

std::size_t thread_count(std::size_t n, int jobs) {
  const auto most = static_cast<std::size_t>(std::clamp(jobs, 1, k_most_jobs));
  return std::clamp<std::size_t>(n, 1, most);
}

void for_each_index(std::size_t n, int jobs, const std::function<void(std::size_t, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  auto take = [&](std::size_t thread) {
    for (auto index = next++; index < n; index = next++) work(index, thread);
  };
  std::vector<std::jthread> others;
  try {
    for (std::size_t thread = 1; thread < thread_count(n, jobs); ++thread) others.emplace_back(take, thread);
  } catch (const std::system_error&) {  // a limit on processes or memory: those that there are do it all
  }
  take(0);
}

}  // namespace covey::base
