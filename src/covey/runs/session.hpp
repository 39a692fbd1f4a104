// The session record: who ran what, when, and how it ended. docs/data-directory.md lists the fields.
#pragma once

#include <covey/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace covey::runs {

// Of the record; those of another format are not read.
inline constexpr int k_session_format = 1;

// What a pytest of the session wrote down of itself: docs/pytest.md.
struct PytestRecord {
  std::optional<std::map<std::string, int>> counts;  // by the words of its last line; nothing before its end
  std::optional<int> exit_status;                    // likewise
};

struct Session {
  std::string project;
  std::string job;
  std::string slug;
  int part = 1;
  int attempt = 1;
  std::string forge_job;
  std::string run_id;
  double start = 0;            // unix seconds
  std::optional<double> end;   // nothing while it runs, and where it died
  std::optional<int> status;   // exit status; nothing where it ended otherwise or nobody saw it end
  std::optional<int> signal;   // that ended it
  std::string commit;          // HEAD as the session started, hex; empty where there was none
  std::string python;          // the interpreter's path, where covey chose or saw one
  std::string python_version;  // "3.14.8", or what of it is known
  std::vector<std::string> command;
  std::string host;
  int pid = 0;  // of covey run
  std::string covey_version;
  bool append = false;
  bool branch = false;
  std::vector<std::string> combined;  // "<job's folder>/<run id>" of each run that `covey combine` made this one of
  // Nobody saw this session itself start or end: the run that it was part of wrote the record when it ended itself.
  bool closed_by_run = false;
  // It ended, and nothing that is to be measured had run: earlier data is not replaced by nothing.
  bool no_data = false;
  // Why something that ran is missing from the data; empty where nothing is known to be.
  std::string incomplete;
  // Pythons that the program started with -S: they ran, and nothing of them is measured. As many as are known.
  int n_bare_pythons = 0;
  // CPU time to compile, after the end, what there were no tables of; nothing where all were there.
  std::optional<double> index_seconds;
  // Read, never written by write_session(): see gather_pytest_records().
  std::vector<PytestRecord> pytests;
};

// Writes `session` in one step. Fields that another program added to the file stay. Where there is no room for a new
// file, the old one is written over if it has the room.
base::Result<void> write_session(const std::string& path, const Session& session);

// Moves what pytests of the session have said of themselves (pytest-<hex>.json beside the record, docs/pytest.md) into
// the record, which must be there: those whose processes found the run by the settings at `settings_path`, or all where
// that is empty. What is no such file is left alone.
base::Result<void> gather_pytest_records(const std::string& path, const std::string& settings_path);

// Fails where the file cannot be read or is no session record that this Covey knows. Unknown fields are ignored.
base::Result<Session> read_session(const std::string& path);

// What pytests in the run folder have written down and no record has taken up: the run goes on, or died.
std::vector<PytestRecord> loose_pytest_records(const std::string& run_folder);

// The paths of the session records in a run folder: session.json first, then those of joined runs, sorted.
std::vector<std::string> session_paths(const std::string& run_folder);

}  // namespace covey::runs
