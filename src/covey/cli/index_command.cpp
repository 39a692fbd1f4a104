#include <fmt/format.h>
#include <covey/analysis/index.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/console/progress.hpp>
#include <covey/inputs/measured_data.hpp>
#include <covey/interpreters/interpreter.hpp>

namespace covey::cli {

int index_command(const console::Invocation& invocation) {
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  bool quiet = false;
  int jobs = base::default_jobs();
  console::OptionParser parser(
      "index", "[options]",
      "Compiles, with the interpreters that ran the tests, the sources that there are no tables of yet.");
  parser.text("--data-file", data_file, "PATH",
              "the data directory, or a data file of coverage.py's; .covey, or what COVEY_DATA says, else .coverage");
  console::declare_rcfile(parser, rcfile);
  parser.flag("-q,--quiet", quiet, "say nothing but errors");
  console::declare_jobs(parser, jobs);
  if (auto status = parser.parse(invocation)) return *status;

  // Nothing in it matters here, but it is as wrong here as anywhere.
  if (auto configuration = console::configure(console::configuration_request(invocation, rcfile)); !configuration)
    return console::print_error(configuration.error());
  const auto& environment = invocation.environment;
  auto data = inputs::read_measured_data(data_file, environment, invocation.cwd);
  if (!data) return console::print_error(data.error());
  int status = tell_of_damage(*data);
  if (data->measurement.files.empty())
    return console::print_error({base::ErrorKind::no_data, data->path, "no data to index (covey run collects it)"});
  if (auto named = analysis::name_interpreter(data->measurement, environment, invocation.cwd); !named)
    console::print_warning(named.error().message());
  data->measurement.interpreters = interpreters::startable(data->measurement.interpreters, environment, invocation.cwd);
  auto outcome = analysis::index_measurement(
      data->measurement, {data->measurement.interpreters, data->tables, environment, jobs, console::show_progress});
  for (const auto& error : outcome.failed) status = console::print_error(error);
  if (!quiet)
    fmt::print("compiled {} files of {} lines in {:.2f} s, of {} measured\n", outcome.n_files, outcome.n_lines,
               outcome.cpu_seconds, data->measurement.files.size());
  return status;
}

}  // namespace covey::cli
