#include <covey/base/path.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/cli/reported_names.hpp>
#include <covey/model/combine.hpp>
#include <map>

namespace covey::cli {

namespace {

base::Result<void> map_names(model::Measurement& measurement, const ReportedNames& names) {
  if (names.places.empty()) return {};
  auto aliases = base::PathAliases::of_places(names.places, {names.cwd, names.relative_files});
  if (!aliases) return tl::unexpected(aliases.error());
  model::Combination mapped("", [&](const std::string& path) { return aliases->map(path, base::source_exists); });
  if (auto added = mapped.add("", std::move(measurement)); !added) return added;
  measurement = mapped.take();
  return {};
}

}  // namespace

std::string reported_path(const std::string& name, const ReportedNames& names) {
  return names.relative_files ? name : base::canonical(name, names.cwd);
}

std::string measured_name(const std::string& path, const ReportedNames& names) {
  return names.relative_files ? base::relative_to(path, names.cwd) : path;
}

base::Result<void> name_for_report(model::Measurement& measurement, const ReportedNames& names) {
  if (auto mapped = map_names(measurement, names); !mapped) return mapped;
  std::map<std::string, model::MeasuredFile> files;
  for (auto& [name, file] : measurement.files) {
    const auto path = reported_path(name, names);
    const auto found = measured_name(path, names);
    if (found == name || !names.is_coverage_file)
      files[found] |= file;
    else
      files[path].python = std::max(files[path].python, file.python);
  }
  measurement.files = std::move(files);
  return {};
}

}  // namespace covey::cli
