// What is read of the event's file:
//   pull_request, pull_request_target   {"number": N, "pull_request": {"head": BRANCH, "base": BRANCH}}
//     BRANCH is {"sha": COMMIT, "ref": NAME, "repo": {"full_name": "OWNER/NAME"}}; a head's repo is null once it is
//     deleted
//   push                                {"before": COMMIT, "after": COMMIT, "ref": "refs/heads/NAME"}, zeros for none
//   workflow_run                        {"workflow_run": {"head_sha", "head_branch", "head_repository": {"full_name"},
//                                        "pull_requests": [{"number": N, "head": BRANCH, "base": BRANCH}]}}
// and "repository": {"full_name"} of each.
#include <algorithm>
#include <array>
#include <covey/base/file.hpp>
#include <covey/base/printable.hpp>
#include <covey/forge/event.hpp>
#include <covey/forge/json_fields.hpp>
#include <covey/forge/url.hpp>

namespace covey::forge {

namespace {

constexpr std::size_t k_event_limit = std::size_t{32} << 20;  // bytes; GitHub's payloads end at 25 MB
constexpr std::size_t k_longest_ref = 1024;                   // bytes
constexpr std::int64_t k_last_number = std::int64_t{1} << 53;

constexpr auto k_wanted = std::to_array<std::string_view>({
    "/number",
    "/pull_request/number",
    "/pull_request/head/sha",
    "/pull_request/head/ref",
    "/pull_request/head/repo/full_name",
    "/pull_request/base/sha",
    "/pull_request/base/ref",
    "/pull_request/base/repo/full_name",
    "/before",
    "/after",
    "/ref",
    "/repository/full_name",
    "/workflow_run/head_sha",
    "/workflow_run/head_branch",
    "/workflow_run/head_repository/full_name",
    "/workflow_run/pull_requests/*/number",
    "/workflow_run/pull_requests/*/head/sha",
    "/workflow_run/pull_requests/*/base/sha",
    "/workflow_run/pull_requests/*/base/ref",
});

tl::unexpected<base::Error> bad(std::string_view path, std::string_view value, std::string_view what) {
  return base::fail(base::ErrorKind::format, "event " + std::string(path),
                    base::quoted(value.substr(0, 100)) + " is not " + std::string(what));
}

tl::unexpected<base::Error> bad_variable(std::string_view name, std::string_view value, std::string_view what) {
  return base::fail(base::ErrorKind::usage, std::string(name),
                    base::quoted(value.substr(0, 100)) + " is not " + std::string(what));
}

// The variables hold digits or nothing.
std::string digits(const std::string& text) {
  return text.size() <= 20 && text.find_first_not_of("0123456789") == text.npos ? text : "";
}

// Reads checked values out of the event's file into `event`; the first that is not what it should be is the error.
class EventReader {
 public:
  EventReader(const JsonFields& fields, Event& event) : m_fields(fields), m_event(event) {}

  base::Result<void> read() {
    repository();
    if (m_event.name == "push") {
      push();
    } else if (m_event.name == "workflow_run") {
      workflow_run();
    } else if (m_fields.number("/pull_request/number")) {
      pull_request();  // also of a review, a label and the like
    } else if (m_event.name.starts_with("pull_request")) {
      fail(base::ErrorKind::format, "/pull_request/number", "not there");
    }
    if (m_error) return tl::unexpected(*m_error);
    return {};
  }

 private:
  void fail(base::ErrorKind kind, const std::string& path, std::string what) {
    if (!m_error) m_error = base::Error{kind, "event " + path, std::move(what)};
  }
  void keep(const tl::unexpected<base::Error>& error) {
    if (!m_error) m_error = error.value();
  }

  // A commit, "" where the file holds none; zeros stand for none.
  std::string commit(const std::string& path) {
    auto text = m_fields.text(path);
    if (is_commit(text) || text.empty()) return text;
    const bool zeros = (text.size() == 40 || text.size() == 64) && text.find_first_not_of('0') == text.npos;
    if (!zeros) keep(bad(path, text, "a commit"));
    return "";
  }

  std::string needed_commit(const std::string& path) {
    auto text = commit(path);
    if (text.empty()) fail(base::ErrorKind::format, path, "no commit there");
    return text;
  }

  std::string branch(const std::string& path) {
    auto text = m_fields.text(path);
    const bool good = text.size() <= k_longest_ref && std::all_of(text.begin(), text.end(), [](char c) {
                        return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
                      });
    if (!good) keep(bad(path, text, "a branch"));
    return good ? text : "";
  }

  std::string repository_at(const std::string& path) {
    auto text = m_fields.text(path);
    if (!text.empty() && !parse_repository_name(text)) {
      keep(bad(path, text, "a repository's owner and name"));
      return "";
    }
    return text;
  }

  std::optional<std::int64_t> number(const std::string& path) {
    const auto value = m_fields.number(path);
    if (value && *value > 0 && *value < k_last_number) return value;
    if (value) keep(bad(path, std::to_string(*value), "a pull request's number"));
    return std::nullopt;
  }

  void repository() {
    const auto name = repository_at("/repository/full_name");
    if (m_event.repository.name.empty() && !name.empty()) m_event.repository = *parse_repository_name(name);
  }

  void pull_request() {
    m_event.pull_request = number("/pull_request/number");
    m_event.head = needed_commit("/pull_request/head/sha");
    m_event.head_ref = branch("/pull_request/head/ref");
    m_event.head_repository = repository_at("/pull_request/head/repo/full_name");
    m_event.base = commit("/pull_request/base/sha");
    m_event.base_ref = branch("/pull_request/base/ref");
    m_event.from_fork = m_event.head_repository != repository_at("/pull_request/base/repo/full_name");
  }

  void push() {
    constexpr std::string_view k_branches = "refs/heads/";
    const auto after = commit("/after");
    if (!after.empty()) m_event.head = after;
    m_event.base = commit("/before");
    const auto ref = branch("/ref");
    if (ref.starts_with(k_branches)) m_event.head_ref = ref.substr(k_branches.size());
    m_event.head_repository = m_event.repository.full();
  }

  void workflow_run() {
    m_event.head = needed_commit("/workflow_run/head_sha");
    m_event.head_ref = branch("/workflow_run/head_branch");
    m_event.head_repository = repository_at("/workflow_run/head_repository/full_name");
    m_event.from_fork = m_event.head_repository != m_event.repository.full();
    // Pull requests whose head moved on since are none of this run's.
    for (std::size_t i = 0;; ++i) {
      const auto path = "/workflow_run/pull_requests/" + std::to_string(i);
      const auto found = number(path + "/number");
      if (!found || m_error) return;
      if (m_fields.text(path + "/head/sha") != m_event.head) continue;
      m_event.pull_request = found;
      m_event.base = commit(path + "/base/sha");
      m_event.base_ref = branch(path + "/base/ref");
      return;
    }
  }

  const JsonFields& m_fields;
  Event& m_event;
  std::optional<base::Error> m_error;
};

base::Result<void> read_addresses(const base::Environment& variables, Event& event) {
  const bool forgejo = event.forge == ForgeKind::forgejo;
  auto server = variables.value("GITHUB_SERVER_URL");
  if (server.empty() && !forgejo) server = "https://github.com";
  const auto server_url = parse_api_url(server);
  if (!server_url) return bad_variable("GITHUB_SERVER_URL", server, "an address");
  event.server_url = *server_url;

  auto api = variables.value("GITHUB_API_URL");
  // Runners made for GitHub alone name GitHub's.
  if (forgejo && !std::string_view(api).ends_with("/api/v1")) api = event.server_url + "/api/v1";
  if (api.empty()) api = server == "https://github.com" ? "https://api.github.com" : event.server_url + "/api/v3";
  const auto api_url = parse_api_url(api);
  if (!api_url) return bad_variable("GITHUB_API_URL", api, "an address");
  event.api_url = *api_url;
  return {};
}

base::Result<void> read_variables(const base::Environment& variables, Event& event) {
  if (auto done = read_addresses(variables, event); !done) return done;
  const auto repository = variables.value("GITHUB_REPOSITORY");
  const auto name = parse_repository_name(repository);
  if (!repository.empty() && !name)
    return bad_variable("GITHUB_REPOSITORY", repository, "a repository's owner and name");
  if (name) event.repository = *name;
  const auto commit = variables.value("GITHUB_SHA");
  if (!commit.empty() && !is_commit(commit)) return bad_variable("GITHUB_SHA", commit, "a commit");
  event.head = commit;
  event.name = variables.value("GITHUB_EVENT_NAME");
  event.run_id = digits(variables.value("GITHUB_RUN_ID"));
  event.run_attempt = digits(variables.value("GITHUB_RUN_ATTEMPT"));
  event.summary_path = variables.value("GITHUB_STEP_SUMMARY");
  return {};
}

// Forgejo counts the runs in a run's address by repository, GitHub over all.
std::string run_url(const base::Environment& variables, const Event& event) {
  const auto run = event.forge == ForgeKind::forgejo ? digits(variables.value("GITHUB_RUN_NUMBER")) : event.run_id;
  if (run.empty() || event.repository.name.empty()) return "";
  return event.server_url + "/" + event.repository.full() + "/actions/runs/" + run;
}

std::optional<ForgeKind> forge_of(const base::Environment& variables) {
  // Forgejo's runner and Gitea's set GitHub's variable too.
  for (const char* name : {"FORGEJO_ACTIONS", "GITEA_ACTIONS"})
    if (variables.value(name) == "true") return ForgeKind::forgejo;
  if (variables.value("GITHUB_ACTIONS") == "true") return ForgeKind::github;
  return std::nullopt;
}

}  // namespace

base::Result<std::optional<Event>> parse_event(const base::Environment& variables, std::string_view text) {
  const auto forge = forge_of(variables);
  if (!forge) return std::nullopt;
  Event event;
  event.forge = *forge;
  if (auto done = read_variables(variables, event); !done) return tl::unexpected(done.error());
  if (!text.empty()) {
    const auto fields = read_json_fields(text, k_wanted);
    if (!fields) return tl::unexpected(fields.error().at("event"));
    if (auto done = EventReader(*fields, event).read(); !done) return tl::unexpected(done.error());
  }
  if (event.repository.name.empty())
    return base::fail(base::ErrorKind::usage, "GITHUB_REPOSITORY", "not set, and the event names no repository");
  event.run_url = run_url(variables, event);
  return event;
}

base::Result<std::optional<Event>> read_event(const base::Environment& variables) {
  const auto path = variables.value("GITHUB_EVENT_PATH");
  if (path.empty() || !forge_of(variables)) return parse_event(variables, "");
  const auto text = base::read_file(path, k_event_limit);
  if (!text) return tl::unexpected(text.error());
  auto event = parse_event(variables, *text);
  if (!event && event.error().kind == base::ErrorKind::format) return tl::unexpected(event.error().at(path));
  return event;
}

}  // namespace covey::forge
