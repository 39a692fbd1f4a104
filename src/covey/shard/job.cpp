#include <charconv>
#include <covey/shard/job.hpp>
#include <cstdlib>

namespace covey::shard {

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string job_of(const Environment& environment) {
  for (const char* name : {"COVEY_JOB", "NOX_CURRENT_SESSION", "TOX_ENV_NAME"})
    if (auto value = environment(name); !value.empty()) return value;
  return "default";
}

base::Result<int> part_of(const Environment& environment) {
  const auto value = environment("COVEY_PART");
  if (value.empty()) return 1;
  int part = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), part);
  if (error != std::errc() || end != value.data() + value.size() || part < 1 || part > 1'000'000)
    return base::fail(base::ErrorKind::usage, "COVEY_PART", "is no whole number from 1 to 1000000");
  return part;
}

}  // namespace covey::shard
