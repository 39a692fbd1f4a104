// Which runs of this user go on: for processes that lost the variable by which a run is found, since somebody started
// them with an environment of its own (`env={}`). A note is a file in a directory of the user's, k_run_notes_prefix and
// the user's number, which covey.pth looks for: a Python starts the collector without the variable only if it is there.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::shard {

// Not below TMPDIR: that is gone with the other variables.
inline constexpr const char* k_run_notes_prefix = "/tmp/.covey-";

struct RunNote {
  std::string run_id;
  std::string settings_path;
  int pid = 0;             // everything below this process is in the run
  std::string started_at;  // that process's start, as the kernel counts it: another one of that number has another
};

// k_run_notes_prefix and the user's number.
std::string run_notes_directory();

// "12345" of /proc/<pid>/stat's field 22; empty where there is no such process.
std::string start_of_process(int pid);

// Notes that the run goes on below the process. Fails where that cannot be written, or the directory is not ours alone.
base::Result<void> note_run(const std::string& run_id, const std::string& settings_path, int pid);

// Takes the run's note away, and those of runs that are over: whose settings, or whose process, is gone. The directory
// goes with the last of them.
void forget_run(const std::string& run_id);

// The notes there are, at most some hundred; none of a directory that is not this user's alone.
std::vector<RunNote> noted_runs();

// The settings of the run that a process of the user is in, going by its ancestors: the nearest one that the run was
// begun for, or that has COVEY_RUN in the environment it was started with. `environment` is set to that ancestor's,
// "NAME=value" each. Empty where there is none.
std::string find_run_of_ancestors(std::vector<std::string>& environment);

}  // namespace covey::shard
