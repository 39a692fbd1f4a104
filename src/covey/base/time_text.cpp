#include <algorithm>
#include <cmath>
#include <covey/base/time_text.hpp>
#include <cstdio>

namespace covey::base {

double in_calendar(double unix_seconds) {
  constexpr double k_first = -62'135'596'800;
  constexpr double k_last = 253'402'300'799;
  return std::isnan(unix_seconds) ? 0 : std::clamp(unix_seconds, k_first, k_last);
}

std::string time_text(double unix_seconds, std::tm* (*broken_down)(const std::time_t*, std::tm*)) {
  auto micros = std::llround(in_calendar(unix_seconds) * 1e6);
  auto fraction = (micros % 1'000'000 + 1'000'000) % 1'000'000;  // not below zero before 1970
  std::time_t seconds = (micros - fraction) / 1'000'000;
  std::tm time{};
  broken_down(&seconds, &time);
  char buffer[96] = "";
  const int size = std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%06lld", time.tm_year + 1900,
                                 time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec, fraction);
  return std::string(buffer, static_cast<std::size_t>(size));
}

std::string utc_text(double unix_seconds) { return time_text(unix_seconds, ::gmtime_r) + "Z"; }

}  // namespace covey::base
