#include <algorithm>
#include <charconv>
#include <covey/forge/exchange.hpp>
#include <covey/forge/url.hpp>
#include <thread>

namespace covey::forge {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int k_tries = 3;
constexpr int k_redirects = 5;
constexpr std::int64_t k_long = 1'000'000'000;  // seconds: whoever asks for more does not want to be asked again

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::int64_t number = k_long * 1000;
  if (text.size() < 14) std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<seconds> until(std::optional<std::int64_t> then, const Response& response) {
  const auto now = parse_http_date(response.header("date"));
  if (!then || !now) return std::nullopt;
  return seconds(std::clamp<std::int64_t>(*then - *now, 0, k_long));
}

bool is_about_a_limit(const Response& response) {
  return !response.header("retry-after").empty() || response.header("x-ratelimit-remaining") == "0";
}

bool may_be_mended(const base::Result<Response>& result) {
  if (!result) return result.error().kind == base::ErrorKind::io;
  const int status = result->status;
  return status == 429 || (status == 403 && is_about_a_limit(*result)) || (status >= 500 && status != 501);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

tl::unexpected<base::Error> refuse(const Response& response, std::string what) {
  return base::fail(base::ErrorKind::usage, "", std::to_string(response.status) + ", a redirect " + std::move(what));
}

// The same request where the redirect leads.
base::Result<Request> redirected(const Request& request, const Response& response) {
  const auto from = parse_url(request.url);
  const auto to = from ? redirect_target(*from, response.header("location")) : std::nullopt;
  if (!to) return refuse(response, "that names no address");
  if (to->scheme != "https" && !is_same_server(*from, *to)) return refuse(response, "to another server without https");
  const bool keeps_method = response.status == 307 || response.status == 308 || request.method == "GET";
  if (!keeps_method) return refuse(response, "of a " + request.method + " to " + to->shown());
  Request next = request;
  next.url = to->text();
  if (!is_same_server(*from, *to)) next.authorization.clear();
  return next;
}

base::Result<Response> send_along_redirects(Transport& transport, const Budget& budget, Request request) {
  for (int followed = 0;; ++followed) {
    const auto left = budget.left();
    if (left.count() <= 0)
      return base::fail(
          base::ErrorKind::io, "",
          "not sent: the " + std::to_string(budget.total().count() / 1000) + " s that all requests may take are over");
    auto response = transport.send(request, std::min(k_request_time, left));
    if (!response || !is_redirect(response->status)) return response;
    if (followed == k_redirects) return refuse(*response, "too many");
    auto next = redirected(request, *response);
    if (!next) return tl::unexpected(next.error());
    request = std::move(*next);
  }
}

// A message must show neither the query nor what is no address.
std::string place(const Request& request) {
  const auto url = parse_url(request.url);
  return request.method + " " + (url ? url->shown() : "?");
}

}  // namespace

Clock machine_clock() {
  return {[] { return std::chrono::steady_clock::now(); },
          [](milliseconds time) { std::this_thread::sleep_for(time); }};
}

Budget::Budget(milliseconds total, Clock clock)
    : m_total(total), m_clock(std::move(clock)), m_end(m_clock.now() + total) {}

milliseconds Budget::left() const {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(m_end - m_clock.now()));
}

base::Result<Response> exchange(Transport& transport, const Budget& budget, const Request& request) {
  milliseconds pause = seconds(1);
  for (int tried = 1;; ++tried) {
    auto result = send_along_redirects(transport, budget, request);
    const auto asked = result ? wait_asked_for(*result) : std::nullopt;
    const milliseconds wait = asked ? milliseconds(*asked) : pause;
    if (tried == k_tries || !may_be_mended(result) || wait >= budget.left()) {
      if (result) return result;
      auto error = result.error();
      error.what = without_secret(std::move(error.what), request.authorization);
      return tl::unexpected(error.at(place(request)));
    }
    budget.wait(wait);
    pause *= 2;
  }
}

std::optional<seconds> wait_asked_for(const Response& response) {
  const auto asked = response.header("retry-after");
  if (const auto number = whole_number(asked)) return seconds(std::min(*number, k_long));
  if (const auto wait = until(parse_http_date(asked), response)) return wait;
  if (response.header("x-ratelimit-remaining") != "0") return std::nullopt;
  return until(whole_number(response.header("x-ratelimit-reset")), response);
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::string_view k_shape = "aaa, 00 aaa 0000 00:00:00 GMT";
  constexpr std::string_view k_months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != k_shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (k_shape[i] == '0' ? !digit : (k_shape[i] != 'a' && text[i] != k_shape[i])) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + size, value);
    return value;
  };
  const auto month = k_months.find(text.substr(8, 3));
  if (month == k_months.npos || month % 3 != 0) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(number(12, 4)),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(number(5, 2))));
  const int hour = number(17, 2), minute = number(20, 2), second = number(23, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + hour * 3600 + minute * 60 + second;
}

std::string without_secret(std::string text, std::string_view authorization) {
  const auto secret = authorization.substr(authorization.find(' ') + 1);
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 3))
    text.replace(at, secret.size(), "***");
  return text;
}

}  // namespace covey::forge
