#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/report/terminal.hpp>

namespace covey::cli {

int report_command(Arguments arguments) {
  ReportingOptions options;
  report::TextOptions text;
  std::optional<std::string> sort;
  std::optional<double> precision;
  OptionParser parser("report", "[options]", "Prints what was covered, file by file.");
  parser.flag("-m,--show-missing", text.show_missing, "show the line numbers of statements that did not run");
  parser.flag("--skip-covered", text.skip_covered, "leave out files that are covered whole");
  parser.flag("--skip-empty", text.skip_empty, "leave out files without statements");
  parser.text("--sort", sort, "COLUMN", "name, stmts, miss or cover, with - before it for the other way round");
  parser.number("--precision", precision, "N", "decimals of percentages");
  declare_reporting_options(parser, options);
  if (auto status = parser.parse(arguments)) return *status;
  auto order = report::parse_sort_order(sort.value_or("name"));
  if (!order) return print_error(order.error());
  text.sort = *order;
  text.precision = static_cast<int>(precision.value_or(0));
  if (text.precision < 0 || text.precision > 100 || text.precision != precision.value_or(0))
    return print_error({base::ErrorKind::usage, "--precision", "must be a whole number from 0 to 100"});

  auto reporting = prepare_report(options);
  if (!reporting) return print_error(reporting.error());
  if (auto printed = print_report(report::text_table(reporting->files, text)); !printed)
    return print_error(printed.error());
  return reporting->status;
}

}  // namespace covey::cli
