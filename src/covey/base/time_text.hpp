// Points in time as text, from the year 1 to 9999: records are written by others, too, and what lies beyond is shown as
// the end that it is beyond.
#pragma once

#include <ctime>
#include <string>

namespace covey::base {

// The time, which is no time where it is NaN, as the nearest that there is text for.
double in_calendar(double unix_seconds);

// "2026-11-23T15:06:12.123456" of the time that `broken_down` makes of it: ::gmtime_r, or ::localtime_r.
std::string time_text(double unix_seconds, std::tm* (*broken_down)(const std::time_t*, std::tm*));

// "2026-11-23T15:06:12.123456Z".
std::string utc_text(double unix_seconds);

}  // namespace covey::base
