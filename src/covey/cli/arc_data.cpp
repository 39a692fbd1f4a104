#include <algorithm>
#include <atomic>
#include <covey/cli/arc_data.hpp>
#include <covey/cli/sources.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/trails.hpp>
#include <optional>
#include <thread>

namespace covey::cli {

namespace {

struct Work {
  const std::string& path;
  model::MeasuredFile& file;
  std::optional<base::Error> unread;
};

void make_arcs_of(Work& work) {
  source::MultilineMap multiline;
  if (!work.file.trails.empty()) {  // else every arc is known already
    auto source = read_source(work.path, work.file.python);
    auto structure = source.error ? base::Result<source::Structure>() : source::parse(source.text);
    if (source.error) {
      work.unread = source.error;
    } else if (!structure) {
      work.unread = structure.error();
      work.unread->where = work.path;
    } else {
      multiline = std::move(structure->multiline);
    }
  }
  source::make_arcs(work.file, multiline);
}

}  // namespace

std::vector<base::Error> make_arcs(model::Measurement& measurement) {
  if (!measurement.has_branches()) return {};
  std::vector<Work> all;
  for (auto& [path, file] : measurement.files)
    if (!file.ran.empty() || !file.trails.empty()) all.push_back({path, file, std::nullopt});
  std::atomic<std::size_t> next = 0;
  auto work = [&] {
    for (auto i = next++; i < all.size(); i = next++) make_arcs_of(all[i]);
  };
  std::vector<std::thread> others;
  const auto n_threads = std::min<std::size_t>(std::thread::hardware_concurrency(), all.size());
  for (std::size_t i = 1; i < n_threads; ++i) others.emplace_back(work);
  work();
  for (auto& thread : others) thread.join();
  std::vector<base::Error> unread;
  for (auto& item : all)
    if (item.unread) unread.push_back(std::move(*item.unread));
  return unread;
}

}  // namespace covey::cli
