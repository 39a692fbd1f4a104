#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/report/markdown.hpp>
#include <covey/report/terminal.hpp>

namespace covey::cli {

namespace {

constexpr int k_most_decimals = 100;

struct ReportOptions {
  ReportingOptions reporting;
  report::TableOptions table;
  std::string format = "text";
  std::string sort;
  std::optional<double> fail_under;
};

std::optional<int> parse_options(Arguments arguments, ReportOptions& options) {
  std::optional<std::string> format, sort;
  std::optional<double> precision;
  OptionParser parser("report", "[options] [files]", "Prints what was covered, file by file.");
  parser.text("--format", format, "FORMAT", "text, markdown or total, which is the percentage alone");
  parser.flag("-m,--show-missing", options.table.show_missing, "show the lines and branches that did not run");
  parser.flag("--skip-covered", options.table.skip_covered, "leave out files that are covered whole");
  parser.unset("--no-skip-covered", options.table.skip_covered, "leave none out for being covered");
  parser.flag("--skip-empty", options.table.skip_empty, "leave out files without statements");
  parser.text("--sort", sort, "COLUMN",
              "name, stmts, miss, branch, brpart or cover, with - before it for the other way round");
  parser.number("--precision", precision, "N", "decimals of percentages");
  declare_fail_under(parser, options.fail_under);
  declare_contexts(parser, options.reporting);
  declare_reporting_options(parser, options.reporting);
  if (auto status = parser.parse(arguments)) return status;

  if (format && !format->empty()) options.format = *format;
  options.sort = sort.value_or("");
  options.table.precision = static_cast<int>(precision.value_or(0));
  if (options.format != "text" && options.format != "markdown" && options.format != "total") {
    return print_error({base::ErrorKind::usage, "", "Unknown report format choice: '" + options.format + "'"});
  }
  if (options.table.precision < 0 || options.table.precision > k_most_decimals ||
      options.table.precision != precision.value_or(0))
    return print_error({base::ErrorKind::usage, "--precision", "must be a whole number from 0 to 100"});
  return std::nullopt;
}

base::Result<std::string> report_text(const std::vector<model::FileReport>& files, const ReportOptions& options) {
  if (options.format == "total") return report::total_line(files, options.table.precision);
  auto order = report::parse_sort_order(options.sort, has_branches(files));
  if (!order) return tl::unexpected(order.error());
  auto table_options = options.table;
  table_options.sort = *order;
  const auto table = report::make_table(files, table_options);
  return options.format == "markdown" ? report::markdown_table(table) : report::text_table(table);
}

}  // namespace

int report_command(Arguments arguments) {
  ReportOptions options;
  if (auto status = parse_options(arguments, options)) return *status;
  auto reporting = prepare_report(options.reporting);
  if (!reporting) return print_error(reporting.error());
  auto text = report_text(reporting->files, options);
  if (!text) return print_error(text.error());
  if (auto printed = print_report(*text); !printed) return print_error(printed.error());
  return judge_total(*reporting, total_of(reporting->files).percent(), options.fail_under, options.table.precision);
}

}  // namespace covey::cli
