#include <cmath>
#include <covey/base/time_text.hpp>
#include <covey/console/clock.hpp>
#include <ctime>

namespace covey::console {

double unix_now() {
  std::timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string local_text(double unix_seconds) { return base::time_text(unix_seconds, ::localtime_r); }

std::string local_minute_text(double unix_seconds) {
  const auto seconds = static_cast<std::time_t>(std::floor(base::in_calendar(unix_seconds)));
  std::tm time{};
  ::localtime_r(&seconds, &time);
  char buffer[64] = "";
  const auto size = std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M %z", &time);
  return std::string(buffer, size);
}

}  // namespace covey::console
