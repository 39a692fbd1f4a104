// Which job a process works for: taken from its own environment, so that one `covey run -- nox` measures every session
// below it as a job of its own.
#pragma once

#include <string>

namespace covey::shard {

// As std::getenv: the variable's value, or nullptr.
using Environment = char* (*)(const char* name);

// COVEY_JOB, else nox's session, else tox's environment, else "default".
std::string job_of(Environment environment);

// COVEY_PART, which of the machines that share the job's tests this is, else 1; also where it is no positive number.
int part_of(Environment environment);

}  // namespace covey::shard
