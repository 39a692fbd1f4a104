#include <covey/cli/clock.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/version.hpp>
#include <covey/formats/json_writer.hpp>

namespace covey::cli {

namespace {

struct JsonCommandOptions {
  ReportFileOptions file;
  formats::JsonOptions json;
};

std::optional<int> parse_options(const Invocation& invocation, JsonCommandOptions& options) {
  OptionParser parser("json", "[options] [files]", "Writes what was covered as JSON, in coverage.py's format 3.");
  parser.flag("--pretty-print", options.json.pretty_print, "write for people, a value a line");
  parser.flag("--show-contexts", options.file.reporting.show_contexts, "say which contexts each line ran in");
  declare_contexts(parser, options.file.reporting);
  declare_report_file_options(parser, options.file, "coverage.json");
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_json(const Invocation& invocation, JsonCommandOptions& options) {
  if (auto status = configure_report_file(invocation, options.file)) return status;
  const auto& configuration = options.file.reporting.configuration;
  options.file.output = configuration.json.output;
  options.json.pretty_print = configuration.json.pretty_print;
  options.file.reporting.show_contexts = configuration.json.show_contexts;
  options.json.precision = options.file.precision;
  return std::nullopt;
}

}  // namespace

int json_command(const Invocation& invocation) {
  JsonCommandOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_json(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;

  auto reporting = prepare_report(options.file.reporting, invocation);
  if (!reporting) return print_error(reporting.error());
  options.json.show_contexts = options.file.reporting.show_contexts;
  options.json.version = k_version;
  options.json.timestamp = local_text(unix_now());
  const auto text = formats::write_json(reporting->files, options.json);
  auto written =
      write_report_file(options.file.output.value_or("coverage.json"), text, "JSON report", options.file.reporting.quiet);
  if (!written) return print_error(written.error());
  return judge_total(*reporting, judged_total(reporting->files), options.file.fail_under, options.file.precision);
}

}  // namespace covey::cli
