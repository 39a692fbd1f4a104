#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/report/markdown.hpp>
#include <covey/report/terminal.hpp>

namespace covey::cli {

namespace {

struct ReportOptions {
  ReportingOptions reporting;
  report::TableOptions table;
  std::optional<std::string> format;
  std::optional<std::string> sort;
  std::optional<double> precision;
  std::optional<double> fail_under;
};

std::optional<int> parse_options(const Invocation& invocation, ReportOptions& options) {
  OptionParser parser("report", "[options] [files]", "Prints what was covered, file by file.");
  parser.text("--format", options.format, "FORMAT", "text, markdown or total, which is the percentage alone");
  parser.flag("-m,--show-missing", options.table.show_missing, "show the lines and branches that did not run");
  parser.flag("--skip-covered", options.table.skip_covered, "leave out files that are covered whole");
  parser.unset("--no-skip-covered", options.table.skip_covered, "leave none out for being covered");
  parser.flag("--skip-empty", options.table.skip_empty, "leave out files without statements");
  parser.text("--sort", options.sort, "COLUMN",
              "name, stmts, miss, branch, brpart or cover, with - before it for the other way round");
  parser.number("--precision", options.precision, "N", "decimals of percentages");
  declare_fail_under(parser, options.fail_under);
  declare_contexts(parser, options.reporting);
  declare_reporting_options(parser, options.reporting);
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_report(const Invocation& invocation, ReportOptions& options) {
  if (auto status = configure_reporting(invocation, options.reporting)) return status;
  const auto& report = options.reporting.configuration.report;
  options.table.show_missing = report.show_missing;
  options.table.skip_covered = report.skip_covered;
  options.table.skip_empty = report.skip_empty;
  options.format = report.format;
  options.sort = report.sort;
  options.precision = report.precision;
  options.fail_under = report.fail_under;
  return std::nullopt;
}

// What is only known to be wrong once configuration and command line have both been heard.
base::Result<void> check(ReportOptions& options) {
  if (!options.format || options.format->empty()) options.format = "text";
  if (options.format != "text" && options.format != "markdown" && options.format != "total")
    return base::fail(base::ErrorKind::usage, "", "Unknown report format choice: '" + *options.format + "'");
  auto precision = checked_precision(options.precision.value_or(0));
  if (!precision) return tl::unexpected(precision.error());
  options.table.precision = *precision;
  return {};
}

base::Result<std::string> report_text(const std::vector<model::FileReport>& files, const ReportOptions& options) {
  if (options.format == "total") return report::total_line(files, options.table.precision);
  auto order = report::parse_sort_order(options.sort.value_or(""), has_branches(files));
  if (!order) return tl::unexpected(order.error());
  auto table_options = options.table;
  table_options.sort = *order;
  const auto table = report::make_table(files, table_options);
  return options.format == "markdown" ? report::markdown_table(table) : report::text_table(table);
}

}  // namespace

int report_command(const Invocation& invocation) {
  ReportOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_report(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto checked = check(options); !checked) return print_error(checked.error());

  auto reporting = prepare_report(options.reporting, invocation);
  if (!reporting) return print_error(reporting.error());
  auto text = report_text(reporting->files, options);
  if (!text) return print_error(text.error());
  if (auto printed = print_report(*text); !printed) return print_error(printed.error());
  return judge_total(*reporting, total_of(reporting->files).percent(), options.fail_under, options.table.precision);
}

}  // namespace covey::cli
