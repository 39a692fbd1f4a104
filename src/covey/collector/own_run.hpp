// A run that a process begins for itself and all that is below it, for want of a `covey run` above it.
#pragma once

#include <covey/base/result.hpp>
#include <span>
#include <string>

namespace covey::collector {

// The path of the covey binary that was installed with us; empty where it is not found. `prefixes` are where it may lie
// in a bin directory, the likeliest first.
std::string covey_binary(std::span<const std::string> prefixes);

struct OwnRun {
  std::string settings_path;  // COVEY_RUN of this process and those below it
  std::string said;           // what the binary had to say, warnings, for the user's eyes; lines
};

// Has the binary begin a run, with `words` for its command `session start`, and keeps the run alive until this process
// ends. Fails with what the binary says where it cannot.
base::Result<OwnRun> begin_own_run(const std::string& binary, std::span<const std::string> words);

}  // namespace covey::collector
