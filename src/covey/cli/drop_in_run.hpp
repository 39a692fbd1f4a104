// `run` as coverage.py's drop-in: what it says, and the data file that it leaves.
#pragma once

#include <covey/console/invocation.hpp>
#include <covey/launch/run_options.hpp>

namespace covey::cli {

// Runs what the options name, measured, and writes coverage.py's data file when it has ended, however it ended. The
// data directory that this takes is a temporary one. Returns the status to end with; ends this process by the signal
// that ended the program.
int run_as_drop_in(const console::Invocation& invocation, launch::RunOptions options);

}  // namespace covey::cli
