// The options of `covey run`, as given.
#pragma once

#include <covey/base/parallel.hpp>
#include <covey/config/configuration.hpp>
#include <covey/console/option_parser.hpp>
#include <covey/launch/program.hpp>
#include <covey/shard/settings.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::launch {

struct RunOptions {
  console::Manner manner =
      console::Manner::covey;  // as drop-in, what --source names and is no directory is a package, whatever its name
  std::vector<std::string> source;
  std::vector<std::string> source_packages;
  std::vector<std::string> include;
  std::vector<std::string> omit;
  std::vector<std::string> source_directories;  // of the configuration alone
  bool namespace_packages = false;              // of the configuration alone
  bool branch = false;
  bool cover_pylib = false;
  bool append = false;
  bool parallel = false;    // accepted: each process has a file of its own; as drop-in, in coverage.py's names as well
  bool timid = false;       // accepted: there is one way to measure
  bool part_forks = false;  // of the drop-in alone: see shard::Settings
  bool forks_inherit = false;                  // the same
  std::vector<std::string> concurrency;        // as drop-in, multiprocessing means a file a process; else accepted
  std::optional<std::string> debug;            // see declare_debug
  std::optional<std::string> save_signal;      // USR1 or USR2
  std::optional<std::string> context;          // static
  std::optional<std::string> dynamic_context;  // of the configuration alone
  std::optional<std::string> rcfile;
  std::optional<std::string> data_file;  // the data directory; as given to the drop-in, coverage.py's file
  std::optional<std::string> job;
  std::optional<double> part;
  int jobs = base::default_jobs();  // sources to compile at a time, once the program has ended
  ProgramRequest program;

  int save_signal_number() const;  // 0 for none
};

// Fills `options`; the status to end with where there is nothing to run. Has printed help, errors and warnings.
std::optional<int> parse_run_options(const console::Invocation& invocation, RunOptions& options);

// Makes what the options say about measuring the configuration's.
void set_arguments(const RunOptions& options, config::Configuration& configuration);

// The configuration for a run, which has been told of the options. Fails as configure and check_for_run do.
base::Result<config::Configuration> run_configuration(const RunOptions& options, const console::Invocation& invocation);

// The options with what the configuration, which has been told of them, says about measuring.
RunOptions with_configuration(RunOptions options, const config::Configuration& configuration);

// Where no program is named, makes it [run] command_line's, if there is one. Fails where that cannot be split.
base::Result<void> take_command_line(const config::Configuration& configuration, ProgramRequest& program);

// Whether the options name anything to measure.
bool names_sources(const RunOptions& options);

// `settings` with what the options say about measuring; what they do not name stays, so a run that joins another one
// passes that one's. Sources become canonical directories, or packages where there is no such directory; `cwd` is the
// current directory, canonical. Fails, naming it, on a source that is neither and on a pattern that means nothing.
base::Result<shard::Settings> apply_options(const RunOptions& options, shard::Settings settings,
                                            const std::string& cwd);

}  // namespace covey::launch
