// The options of `covey run`, as given.
#pragma once

#include <covey/cli/configuration.hpp>
#include <covey/cli/option_parser.hpp>
#include <covey/cli/program.hpp>
#include <covey/shard/settings.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct RunOptions {
  std::vector<std::string> source;
  std::vector<std::string> source_packages;
  std::vector<std::string> include;
  std::vector<std::string> omit;
  std::vector<std::string> source_directories;  // of the configuration alone
  bool branch = false;
  bool cover_pylib = false;
  bool append = false;
  std::optional<std::string> context;          // static
  std::optional<std::string> dynamic_context;  // of the configuration alone
  std::optional<std::string> rcfile;
  std::optional<std::string> data_file;
  std::optional<std::string> job;
  std::optional<double> part;
  ProgramRequest program;
};

// Fills `options`; the status to end with where there is nothing to run. Has printed help, errors and warnings.
std::optional<int> parse_run_options(Arguments arguments, RunOptions& options);

// Makes what the options say about measuring the configuration's.
void set_arguments(const RunOptions& options, Configuration& configuration);

// The options with what the configuration, which has been told of them, says about measuring.
RunOptions with_configuration(RunOptions options, const Configuration& configuration);

// Where no program is named, makes it [run] command_line's, if there is one. Fails where that cannot be split.
base::Result<void> take_command_line(const Configuration& configuration, ProgramRequest& program);

// Whether the options name anything to measure.
bool names_sources(const RunOptions& options);

// `settings` with what the options say about measuring; what they do not name stays, so a run that joins another one
// passes that one's. Sources become canonical directories, or packages where there is no such directory; `cwd` is the
// current directory, canonical. Fails, naming it, on a source that is neither and on a pattern that means nothing.
base::Result<shard::Settings> apply_options(const RunOptions& options, shard::Settings settings,
                                            const std::string& cwd);

}  // namespace covey::cli
