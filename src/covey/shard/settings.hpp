// What a run measures, frozen: `covey run` writes it once, every process of the run reads it before its first line.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::shard {

// All paths are absolute and without symbolic links, except the patterns, which are as the user wrote them.
struct Settings {
  std::string run_id;     // 16 hex digits
  std::string data_dir;   // the data directory, under which the process finds jobs/<slug>/<run id>/
  std::string root;       // the directory the run was started in: relative patterns are tried against it
  std::string project;    // [tool.covey] project, else the repository's name
  std::string forge_job;  // GITHUB_JOB, or empty
  std::string context;    // static: what the data is of, as the user names it; or empty
  int attempt = 1;        // GITHUB_RUN_ATTEMPT
  int save_signal = 0;    // has the program tell its parent, `saver`, to save the data; 0 for none
  int saver = 0;          // the pid of covey run
  bool branch = false;
  bool cover_pylib = false;    // the standard library is measured too
  bool test_contexts = false;  // each call of a test function is a context
  bool append = false;         // the run adds to what its job has
  bool part_forks = false;  // what a forked child runs is told apart from what its parent does, in a shard of its own
  bool forks_inherit = false;       // with part_forks: the child's shard has what its parent ran before as well
  bool namespace_packages = false;  // what did not run is sought in directories without __init__.py too
  std::vector<std::string> source_dirs;
  std::vector<std::string> source_packages;
  std::vector<std::string> include;
  std::vector<std::string> omit;
};

// Lines of "key value", a list's key repeated; in values a newline is \n and a backslash \\. The first line is
// "covey-settings 1".
std::string serialize(const Settings& settings);

// Fails with ErrorKind::format on another version or an unknown key: a process that cannot read its run's settings
// measures nothing rather than the wrong thing. `path` is for messages.
base::Result<Settings> parse_settings(std::string_view text, const std::string& path);

// The environment variable that holds the path of the settings file, <data dir>/runs/<run id>/settings.
inline constexpr const char* k_settings_variable = "COVEY_RUN";

// Where a job of a run keeps its shards and session records: <data dir>/jobs/<job slug>/<run id>.
std::string job_directory(const std::string& data_dir, const std::string& job, const std::string& run_id);

// [a-z0-9._-] of `job`: upper case becomes lower, other characters "-", and where that changed anything, "-" and the
// first 8 hex digits of the name's SHA-256, so that two names never share a folder.
std::string job_slug(const std::string& job);

}  // namespace covey::shard
