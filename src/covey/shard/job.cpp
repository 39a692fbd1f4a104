#include <covey/shard/job.hpp>
#include <cstdlib>

namespace covey::shard {

std::string job_of(Environment environment) {
  for (const char* name : {"COVEY_JOB", "NOX_CURRENT_SESSION", "TOX_ENV_NAME"})
    if (const char* value = environment(name); value != nullptr && *value != '\0') return value;
  return "default";
}

int part_of(Environment environment) {
  const char* value = environment("COVEY_PART");
  const long part = value == nullptr ? 1 : std::strtol(value, nullptr, 10);
  return part >= 1 && part <= 1'000'000 ? static_cast<int>(part) : 1;
}

}  // namespace covey::shard
