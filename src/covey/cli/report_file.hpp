// What the commands share that write one file: json, xml and lcov.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/reporting.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace covey::cli {

struct ReportFileOptions {
  ReportingOptions reporting;
  std::optional<std::string> output;
  std::optional<double> fail_under;
  int precision = 0;  // decimals by which the total is judged
};

// Declares -o, of which the help says that `output` is the file otherwise, -q, --fail-under and the reporting options.
void declare_report_file_options(OptionParser& parser, ReportFileOptions& options, const std::string& output);

// configure_reporting(), and what the configuration says of the total. The output is each format's own.
std::optional<int> configure_report_file(const Invocation& invocation, ReportFileOptions& options);

// Writes the text to `path`, making the directories above it, or to standard output where that is "-". Unless `quiet`,
// says so on standard error as coverage.py does: "Wrote XML report to coverage.xml", with `kind` "XML report".
base::Result<void> write_report_file(const std::string& path, std::string_view text, const std::string& kind,
                                     bool quiet);

}  // namespace covey::cli
