#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/clock.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/cli/version.hpp>
#include <covey/formats/json_writer.hpp>
#include <cstdio>

namespace covey::cli {

namespace {

base::Result<void> write_report(const std::string& path, const std::string& text) {
  if (path == "-") return print_report(text);
  if (auto made = base::make_directories(std::string(base::dirname(path))); !made) return made;
  return base::write_file_atomic(path, text);
}

struct JsonCommandOptions {
  ReportingOptions reporting;
  formats::JsonOptions json;
  std::optional<std::string> output;
  std::optional<double> fail_under;
  bool quiet = false;
};

std::optional<int> parse_options(Arguments arguments, JsonCommandOptions& options) {
  OptionParser parser("json", "[options] [files]", "Writes what was covered as JSON, in coverage.py's format 3.");
  parser.text("-o", options.output, "FILE", "where to write; coverage.json otherwise, - for standard output");
  parser.flag("--pretty-print", options.json.pretty_print, "write for people, a value a line");
  parser.flag("--show-contexts", options.reporting.show_contexts, "say which contexts each line ran in");
  parser.flag("-q,--quiet", options.quiet, "do not say what was written");
  declare_fail_under(parser, options.fail_under);
  declare_contexts(parser, options.reporting);
  declare_reporting_options(parser, options.reporting);
  return parser.parse(arguments);
}

// The options as the configuration has them.
std::optional<int> configure_json(JsonCommandOptions& options) {
  if (auto status = configure_reporting(options.reporting)) return status;
  const auto& configuration = options.reporting.configuration;
  options.output = configuration.json.output;
  options.json.pretty_print = configuration.json.pretty_print;
  options.reporting.show_contexts = configuration.json.show_contexts;
  auto precision = checked_precision(configuration.report.precision);
  if (!precision) return print_error(precision.error());
  options.json.precision = *precision;
  options.fail_under = configuration.report.fail_under;
  return std::nullopt;
}

}  // namespace

int json_command(Arguments arguments) {
  JsonCommandOptions options;
  if (auto status = parse_options(arguments, options)) return *status;
  if (auto status = configure_json(options)) return *status;
  if (auto status = parse_options(arguments, options)) return *status;

  auto reporting = prepare_report(options.reporting);
  if (!reporting) return print_error(reporting.error());
  options.json.show_contexts = options.reporting.show_contexts;
  options.json.version = k_version;
  options.json.timestamp = local_text(unix_now());
  const auto path = options.output.value_or("coverage.json");
  if (auto written = write_report(path, formats::write_json(reporting->files, options.json)); !written)
    return print_error(written.error());
  if (!options.quiet && path != "-") std::fprintf(stderr, "Wrote JSON report to %s\n", path.c_str());
  return judge_total(*reporting, judged_total(reporting->files), options.fail_under, options.json.precision);
}

}  // namespace covey::cli
