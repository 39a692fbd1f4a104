#include <algorithm>
#include <covey/analysis/reported_names.hpp>
#include <covey/base/path.hpp>
#include <map>

namespace covey::analysis {

std::string reported_path(const std::string& name, const ReportedNames& names) {
  return names.relative_files ? name : base::canonical(name, names.cwd);
}

std::string measured_name(const std::string& path, const ReportedNames& names) {
  return names.relative_files ? base::relative_to(path, names.cwd) : path;
}

void name_for_report(model::Measurement& measurement, const ReportedNames& names) {
  std::map<std::string, model::MeasuredFile> files;
  for (auto& [name, file] : measurement.files) {
    const auto path = reported_path(name, names);
    const auto found = measured_name(path, names);
    if (found == name || !names.is_coverage_file) {
      files[found] |= file;
    } else {
      auto& unmeasured = files[path];
      unmeasured.python = std::max(unmeasured.python, file.python);
    }
  }
  measurement.files = std::move(files);
}

}  // namespace covey::analysis
