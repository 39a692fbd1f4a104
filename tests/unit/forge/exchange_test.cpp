#include <doctest/doctest.h>
#include <covey/forge/exchange.hpp>
#include <deque>
#include <vector>

using namespace covey;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Time that passes only where someone waits.
struct Time {
  std::chrono::steady_clock::time_point now{};
  std::vector<std::int64_t> waits;  // milliseconds

  forge::Clock clock() {
    return {[this] { return now; },
            [this](milliseconds time) {
              waits.push_back(time.count());
              now += time;
            }};
  }
};

// Gives the answers it was made with, one a request, each after a time.
class Script : public forge::Transport {
 public:
  struct Answer {
    base::Result<forge::Response> result;
    milliseconds takes{0};
  };

  Script(Time& time, std::deque<Answer> answers) : m_time(time), m_answers(std::move(answers)) {}

  base::Result<forge::Response> send(const forge::Request& request, milliseconds timeout) override {
    sent.push_back(request);
    timeouts.push_back(timeout.count());
    REQUIRE_FALSE(m_answers.empty());
    auto answer = std::move(m_answers.front());
    m_answers.pop_front();
    m_time.now += std::min(answer.takes, timeout);
    return answer.result;
  }

  std::vector<forge::Request> sent;
  std::vector<std::int64_t> timeouts;

 private:
  Time& m_time;
  std::deque<Answer> m_answers;
};

forge::Response answer(int status, std::vector<forge::Header> headers = {}) { return {status, std::move(headers), ""}; }
const base::Result<forge::Response> k_silence = base::fail(base::ErrorKind::io, "", "no answer");
const milliseconds k_hang{60'000};

}  // namespace

TEST_CASE("what may pass is tried again, after the wait that is asked for") {
  struct Row {
    const char* name;
    std::deque<Script::Answer> answers;
    int status;  // 0 for an error
    std::vector<std::int64_t> waits;
    std::vector<std::int64_t> timeouts;
  };
  const std::int64_t whole = 10'000;
  const forge::Header now{"date", "Tue, 01 Dec 2026 12:00:00 GMT"};
  const Row rows[] = {
      {"good at once", {{answer(200)}}, 200, {}, {whole}},
      {"not to be mended", {{answer(404)}}, 404, {}, {whole}},
      {"not allowed", {{answer(403)}}, 403, {}, {whole}},
      {"not implemented", {{answer(501)}}, 501, {}, {whole}},
      {"a failure that passes",
       {{answer(502)}, {answer(503)}, {answer(201)}},
       201,
       {1000, 2000},
       {whole, whole, whole}},
      {"one that does not", {{answer(500)}, {answer(500)}, {answer(500)}}, 500, {1000, 2000}, {whole, whole, whole}},
      {"silence", {{k_silence}, {k_silence}, {k_silence}}, 0, {1000, 2000}, {whole, whole, whole}},
      {"asked to wait", {{answer(429, {{"retry-after", "20"}})}, {answer(200)}}, 200, {20'000}, {whole, whole}},
      {"asked not to wait", {{answer(429, {{"retry-after", "0"}})}, {answer(200)}}, 200, {0}, {whole, whole}},
      {"asked to wait until",
       {{answer(503, {now, {"retry-after", "Tue, 01 Dec 2026 12:00:30 GMT"}})}, {answer(200)}},
       200,
       {30'000},
       {whole, whole}},
      {"asked to wait for longer than there is", {{answer(429, {{"retry-after", "60"}})}}, 429, {}, {whole}},
      {"asked to wait for ever", {{answer(429, {{"retry-after", "99999999999999999999"}})}}, 429, {}, {whole}},
      {"a limit", {{answer(403, {{"retry-after", "5"}})}, {answer(200)}}, 200, {5000}, {whole, whole}},
      {"a hang that passes", {{k_silence, k_hang}, {answer(200)}}, 200, {1000}, {whole, whole}},
      {"hangs",
       {{k_silence, k_hang}, {k_silence, k_hang}, {k_silence, k_hang}},
       0,
       {1000, 2000},
       {whole, whole, whole}},
      {"the end of the budget",
       {{answer(503, {{"retry-after", "52"}})}, {k_silence, k_hang}},
       0,
       {52'000},
       {whole, 8000}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Time time;
    Script script(time, row.answers);
    const forge::Budget budget(forge::k_total_time, time.clock());
    forge::Request request;
    request.url = "https://forge.example/x?secret";
    const auto result = forge::exchange(script, budget, request);
    CHECK((result ? result->status : 0) == row.status);
    CHECK(time.waits == row.waits);
    CHECK(script.timeouts == row.timeouts);
    if (!result) CHECK(result.error().message() == "GET https://forge.example/x: no answer");
  }
}

TEST_CASE("with the budget used up nothing is sent") {
  Time time;
  Script script(time, {});
  const forge::Budget budget(seconds(60), time.clock());
  time.now += seconds(61);
  CHECK(budget.left().count() == 0);
  forge::Request request;
  request.url = "https://forge.example/x";
  const auto result = forge::exchange(script, budget, request);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() ==
        "GET https://forge.example/x: not sent: the 60 s that all requests may take are over");
}

TEST_CASE("the token goes to its own server alone") {
  struct Row {
    const char* name;
    std::vector<const char*> locations;
    std::vector<bool> with_token;
  };
  const Row rows[] = {
      {"the same server", {"/moved", "https://forge.example/again"}, {true, true, true}},
      {"another", {"https://files.example/x"}, {true, false}},
      {"another port", {"https://forge.example:8443/x"}, {true, false}},
      {"there and back", {"https://files.example/x", "https://forge.example/y"}, {true, false, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Time time;
    std::deque<Script::Answer> answers;
    for (const auto* location : row.locations) answers.push_back({answer(302, {{"location", location}})});
    answers.push_back({answer(200)});
    Script script(time, answers);
    const forge::Budget budget(seconds(60), time.clock());
    forge::Request request;
    request.url = "https://forge.example/x";
    request.authorization = "token secret";
    REQUIRE(forge::exchange(script, budget, request));
    std::vector<bool> with_token;
    for (const auto& sent : script.sent) with_token.push_back(!sent.authorization.empty());
    CHECK(with_token == row.with_token);
  }
}

TEST_CASE("how long an answer asks to wait") {
  const forge::Header now{"date", "Sun, 06 Nov 1994 08:49:37 GMT"};
  struct Row {
    const char* name;
    std::vector<forge::Header> headers;
    std::int64_t wait;  // seconds; -1 where it does not ask
  };
  const Row rows[] = {
      {"nothing", {}, -1},
      {"seconds", {{"retry-after", "120"}}, 120},
      {"too many digits", {{"retry-after", "12345678901234567890"}}, 1'000'000'000},
      {"a date", {now, {"retry-after", "Sun, 06 Nov 1994 08:50:00 GMT"}}, 23},
      {"a date that is past", {now, {"retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"}}, 0},
      {"a date without a clock", {{"retry-after", "Sun, 06 Nov 1994 08:50:00 GMT"}}, -1},
      {"less than nothing", {{"retry-after", "-1"}}, -1},
      {"part of a second", {{"retry-after", "1.5"}}, -1},
      {"no time", {{"retry-after", "soon"}}, -1},
      {"a limit", {now, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "784111787"}}, 10},
      {"a limit that is not reached", {now, {"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", "784111787"}}, -1},
      {"both", {now, {"retry-after", "3"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "784111787"}}, 3},
      {"a limit without end",
       {now, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "99999999999999"}},
       1'000'000'000},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto wait = forge::wait_asked_for(answer(429, row.headers));
    CHECK((wait ? wait->count() : -1) == row.wait);
  }
}

TEST_CASE("dates are read as HTTP writes them") {
  struct Row {
    const char* text;
    std::int64_t seconds;  // -1 for none
  };
  const Row rows[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Thu, 29 Feb 2024 23:59:60 GMT", 1709251200},
      {"Thu, 29 Feb 2023 00:00:00 GMT", -1},
      {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
      {"Sun, 06 nov 1994 08:49:37 GMT", -1},
      {"Sun, 06 anF 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
      {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
      {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
      {"784111777", -1},
      {"", -1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(forge::parse_http_date(row.text).value_or(-1) == row.seconds);
  }
}

TEST_CASE("a secret is shown nowhere") {
  CHECK(forge::without_secret("no abc, nor abcabc", "token abc") == "no ***, nor ******");
  CHECK(forge::without_secret("no abc", "abc") == "no ***");
  CHECK(forge::without_secret("no abc", "") == "no abc");
  CHECK(forge::without_secret("a * b", "token *") == "a *** b");
}
