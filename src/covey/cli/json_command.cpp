#include <covey/base/version.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/clock.hpp>
#include <covey/formats/json_writer.hpp>

namespace covey::cli {

namespace {

std::optional<int> parse_options(const console::Invocation& invocation, ReportFileOptions& options) {
  auto& json = options.reporting.configuration.json;
  console::OptionParser parser("json", "[options] [files]",
                               "Writes what was covered as JSON, in coverage.py's format 3.");
  parser.flag("--pretty-print", json.pretty_print, "write for people, a value a line");
  parser.flag("--show-contexts", json.show_contexts, "say which contexts each line ran in");
  declare_contexts(parser, options.reporting);
  declare_report_file_options(parser, options, "coverage.json");
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_json(const console::Invocation& invocation, ReportFileOptions& options) {
  if (auto status = configure_report_file(invocation, options)) return status;
  options.output = options.reporting.configuration.json.output;
  return std::nullopt;
}

}  // namespace

base::Result<WrittenReport> write_json_output(const OutputRequest& request) {
  formats::JsonOptions options;
  options.pretty_print = request.configuration.json.pretty_print;
  options.show_contexts = request.configuration.json.show_contexts;
  options.precision = request.precision;
  options.version = base::k_version;
  options.timestamp = console::local_text(console::unix_now());
  const auto parts = formats::write_json_parts(request.files, options, request.jobs);
  const std::vector<std::string_view> all(parts.begin(), parts.end());
  return write_report_file(request.destination, all, "JSON report");
}

int json_command(const console::Invocation& invocation) {
  ReportFileOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_json(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;
  options.reporting.show_contexts = options.reporting.configuration.json.show_contexts;
  options.reporting.describe_arcs = false;
  return write_one_report(invocation, options, write_json_output, judged_total);
}

}  // namespace covey::cli
