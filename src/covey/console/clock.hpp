// The time of day, for records that people and other machines read. Nothing is decided by it that a lock can decide.
#pragma once

#include <string>

namespace covey::console {

// Seconds since 1970-01-01 UTC.
double unix_now();

// "2026-11-23T15:06:12.123456", in local time: coverage.py's timestamps.
std::string local_text(double unix_seconds);

// "2026-11-23 15:06 +0000", in local time: for people.
std::string local_minute_text(double unix_seconds);

}  // namespace covey::console
