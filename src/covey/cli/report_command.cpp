#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/messages.hpp>
#include <covey/report/markdown.hpp>
#include <covey/report/terminal.hpp>

namespace covey::cli {

namespace {

struct ReportOptions {
  ReportingOptions reporting;
  std::vector<std::string> to;
  std::optional<double> precision;
  std::optional<double> fail_under;
};

std::optional<int> parse_options(const console::Invocation& invocation, ReportOptions& options) {
  auto& report = options.reporting.configuration.report;
  console::OptionParser parser("report", "[options] [files]", "Prints what was covered, file by file.");
  parser.text("--format", report.format, "FORMAT", "text, markdown or total, which is the percentage alone");
  parser.each(
      "--to", options.to, "FORMAT[:DEST]",
      "write this instead; can be given several times: text, markdown, total, json, xml, lcov, html, and where to");
  parser.own();
  parser.flag("-m,--show-missing", report.show_missing, "show the lines and branches that did not run");
  parser.flag("--skip-covered", report.skip_covered, "leave out files that are covered whole");
  parser.unset("--no-skip-covered", report.skip_covered, "leave none out for being covered");
  parser.flag("--skip-empty", report.skip_empty, "leave out files without statements");
  parser.text("--sort", report.sort, "COLUMN",
              "name, stmts, miss, branch, brpart or cover, with - before it for the other way round");
  parser.number("--precision", options.precision, "N", "decimals of percentages");
  declare_fail_under(parser, options.fail_under);
  declare_contexts(parser, options.reporting);
  declare_reporting_options(parser, options.reporting);
  options.to.clear();
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_report(const console::Invocation& invocation, ReportOptions& options) {
  if (auto status = configure_reporting(invocation, options.reporting)) return status;
  options.precision = options.reporting.configuration.report.precision;
  options.fail_under = options.reporting.configuration.report.fail_under;
  return std::nullopt;
}

std::string format_of(const config::Configuration& configuration) {
  const auto format = configuration.report.format.value_or("");
  return format.empty() ? "text" : format;
}

// The outputs asked for. Fails where one of them is none, which is only known once configuration and command line have
// both been heard.
base::Result<std::vector<Output>> outputs_of(const ReportOptions& options) {
  std::vector<Output> outputs;
  for (const auto& text : options.to) {
    auto output = parse_output(text);
    if (!output) return tl::unexpected(output.error());
    outputs.push_back(std::move(*output));
  }
  if (!outputs.empty()) return outputs;
  const auto format = format_of(options.reporting.configuration);
  if (format != "text" && format != "markdown" && format != "total")
    return base::fail(base::ErrorKind::usage, "", "Unknown report format choice: '" + format + "'");
  outputs.push_back({format, ""});
  return outputs;
}

base::Result<std::string> report_text(const OutputRequest& request) {
  const auto& report = request.configuration.report;
  const auto format = format_of(request.configuration);
  if (format == "total") return report::total_line(request.files, request.precision);
  auto order = report::parse_sort_order(report.sort.value_or(""), has_branches(request.files));
  if (!order) return tl::unexpected(order.error());
  report::TableOptions options;
  options.show_missing = report.show_missing;
  options.skip_covered = report.skip_covered;
  options.skip_empty = report.skip_empty;
  options.precision = request.precision;
  options.sort = *order;
  const auto table = report::make_table(request.files, options);
  return format == "markdown" ? report::markdown_table(table) : report::text_table(table);
}

}  // namespace

base::Result<WrittenReport> write_table_output(const OutputRequest& request) {
  auto text = report_text(request);
  if (!text) return tl::unexpected(text.error());
  return write_report_file(request.destination, std::move(*text), format_of(request.configuration) + " report");
}

int report_command(const console::Invocation& invocation) {
  ReportOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_report(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;
  auto outputs = outputs_of(options);
  if (!outputs) return console::print_error(outputs.error());
  auto precision = checked_precision(options.precision.value_or(0));
  if (!precision) return console::print_error(precision.error());

  const auto& configuration = options.reporting.configuration;
  options.reporting.show_contexts = show_contexts(*outputs, configuration);
  options.reporting.describe_arcs = describe_arcs(*outputs);
  auto reporting = prepare_report(options.reporting, invocation);
  if (!reporting) return console::print_error(reporting.error());
  auto written =
      write_outputs(*outputs, {reporting->files, configuration, invocation, "", *precision, options.reporting.jobs});
  if (!written) return console::print_error(written.error());
  return judge_total(*reporting, total_of(reporting->files).percent(), options.fail_under, *precision);
}

}  // namespace covey::cli
