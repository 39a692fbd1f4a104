#include <unistd.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/runs/replace.hpp>

namespace covey::cli {

namespace {

// All that runs left there; tables stay, for they belong to sources. Refuses, before anything is gone, while a run goes
// on: its processes would write on into files that nobody can find any more.
base::Result<void> erase_runs(const runs::DataDirectory& data) {
  const auto folders = data.run_folders();
  auto alive = std::find_if(folders.begin(), folders.end(), [](const auto& folder) { return folder.alive; });
  if (alive != folders.end())
    return base::fail(base::ErrorKind::usage, alive->path, "this run goes on; erase when it has ended");
  const auto finished = runs::finished_runs(folders);
  for (const auto& slug : data.slugs()) {
    console::print_warnings(runs::replace_runs(folders, slug, std::nullopt, finished).failures);
    ::rmdir((data.jobs() + "/" + slug).c_str());  // only where nothing else is in it
  }
  console::print_warnings(runs::sweep_runs(data));
  return {};
}

// The data directory, where there is one.
base::Result<void> erase_directory(const std::string& path) {
  if (!base::is_directory(path)) return {};
  auto directory = runs::DataDirectory::open(path);
  return directory ? erase_runs(*directory) : tl::unexpected(directory.error());
}

// Both homes, unless --data-file names something of one of them.
base::Result<void> erase(const std::optional<std::string>& given, const config::RunConfiguration& run,
                         const console::Invocation& invocation) {
  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  const auto directory = runs::data_directory_path(given, environment, cwd);
  const bool names_directory = given && base::is_directory(directory);
  if (!given || names_directory)
    if (auto erased = erase_directory(directory); !erased || names_directory) return erased;
  const auto file = given ? base::absolute(*given, cwd) : inputs::data_file_path(run.data_file, environment, cwd);
  return inputs::erase_data_files(file,
                                  run.parallel ? inputs::ErasedFiles::parallel_too : inputs::ErasedFiles::data_file);
}

}  // namespace

int erase_command(const console::Invocation& invocation) {
  std::optional<std::string> data;
  std::optional<std::string> debug;
  std::optional<std::string> rcfile;
  console::OptionParser parser("erase", "[options]", "Removes what was measured.");
  parser.text("--data-file", data, "PATH", "the data directory, or coverage.py's data file, that is to go");
  console::declare_rcfile(parser, rcfile);
  console::declare_debug(parser, debug);
  int jobs = 1;  // accepted: there is nothing to share out
  console::declare_jobs(parser, jobs);
  if (auto status = parser.parse(invocation)) return *status;
  auto configuration = console::configure(console::configuration_request(invocation, rcfile));
  if (!configuration) return console::print_error(configuration.error());
  auto erased = erase(data, configuration->run, invocation);
  return erased ? 0 : console::print_error(erased.error());
}

}  // namespace covey::cli
