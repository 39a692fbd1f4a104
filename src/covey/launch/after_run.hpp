// What `covey run` does once the program has ended and its records are closed.
#pragma once

#include <covey/launch/child_process.hpp>
#include <covey/launch/run_context.hpp>
#include <covey/model/measurement.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::launch {

// Completes the data and prints what the user must know about it: in one warning what is missing, `unrecorded` and what
// shards and losses say, which makes the session records `incomplete` too; none at all is an error. Returns the status
// for a program that ended with 0: 0, or 1 after an error. How a program failed is never hidden behind that.
int after_the_run(const runs::DataDirectory& data, RunContext& context, const ProgramEnd& end,
                  std::vector<base::Error> unrecorded);

// What the run's losses say, as an error; nothing where it lost nothing.
std::optional<base::Error> losses_of(const RunContext& context);

// Says how many Pythons are known to have been started with -S, if any, and has the session record say so when it is
// written next.
void warn_of_bare_pythons(RunContext& context);

// One warning for all errors, if there are any: what makes one shard incomplete, such as a full disk, does so to
// hundreds.
void warn_of(const std::vector<base::Error>& errors, const std::string& prefix);

// The exit status of a short `program` in the run's interpreter, unmeasured, which is given these arguments; nothing
// where it did not end by itself.
std::optional<int> ask_python(const RunContext& context, const std::string& program,
                              const std::vector<std::string>& arguments);

// Why an interpreter left no shard.
std::string why_unmeasured(const RunContext& context);

enum class NoModule {
  quiet,
  in_words,  // in coverage.py's, to standard output
};

// Whether `-m` names no module that can run, although finding that out may have run packages' __init__.py. Says so
// where told to.
bool no_such_module(const RunContext& context, const ProgramEnd& end, const model::Measurement& measurement,
                    NoModule how);

}  // namespace covey::launch
