// Reports read back: what their files say of lines and branches, and what they cannot say.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/measurement.hpp>
#include <string>
#include <vector>

namespace covey::formats {

// In a BranchLine of a report that was read: a branch of which the report does not say where it leads.
inline constexpr int k_unknown_line = 0;
// One that leaves its function, class or module, of which the report does not say where that begins.
inline constexpr int k_unknown_exit = -1;

// A report as values. Unlike analysed files, these may have lines of one branch only, where another tool says so.
struct ReportData {
  std::vector<model::FileReport> files;  // by name, ascending, each once; regions have the lines that the report names
  bool has_branches = false;
  // What no file of the report's format can say is not there, and is not to be taken for "none":
  bool knows_destinations = true;  // else some branches lead to k_unknown_line or k_unknown_exit
  bool knows_excluded = false;     // else no line of a file is told to be excluded
  bool knows_functions = false;    // else files have no regions
  bool knows_classes = false;

  // Files of the same name are united: a line is a statement where either says so, and ran where it did in either.
  ReportData& operator|=(const ReportData& other);
};

// Where a report's names belong.
struct ReportPlace {
  std::string path;  // of the report, for messages
  std::string cwd;   // names below it become relative to it, as FileReport has them; relative ones belong there
};

// Unites b into a, as ReportData does.
void unite(model::FileCoverage& a, const model::FileCoverage& b);

// The name as FileReport has it of a file that a report calls `name`.
std::string shown_name(const std::string& name, const std::string& cwd);

// `file` added to the data, united with what is there of the same name.
void add_file(ReportData& data, model::FileReport file);
// Sorts what was added. To be called once all is there.
void finish(ReportData& data);

// What must have been measured for the report to say this: the lines that ran, and, where destinations are known,
// arcs: the branches that were taken and for each line that ran one to itself, as sys.monitoring has it. Where they
// are not known the branches are left out, and the measurement is one of lines.
model::Measurement measurement_of(const ReportData& data, const std::string& cwd);

}  // namespace covey::formats
