#include <doctest/doctest.h>
#include <atomic>
#include <covey/base/parallel.hpp>
#include <vector>

using namespace covey;

TEST_CASE("each thing is worked on once, whatever the number of threads") {
  for (const std::size_t n : {0, 1, 2, 7, 1000})
    for (const int jobs : {-1, 1, 2, 16}) {
      CAPTURE(n);
      CAPTURE(jobs);
      std::vector<std::atomic<int>> times(n);
      std::atomic<bool> thread_in_range{true};
      base::for_each_index(n, jobs, [&](auto index, auto thread) {
        ++times[index];
        if (thread >= base::thread_count(n, jobs)) thread_in_range = false;
      });
      CHECK(thread_in_range);
      for (const auto& count : times) CHECK(count == 1);
    }
}

TEST_CASE("threads are as many as are asked for, but no more than there is to do") {
  struct Row {
    std::size_t n;
    int jobs;
    std::size_t threads;
  };
  for (const auto& row :
       {Row{0, 4, 1}, {1, 4, 1}, {3, 4, 3}, {9, 4, 4}, {9, 0, 1}, {100'000, 100'000, base::k_most_jobs}})
    CHECK(base::thread_count(row.n, row.jobs) == row.threads);
  CHECK(base::default_jobs() >= 1);
}
