#include <covey/analysis/sources.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/formats/lcov_writer.hpp>

namespace covey::cli {

namespace {

std::optional<int> parse_options(const console::Invocation& invocation, ReportFileOptions& options) {
  console::OptionParser parser("lcov", "[options] [files]", "Writes what was covered as an LCOV tracefile.");
  declare_report_file_options(parser, options, "coverage.lcov");
  return parser.parse(invocation);
}

}  // namespace

base::Result<WrittenReport> write_lcov_output(const OutputRequest& request) {
  formats::LcovOptions options;
  options.skip_empty = request.configuration.report.skip_empty;
  if (request.configuration.lcov.line_checksums)
    options.source_text = [](const model::FileReport& file) { return analysis::read_source(file.path, 0).text; };
  return write_report_file(request.destination, formats::write_lcov(request.files, options), "LCOV report");
}

int lcov_command(const console::Invocation& invocation) {
  ReportFileOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_report_file(invocation, options)) return *status;
  options.reporting.contexts.clear();  // [report] contexts is for the reports that have --contexts
  options.output = options.reporting.configuration.lcov.output;
  if (auto status = parse_options(invocation, options)) return *status;
  return write_one_report(invocation, options, write_lcov_output, judged_total);
}

}  // namespace covey::cli
