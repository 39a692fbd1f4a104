#include <covey/base/environment.hpp>
#include <covey/forge/api.hpp>
#include <covey/forge/comment.hpp>
#include <covey/forge/event.hpp>
#include <covey/forge/marker.hpp>
#include <covey/forge/url.hpp>
#include <cstdint>
#include <deque>
#include "require.hpp"

namespace {

using namespace covey;

std::string_view take_part(std::string_view& rest) {
  const auto part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

// Answers each request with the next part of the input: its status' digits, a line of a header "link", the body.
class Answers : public forge::Transport {
 public:
  explicit Answers(std::string_view input) : m_rest(input) {}

  base::Result<forge::Response> send(const forge::Request& request, std::chrono::milliseconds) override {
    require(request.authorization.empty() || request.url.starts_with("https://forge.example/"));
    if (m_rest.empty()) return base::fail(base::ErrorKind::format, "", "no more answers");
    auto part = take_part(m_rest);
    forge::Response response;
    for (int i = 0; i < 3 && !part.empty(); ++i, part.remove_prefix(1))
      response.status = response.status * 10 + (part[0] & 7);
    const auto line = part.substr(0, part.find('\n'));
    part.remove_prefix(std::min(line.size() + 1, part.size()));
    for (const char* name : {"link", "location", "retry-after", "x-total-count"})
      response.headers.push_back({name, std::string(line)});
    response.body = part;
    return response;
  }

 private:
  std::string_view m_rest;
};

void check_event(std::string_view name, std::string_view text) {
  const base::Environment variables(
      {"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=o/r", "GITHUB_EVENT_NAME=" + std::string(name)});
  const auto event = forge::parse_event(variables, text);
  if (!event) return;
  require(event->has_value());
  require((*event)->head.empty() || forge::is_commit((*event)->head));
  require((*event)->base.empty() || forge::is_commit((*event)->base));
  require(!(*event)->pull_request || *(*event)->pull_request > 0);
}

void check_marker(std::string_view project) {
  const auto marker = forge::marker(project);
  require(marker.find("--", 4) == marker.size() - 3 && marker.find('>') == marker.size() - 1);
  const auto cut = forge::cut_comment(project, 20, "end");
  require(forge::comment_length(cut) <= 20);
  if (const auto url = forge::parse_url(project)) require(forge::parse_url(url->text())->text() == url->text());
}

}  // namespace

// A NUL between one part and the next: an event's name, its file; then the forge's answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto name = take_part(rest);
  check_event(name, take_part(rest));
  check_marker(name);
  for (const auto kind : {forge::ForgeKind::forgejo, forge::ForgeKind::github}) {
    Answers answers(rest);
    auto clock = forge::machine_clock();
    clock.sleep = [](std::chrono::milliseconds) {};
    const forge::Budget budget(forge::k_total_time, clock);
    forge::Api api({kind, "https://forge.example", {"o", "r"}, "secret"}, answers, budget);
    const auto posted = forge::post_comment(api, 5, "project", "text");
    require(posted ? posted->id != 0 : posted.error().message().find('\n') == std::string::npos);
    api.pull_request(5);
    api.find_pull_request("o/r", "topic", "x");
    api.diff(5);
  }
  return 0;
}
