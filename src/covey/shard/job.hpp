// Which job a process works for: taken from its own environment, so that one `covey run -- nox` measures every session
// below it as a job of its own.
#pragma once

#include <covey/base/result.hpp>
#include <functional>
#include <string>

namespace covey::shard {

// An environment variable's value; empty where it is not set.
using Environment = std::function<std::string(const char* name)>;

// That of this process.
std::string environment_variable(const char* name);

// COVEY_JOB, else nox's session, else tox's environment, else "default".
std::string job_of(const Environment& environment);

// COVEY_PART, which of the machines that share the job's tests this is, else 1. Fails where it is no whole number from
// 1 to 1000000.
base::Result<int> part_of(const Environment& environment);

}  // namespace covey::shard
