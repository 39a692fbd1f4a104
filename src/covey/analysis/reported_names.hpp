// The names under which reports look for what was measured.
#pragma once

#include <covey/model/measurement.hpp>
#include <string>

namespace covey::analysis {

struct ReportedNames {
  std::string cwd;                // canonical
  bool relative_files = false;    // [run] relative_files: files are named as seen from `cwd`
  bool is_coverage_file = false;  // the names are coverage.py's, not our collector's, which are canonical
};

// The path by which a report knows a file that was named or measured as `name`: canonical, or, with relative files, as
// it is named.
std::string reported_path(const std::string& name, const ReportedNames& names);

// The name by which the data of a file with that path is found.
std::string measured_name(const std::string& path, const ReportedNames& names);

// Names the files as reports look for them, by reported_path(). A data file of coverage.py's whose names were written
// the other way (relative ones for a report without relative_files, or the reverse) has the files and nothing that ran
// in them, as it has for coverage.py.
void name_for_report(model::Measurement& measurement, const ReportedNames& names);

}  // namespace covey::analysis
