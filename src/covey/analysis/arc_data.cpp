#include <covey/analysis/arc_data.hpp>
#include <covey/analysis/sources.hpp>
#include <covey/base/parallel.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/trails.hpp>
#include <optional>

namespace covey::analysis {

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

std::vector<base::Error> make_arcs(model::Measurement& measurement, int jobs) {
  if (!measurement.has_branches()) return {};
  std::vector<Work> all;
  for (auto& [path, file] : measurement.files)
    if (!file.ran.empty() || !file.trails.empty()) all.push_back({path, file, std::nullopt});
  base::for_each_index(all.size(), jobs, [&](auto i, auto) { make_arcs_of(all[i]); });
  std::vector<base::Error> unread;
  for (auto& item : all)
    if (item.unread) unread.push_back(std::move(*item.unread));
  return unread;
}

}  // namespace covey::analysis
