// What the commands share that write one file: json, xml and lcov.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/reporting.hpp>
#include <optional>
#include <span>
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
void declare_report_file_options(console::OptionParser& parser, ReportFileOptions& options, const std::string& output);

// configure_reporting(), and what the configuration says of the total. The output is each format's own.
std::optional<int> configure_report_file(const console::Invocation& invocation, ReportFileOptions& options);

// A report that is written, but for what is left to do in the order of reports.
struct WrittenReport {
  std::string text;  // for standard output, where it goes there
  std::string note;  // for standard error: "Wrote XML report to coverage.xml", as coverage.py says
};

// Writes the text to `path`, making the directories above it; keeps it for standard output where that is "-". `kind` is
// "XML report" or the like; nothing is noted where it is empty.
base::Result<WrittenReport> write_report_file(const std::string& path, std::string text, const std::string& kind);

// The same of the text that these parts make up, one after the other.
base::Result<WrittenReport> write_report_file(const std::string& path, std::span<const std::string_view> parts,
                                              const std::string& kind);

// Prints what is left of it; unless `quiet`, the note as well.
base::Result<void> announce(const WrittenReport& report, bool quiet);

}  // namespace covey::cli
