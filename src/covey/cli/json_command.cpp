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

}  // namespace

int json_command(Arguments arguments) {
  ReportingOptions options;
  formats::JsonOptions json;
  std::optional<std::string> output;
  std::optional<double> fail_under;
  bool quiet = false;
  OptionParser parser("json", "[options] [files]", "Writes what was covered as JSON, in coverage.py's format 3.");
  parser.text("-o", output, "FILE", "where to write; coverage.json otherwise, - for standard output");
  parser.flag("--pretty-print", json.pretty_print, "write for people, a value a line");
  parser.flag("--show-contexts", options.show_contexts, "say which contexts each line ran in");
  parser.flag("-q,--quiet", quiet, "do not say what was written");
  declare_fail_under(parser, fail_under);
  declare_contexts(parser, options);
  declare_reporting_options(parser, options);
  if (auto status = parser.parse(arguments)) return *status;

  auto reporting = prepare_report(options);
  if (!reporting) return print_error(reporting.error());
  json.show_contexts = options.show_contexts;
  json.version = k_version;
  json.timestamp = local_text(unix_now());
  const auto path = output.value_or("coverage.json");
  if (auto written = write_report(path, formats::write_json(reporting->files, json)); !written)
    return print_error(written.error());
  if (!quiet && path != "-") std::fprintf(stderr, "Wrote JSON report to %s\n", path.c_str());
  return judge_total(*reporting, judged_total(reporting->files), fail_under, json.precision);
}

}  // namespace covey::cli
