#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/pytest_reports.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <covey/inputs/data_file_output.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/launch/own_session.hpp>
#include <covey/model/coverage.hpp>
#include <cstdio>

namespace covey::cli {

namespace {

// The exit status of `report`: the sum of what went wrong.
constexpr int k_no_report = 1;
constexpr int k_below_threshold = 2;
constexpr char k_verdict_follows = '\f';  // in the output of `report`

struct SessionOptions {
  std::optional<std::string> settings;
  std::optional<std::string> folder;
  std::optional<double> status;
  std::vector<std::string> words;  // pytest's arguments
};

std::optional<int> parse_options(const console::Invocation& invocation, SessionOptions& options) {
  console::OptionParser parser(
      "session", "start|report|finish|abandon [options] -- pytest's arguments",
      "Begins a run for the pytest that calls this, reports on it, ends it, or takes it away: what our "
      "pytest plugin works with. docs/pytest.md says how.");
  parser.text("--settings", options.settings, "PATH", "of the run, which `start` has printed");
  parser.text("--folder", options.folder, "DIR", "where the shards of the pytest are");
  parser.number("--status", options.status, "N", "the exit status of the pytest that ends");
  parser.rest(options.words);
  if (auto status = parser.parse(invocation)) return status;
  if (!options.words.empty() && options.words[0] == "--") options.words.erase(options.words.begin());
  return std::nullopt;
}

// The command line of the process that called us.
std::vector<std::string> parents_command() {
  const auto text = base::read_file("/proc/" + std::to_string(::getppid()) + "/cmdline").value_or("");
  std::vector<std::string> command;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\0', at), text.size());
    command.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return command;
}

// The run goes on while we do, and whoever called us has a lock of its own before it lets us go.
void wait_for_the_end_of_input() {
  char bytes[256];
  while (::read(STDIN_FILENO, bytes, sizeof bytes) > 0) {
  }
}

int start(const SessionOptions& options, const console::Invocation& invocation) {
  auto pytest = launch::parse_pytest_options(options.words);
  if (!pytest) return console::print_error(pytest.error());
  const auto run = launch::run_options(*pytest);
  auto configuration = launch::run_configuration(run, invocation);
  if (!configuration) return console::print_error(configuration.error());
  launch::Program program;
  program.command = parents_command();
  auto started = launch::start_run(run, *configuration, program, invocation.environment, invocation.cwd);
  if (!started) return console::print_error(started.error());
  started->context.session.pid = ::getppid();
  launch::note_run_below(started->context, ::getppid());
  if (auto written = runs::write_session(started->context.session_path, started->context.session); !written) {
    launch::abandon_run(*started);
    return console::print_error(written.error());
  }
  if (auto said = console::print_report("settings " + started->context.settings_path + "\n"); !said) return 1;
  std::fflush(stdout);
  wait_for_the_end_of_input();
  return 0;
}

// coverage.py's data file, as pytest-cov leaves it.
base::Result<void> write_data_file_of(const launch::OwnSession& session, const launch::PytestOptions& options,
                                      const config::Configuration& configuration, const model::Measurement& measurement,
                                      const std::string& cwd) {
  inputs::DataFileOutput output;
  output.path = inputs::data_file_path(configuration.run.data_file, session.context.environment, cwd);
  output.relative_files = configuration.run.relative_files;
  output.cwd = cwd;
  if (options.append) {
    auto before = inputs::read_start(output.path, formats::read_coverage_data);
    if (!before) return tl::unexpected(before.error());
    output.start = std::move(*before);
  }
  return inputs::write_data_files({{session.context.session.pid, measurement}}, output);
}

// The measurement as the reports see it: by the rules of [paths], and with --cov-append what the data file had.
base::Result<model::Measurement> reported(const launch::OwnSession& session, const launch::PytestOptions& options,
                                          const config::Configuration& configuration, model::Measurement measurement,
                                          const console::Invocation& invocation) {
  auto map_path = path_mapping(configuration, invocation.cwd);
  if (!map_path) return tl::unexpected(map_path.error());
  if (!configuration.paths.empty()) {
    model::Combination mapped(session.data.path(), *map_path);
    if (auto added = mapped.add(session.data.path(), std::move(measurement)); !added)
      return tl::unexpected(added.error());
    measurement = mapped.take();
  }
  if (!options.cov) return measurement;
  if (auto written = write_data_file_of(session, options, configuration, measurement, invocation.cwd); !written)
    return tl::unexpected(written.error());
  if (!options.append) return measurement;
  return formats::read_coverage_data(
      inputs::data_file_path(configuration.run.data_file, session.context.environment, invocation.cwd));
}

// Prints what is to be shown of the reports; then, behind k_verdict_follows, the verdict's sentence in a line, and why
// it fails in another. Returns 0 or k_below_threshold.
base::Result<int> print_with_verdict(const std::string& shown, double total, const launch::PytestOptions& options,
                                     const config::Configuration& configuration, int precision) {
  auto verdict = judge_for_pytest(total, options, configuration.report.fail_under, precision);
  if (!verdict) return tl::unexpected(verdict.error());
  const auto text = shown + k_verdict_follows + verdict->sentence + "\n" + verdict->failure + "\n";
  if (auto printed = console::print_report(text); !printed) return tl::unexpected(printed.error());
  return verdict->failure.empty() ? 0 : k_below_threshold;
}

// Writes the reports. Returns as print_with_verdict does.
base::Result<int> report_on(launch::OwnSession& session, const launch::PytestOptions& options,
                            ReportingOptions& reporting, const console::Invocation& invocation) {
  const auto& configuration = reporting.configuration;
  auto measurement =
      reported(session, options, configuration, launch::read_own_session(session, options, invocation), invocation);
  if (!measurement) return tl::unexpected(measurement.error());
  if (options.reports.empty() && fail_under_of(options, configuration.report.fail_under) <= 0) return 0;
  if (measurement->files.empty()) return base::fail(base::ErrorKind::no_data, "", "No data to report.");
  auto precision = checked_precision(options.precision.value_or(configuration.report.precision));
  if (!precision) return tl::unexpected(precision.error());
  prepare_for_pytest_reports(options, reporting);
  auto analysed = report_measurement(std::move(*measurement), session.data.tables(), reporting, invocation);
  if (!analysed) return tl::unexpected(analysed.error());
  auto shown =
      write_pytest_reports(options, {analysed->files, configuration, invocation, "", *precision, reporting.jobs});
  if (!shown) return tl::unexpected(shown.error());
  return print_with_verdict(*shown, model::total_of(analysed->files).percent(), options, configuration, *precision);
}

int report(const SessionOptions& given, launch::OwnSession& session, const console::Invocation& invocation) {
  auto options = launch::parse_pytest_options(given.words);
  if (!options) return console::print_error(options.error());
  ReportingOptions reporting;
  reporting.rcfile = options->config;
  if (auto status = configure_reporting(invocation, reporting)) return *status;
  auto status = report_on(session, *options, reporting, invocation);
  if (status) return *status;
  console::print_error(status.error());
  // What cannot be reported has a total of nothing, which must not pass for enough.
  const auto& configuration = reporting.configuration;
  const auto precision = checked_precision(options->precision.value_or(configuration.report.precision)).value_or(0);
  return k_no_report + print_with_verdict("", 0, *options, configuration, precision).value_or(0);
}

}  // namespace

int session_command(const console::Invocation& invocation) {
  const auto verb = invocation.arguments.empty() ? std::string("--help") : invocation.arguments[0];
  SessionOptions options;
  if (verb.starts_with('-')) return parse_options(invocation, options).value_or(1);
  const auto rest = invocation.with({invocation.arguments.begin() + 1, invocation.arguments.end()});
  if (auto status = parse_options(rest, options)) return *status;
  if (verb == "start") return start(options, rest);
  if (verb != "report" && verb != "finish" && verb != "abandon")
    return console::print_error({base::ErrorKind::usage, verb, "is none of start, report, finish and abandon"});
  auto session = launch::open_own_session(options.settings.value_or(""), options.folder.value_or(""), rest);
  if (!session) return console::print_error(session.error());
  if (verb == "report") return report(options, *session, rest);
  if (verb == "abandon") return launch::abandon_own_session(*session);
  return launch::close_own_session(*session, static_cast<int>(options.status.value_or(0)));
}

}  // namespace covey::cli
