#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/sources.hpp>
#include <covey/formats/lcov_writer.hpp>

namespace covey::cli {

namespace {

std::optional<int> parse_options(const Invocation& invocation, ReportFileOptions& options) {
  OptionParser parser("lcov", "[options] [files]", "Writes what was covered as an LCOV tracefile.");
  declare_report_file_options(parser, options, "coverage.lcov");
  return parser.parse(invocation);
}

formats::LcovOptions writer_options(const Configuration& configuration) {
  formats::LcovOptions options;
  options.skip_empty = configuration.report.skip_empty;
  if (configuration.lcov.line_checksums)
    options.source_text = [](const model::FileReport& file) { return read_source(file.path, 0).text; };
  return options;
}

}  // namespace

int lcov_command(const Invocation& invocation) {
  ReportFileOptions options;
  const auto& configuration = options.reporting.configuration;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_report_file(invocation, options)) return *status;
  options.output = configuration.lcov.output;
  if (auto status = parse_options(invocation, options)) return *status;

  auto reporting = prepare_report(options.reporting, invocation);
  if (!reporting) return print_error(reporting.error());
  const auto text = formats::write_lcov(reporting->files, writer_options(configuration));
  auto written = write_report_file(options.output.value_or("coverage.lcov"), text, "LCOV report", options.reporting.quiet);
  if (!written) return print_error(written.error());
  return judge_total(*reporting, judged_total(reporting->files), options.fail_under, options.precision);
}

}  // namespace covey::cli
