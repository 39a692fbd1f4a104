#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <covey/cli/clock.hpp>
#include <ctime>

namespace covey::cli {

double unix_now() {
  std::timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

namespace {

// Records are written by others, too: what lies beyond the years 1 to 9999 is shown as the end that it is beyond.
double in_calendar(double unix_seconds) {
  constexpr double k_first = -62'135'596'800;
  constexpr double k_last = 253'402'300'799;
  return std::isnan(unix_seconds) ? 0 : std::clamp(unix_seconds, k_first, k_last);
}

std::string text(double unix_seconds, std::tm* (*broken_down)(const std::time_t*, std::tm*)) {
  auto micros = std::llround(in_calendar(unix_seconds) * 1e6);
  auto fraction = (micros % 1'000'000 + 1'000'000) % 1'000'000;  // not below zero before 1970
  std::time_t seconds = (micros - fraction) / 1'000'000;
  std::tm time{};
  broken_down(&seconds, &time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday,
                     time.tm_hour, time.tm_min, time.tm_sec, fraction);
}

}  // namespace

std::string utc_text(double unix_seconds) { return text(unix_seconds, ::gmtime_r) + "Z"; }

std::string local_text(double unix_seconds) { return text(unix_seconds, ::localtime_r); }

std::string local_minute_text(double unix_seconds) {
  const auto seconds = static_cast<std::time_t>(std::floor(in_calendar(unix_seconds)));
  std::tm time{};
  ::localtime_r(&seconds, &time);
  char buffer[64] = "";
  const auto size = std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M %z", &time);
  return std::string(buffer, size);
}

}  // namespace covey::cli
