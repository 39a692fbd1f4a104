// The reports that pytest's options ask for, as pytest-cov writes them.
#pragma once

#include <covey/cli/report_outputs.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/launch/pytest_options.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

// Writes them. Returns what is to be shown of them: the table, and where the others went. Fails as the first of them
// does that fails.
base::Result<std::string> write_pytest_reports(const launch::PytestOptions& options, const OutputRequest& common);

// What shows contexts, or arcs in words, of the options' reports.
void prepare_for_pytest_reports(const launch::PytestOptions& options, ReportingOptions& reporting);

// Whether a total suffices.
struct PytestVerdict {
  std::string
      sentence;         // "Required test coverage of 80% reached. Total coverage: 84.21%"; empty where none is required
  std::string failure;  // why the run fails; empty where it does not
};

// The total that is required: that of the options, else that of the configuration; 0 or less for none.
double fail_under_of(const launch::PytestOptions& options, double configured);

// By fail_under_of. Fails where that is no percentage.
base::Result<PytestVerdict> judge_for_pytest(double total, const launch::PytestOptions& options, double configured,
                                             int precision);

}  // namespace covey::cli
