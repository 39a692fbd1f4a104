#include <unistd.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/data_directory.hpp>
#include <covey/cli/data_files.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/replace.hpp>

namespace covey::cli {

namespace {

// All that runs left there; tables stay, for they belong to sources. Refuses, before anything is gone, while a run goes
// on: its processes would write on into files that nobody can find any more.
base::Result<void> erase_runs(const DataDirectory& data) {
  const auto folders = data.run_folders();
  auto alive = std::find_if(folders.begin(), folders.end(), [](const auto& folder) { return folder.alive; });
  if (alive != folders.end())
    return base::fail(base::ErrorKind::usage, alive->path, "this run goes on; erase when it has ended");
  const auto finished = finished_runs(folders);
  for (const auto& slug : data.slugs()) {
    replace_runs(folders, slug, std::nullopt, finished);
    ::rmdir((data.jobs() + "/" + slug).c_str());  // only where nothing else is in it
  }
  sweep_runs(data);
  return {};
}

}  // namespace

int erase_command(const Invocation& invocation) {
  std::optional<std::string> data;
  std::optional<std::string> rcfile;
  std::optional<std::string> debug;
  OptionParser parser("erase", "[options]", "Removes what was measured.");
  parser.text("--data-file", data, "PATH", "the data directory, or coverage.py's data file, that is to go");
  parser.text("--rcfile", rcfile, "FILE", "the configuration file");
  parser.text("--debug", debug, "OPTS", "accepted and ignored");
  if (auto status = parser.parse(invocation)) return *status;

  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  const bool names_file = data && base::is_file(base::join(cwd, *data));
  if (!names_file) {
    const auto path = data_directory_path(data, environment, cwd);
    if (base::is_directory(path)) {
      auto directory = DataDirectory::open(path);
      if (!directory) return print_error(directory.error());
      if (auto erased = erase_runs(*directory); !erased) return print_error(erased.error());
    }
  }
  if (data && !names_file) return 0;
  const auto file = names_file ? base::absolute(*data, cwd) : data_file_path("", environment, cwd);
  if (auto erased = erase_data_files(file, ErasedFiles::data_file); !erased) return print_error(erased.error());
  return 0;
}

}  // namespace covey::cli
