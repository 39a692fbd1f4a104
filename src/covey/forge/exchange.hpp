// A request as a forge wants it sent: again after a while where the forge or the network asks for it, along redirects,
// and never for longer than all requests together may take.
#pragma once

#include <chrono>
#include <covey/base/result.hpp>
#include <covey/forge/http.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

inline constexpr std::chrono::milliseconds k_request_time{10'000};  // of one request, connecting included
inline constexpr std::chrono::milliseconds k_total_time{60'000};    // of all that a command sends, waiting included

// Time as tests can replace it.
struct Clock {
  std::function<std::chrono::steady_clock::time_point()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
};

// The machine's.
Clock machine_clock();

// What all requests of a command may take together. It runs from when it is made.
class Budget {
 public:
  explicit Budget(std::chrono::milliseconds total = k_total_time, Clock clock = machine_clock());

  std::chrono::milliseconds total() const { return m_total; }
  std::chrono::milliseconds left() const;  // 0 where it is used up
  void wait(std::chrono::milliseconds time) const { m_clock.sleep(time); }

 private:
  std::chrono::milliseconds m_total;
  Clock m_clock;
  std::chrono::steady_clock::time_point m_end;
};

// Sends the request, each try for k_request_time or what is left of the budget, and returns the last answer, whatever
// its status.
//
// Three tries at most, where there is no answer (ErrorKind::io), and after 429, 403 that is about a limit, and 5xx. In
// between it waits for as long as the answer asks, else 1 s and 2 s; where that is more than is left, the answer is
// returned at once. A request whose answer was lost is sent again as well, so it may have been carried out twice.
//
// Redirects are followed, five at most, to https or to the same server, and with a body only where they keep it (307,
// 308); the authorization goes to the same server alone (is_same_server()). Fails as Transport::send() does, naming
// method and address, and with ErrorKind::usage where a redirect is not to be followed.
base::Result<Response> exchange(Transport& transport, const Budget& budget, const Request& request);

// How long the answer asks to wait before the next try: "Retry-After" in seconds or as a date, else, where nothing is
// left of a limit, until "X-RateLimit-Reset". Dates are compared with the answer's own "Date". Nothing where it does
// not ask, or not understandably.
std::optional<std::chrono::seconds> wait_asked_for(const Response& response);

// Seconds since 1970 of a date as HTTP writes it ("Sun, 06 Nov 1994 08:49:37 GMT"); nothing for any other text.
std::optional<std::int64_t> parse_http_date(std::string_view text);

// `text` with "***" for the secret of an authorization's value: servers may repeat what they were told.
std::string without_secret(std::string text, std::string_view authorization);

}  // namespace covey::forge
