#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/report/terminal.hpp>

namespace covey::cli {

namespace {

struct ReportOptions {
  ReportingOptions reporting;
  report::TextOptions text;
  std::optional<std::string> sort;
  std::optional<double> precision;
  std::optional<double> fail_under;
};

std::optional<int> parse_options(Arguments arguments, ReportOptions& options) {
  OptionParser parser("report", "[options]", "Prints what was covered, file by file.");
  parser.flag("-m,--show-missing", options.text.show_missing, "show the line numbers of statements that did not run");
  parser.flag("--skip-covered", options.text.skip_covered, "leave out files that are covered whole");
  parser.flag("--skip-empty", options.text.skip_empty, "leave out files without statements");
  parser.text("--sort", options.sort, "COLUMN", "name, stmts, miss or cover, with - before it for the other way round");
  parser.number("--precision", options.precision, "N", "decimals of percentages");
  declare_fail_under(parser, options.fail_under);
  declare_reporting_options(parser, options.reporting);
  return parser.parse(arguments);
}

// The options as the configuration has them.
std::optional<int> configure_report(ReportOptions& options) {
  if (auto status = configure_reporting(options.reporting)) return status;
  const auto& report = options.reporting.configuration.report;
  options.text.show_missing = report.show_missing;
  options.text.skip_covered = report.skip_covered;
  options.text.skip_empty = report.skip_empty;
  options.sort = report.sort;
  options.precision = report.precision;
  options.fail_under = report.fail_under;
  return std::nullopt;
}

}  // namespace

int report_command(Arguments arguments) {
  ReportOptions options;
  if (auto status = parse_options(arguments, options)) return *status;
  if (auto status = configure_report(options)) return *status;
  if (auto status = parse_options(arguments, options)) return *status;
  auto order = report::parse_sort_order(options.sort.value_or("name"));
  if (!order) return print_error(order.error());
  options.text.sort = *order;
  auto precision = checked_precision(options.precision.value_or(0));
  if (!precision) return print_error(precision.error());
  options.text.precision = *precision;

  auto reporting = prepare_report(options.reporting);
  if (!reporting) return print_error(reporting.error());
  if (auto printed = print_report(report::text_table(reporting->files, options.text)); !printed)
    return print_error(printed.error());
  return judge_total(*reporting, 100, options.fail_under, options.text.precision);
}

}  // namespace covey::cli
