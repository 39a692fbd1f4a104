#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/formats/lcov_writer.hpp>

namespace covey::cli {

int lcov_command(Arguments arguments) {
  ReportingOptions options;
  std::optional<std::string> output;
  bool quiet = false;
  OptionParser parser("lcov", "[options]", "Writes what was covered as an LCOV tracefile.");
  parser.text("-o", output, "FILE", "where to write; coverage.lcov otherwise, - for standard output");
  parser.flag("-q,--quiet", quiet, "do not say what was written");
  declare_reporting_options(parser, options);
  if (auto status = parser.parse(arguments)) return *status;

  auto reporting = prepare_report(options);
  if (!reporting) return print_error(reporting.error());
  const auto text = formats::write_lcov(reporting->files);
  auto written = write_report_file(output.value_or("coverage.lcov"), text, "LCOV report", quiet);
  if (!written) return print_error(written.error());
  return reporting->status;
}

}  // namespace covey::cli
