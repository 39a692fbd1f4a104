#include <fmt/format.h>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/configure.hpp>
#include <covey/cli/index.hpp>
#include <covey/cli/messages.hpp>

namespace covey::cli {

int index_command(Arguments arguments) {
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  bool quiet = false;
  OptionParser parser(
      "index", "[options]",
      "Compiles, with the interpreters that ran the tests, the sources that there are no tables of yet.");
  parser.text("--data-file", data_file, "DIR", "the data directory; .covey, or what COVEY_DATA says, otherwise");
  declare_rcfile(parser, rcfile);
  parser.flag("-q,--quiet", quiet, "say nothing but errors");
  if (auto status = parser.parse(arguments)) return *status;

  ConfigurationRequest request;
  request.rcfile = rcfile;
  request.directory = base::current_directory();
  request.environment = Environment::of_process();
  // Nothing in it matters here, but it is as wrong here as anywhere.
  if (auto configuration = configure(request); !configuration) return print_error(configuration.error());
  const auto& environment = request.environment;
  auto data = DataDirectory::open(data_directory_path(data_file, environment, request.directory));
  if (!data) return print_error(data.error());
  auto read = read_folders(data->current());
  int status = 0;
  for (const auto& error : read.damaged) status = print_error(error);
  if (read.measurement.files.empty())
    return print_error({base::ErrorKind::no_data, data->path(), "no data to index (covey run collects it)"});
  auto outcome = index_measurement(read.measurement, data->tables(), environment);
  for (const auto& error : outcome.failed) status = print_error(error);
  if (!quiet)
    fmt::print("compiled {} files of {} lines in {:.2f} s, of {} measured\n", outcome.n_files, outcome.n_lines,
               outcome.cpu_seconds, read.measurement.files.size());
  return status;
}

}  // namespace covey::cli
