// What `covey run` does once the program has ended and its records are closed.
#pragma once

#include <covey/cli/child_process.hpp>
#include <covey/cli/run_context.hpp>

namespace covey::cli {

// Prints what the user must know about the data: none at all is an error. Returns the status for a program that ended
// with 0: 0, or 1 after an error. How a program failed is never hidden behind that.
int after_the_run(const DataDirectory& data, RunContext& context, const ProgramEnd& end);

}  // namespace covey::cli
