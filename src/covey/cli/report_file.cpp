#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/console/messages.hpp>
#include <cstdio>

namespace covey::cli {

void declare_report_file_options(console::OptionParser& parser, ReportFileOptions& options, const std::string& output) {
  parser.text("-o", options.output, "FILE", "where to write; " + output + " otherwise, - for standard output");
  parser.flag("-q,--quiet", options.reporting.quiet, "do not say what was written");
  declare_fail_under(parser, options.fail_under);
  declare_reporting_options(parser, options.reporting);
}

std::optional<int> configure_report_file(const console::Invocation& invocation, ReportFileOptions& options) {
  if (auto status = configure_reporting(invocation, options.reporting)) return status;
  const auto& report = options.reporting.configuration.report;
  auto precision = checked_precision(report.precision);
  if (!precision) return console::print_error(precision.error());
  options.precision = *precision;
  options.reporting.may_be_empty = true;
  options.fail_under = report.fail_under;
  return std::nullopt;
}

base::Result<WrittenReport> write_report_file(const std::string& path, std::string text, const std::string& kind) {
  if (path == "-") return WrittenReport{std::move(text), ""};
  const std::string_view part = text;
  return write_report_file(path, std::span(&part, 1), kind);
}

base::Result<WrittenReport> write_report_file(const std::string& path, std::span<const std::string_view> parts,
                                              const std::string& kind) {
  WrittenReport report;
  if (path == "-") {
    for (const auto part : parts) report.text += part;
    return report;
  }
  if (auto made = base::make_directories(std::string(base::dirname(path))); !made) return tl::unexpected(made.error());
  if (auto written = base::write_file_atomic(path, parts); !written) return tl::unexpected(written.error());
  if (!kind.empty()) report.note = "Wrote " + kind + " to " + base::harmless(path);
  return report;
}

base::Result<void> announce(const WrittenReport& report, bool quiet) {
  if (!quiet && !report.note.empty()) std::fprintf(stderr, "%s\n", report.note.c_str());  // harmless already
  return report.text.empty() ? base::Result<void>() : console::print_report(report.text);
}

}  // namespace covey::cli
