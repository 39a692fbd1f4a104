// Replacing what earlier runs left. Always by unlinking: a process that still has a shard mapped keeps its memory.
#pragma once

#include <covey/base/result.hpp>
#include <covey/runs/data_directory.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace covey::runs {

// The ids of the runs that have ended or died. Taken when a run starts, it says what that run may replace without a
// look at any clock.
std::set<std::string> finished_runs(const std::vector<RunFolder>& folders);

struct Replaced {
  int n_folders = 0;                  // that are gone
  std::vector<base::Error> failures;  // what could not be removed, to be warned of: reports leave it out all the same
};

// Of `folders`, removes those of the job `slug` that hold its part `part` (any part where that is nothing) and whose
// run is one of `finished`.
Replaced replace_runs(const std::vector<RunFolder>& folders, const std::string& slug, std::optional<int> part,
                      const std::set<std::string>& finished);

// Removes a directory and all below it; fine where there is none. Fails where something cannot be removed.
base::Result<void> remove_tree(const std::string& path);

// Removes runs/<run id> of runs that have no folder left in any job and are not alive, and what broken-off starts and
// replacements left. Returns what could not be removed, to be warned of.
std::vector<base::Error> sweep_runs(const DataDirectory& data);

}  // namespace covey::runs
