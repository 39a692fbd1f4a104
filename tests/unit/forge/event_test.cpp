#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/forge/event.hpp>
#include "../base/scratch_directory.hpp"

using namespace covey;

namespace {

const std::string k_head(40, 'a'), k_base(40, 'b'), k_merge(40, 'c'), k_none(40, '0');

using Variables = std::vector<std::string>;

const Variables k_github = {
    "GITHUB_ACTIONS=true",        "GITHUB_SERVER_URL=https://github.com",
    "GITHUB_REPOSITORY=octo/lib", "GITHUB_API_URL=https://api.github.com",
    "GITHUB_RUN_ID=123",          "GITHUB_RUN_NUMBER=7",
    "GITHUB_RUN_ATTEMPT=2",       "GITHUB_SHA=" + k_merge,
    "GITHUB_STEP_SUMMARY=/tmp/s",
};
const Variables k_forgejo = {
    "GITHUB_ACTIONS=true",        "FORGEJO_ACTIONS=true",
    "GITHUB_REPOSITORY=octo/lib", "GITHUB_SERVER_URL=https://forge.example/",
    "GITHUB_RUN_ID=123",          "GITHUB_RUN_NUMBER=7",
    "GITHUB_SHA=" + k_merge,      "GITHUB_API_URL=https://forge.example/api/v1",
};

base::Environment with(Variables variables, const Variables& more) {
  variables.insert(variables.end(), more.begin(), more.end());
  return base::Environment(variables);
}

std::string branch(const std::string& sha, const std::string& ref, const std::string& repository) {
  const auto repo = repository.empty() ? "null" : R"({"full_name": ")" + repository + R"("})";
  return R"({"sha": ")" + sha + R"(", "ref": ")" + ref + R"(", "repo": )" + repo + "}";
}

std::string pull_event(const std::string& head, const std::string& base, const std::string& number = "5") {
  return R"({"action": "opened", "number": )" + number + R"(, "pull_request": {"number": )" + number + R"(, "head": )" +
         head + R"(, "base": )" + base + R"(}, "repository": {"full_name": "octo/lib"}})";
}

std::string push_event(const std::string& before, const std::string& after, const std::string& ref) {
  return R"({"before": ")" + before + R"(", "after": ")" + after + R"(", "ref": ")" + ref + R"("})";
}

std::string run_event(const std::string& pulls, const std::string& repository) {
  return R"({"workflow_run": {"id": 1, "head_sha": ")" + k_head +
         R"(", "head_branch": "topic", "head_repository": {"full_name": ")" + repository + R"("}, "pull_requests": [)" +
         pulls + R"(]}, "repository": {"full_name": "octo/lib"}})";
}

std::string pull_of_run(int number, const std::string& head) {
  return R"({"number": )" + std::to_string(number) + R"(, "head": {"sha": ")" + head + R"("}, "base": {"sha": ")" +
         k_base + R"(", "ref": "main"}})";
}

const std::string k_main = branch(k_base, "main", "octo/lib");

}  // namespace

TEST_CASE("what an event says") {
  struct Row {
    const char* name;
    const char* event;
    std::string text;
    std::int64_t pull_request;  // 0 for none
    std::string head, head_ref, head_repository, base, base_ref;
    bool from_fork;
  };
  const Row rows[] = {
      {"a pull request", "pull_request", pull_event(branch(k_head, "topic", "octo/lib"), k_main), 5, k_head, "topic",
       "octo/lib", k_base, "main", false},
      {"one from a fork", "pull_request_target", pull_event(branch(k_head, "main", "other/lib"), k_main), 5, k_head,
       "main", "other/lib", k_base, "main", true},
      {"one whose fork is gone", "pull_request", pull_event(branch(k_head, "topic", ""), k_main), 5, k_head, "topic",
       "", k_base, "main", true},
      {"a review of one", "pull_request_review", pull_event(branch(k_head, "topic", "octo/lib"), k_main), 5, k_head,
       "topic", "octo/lib", k_base, "main", false},
      {"a push", "push", push_event(k_base, k_head, "refs/heads/a/b"), 0, k_head, "a/b", "octo/lib", k_base, "", false},
      {"a new branch", "push", push_event(k_none, k_head, "refs/heads/new"), 0, k_head, "new", "octo/lib", "", "",
       false},
      {"a tag", "push", push_event(k_none, k_head, "refs/tags/v1"), 0, k_head, "", "octo/lib", "", "", false},
      {"a finished run", "workflow_run", run_event(pull_of_run(4, k_merge) + "," + pull_of_run(5, k_head), "octo/lib"),
       5, k_head, "topic", "octo/lib", k_base, "main", false},
      {"one of a fork", "workflow_run", run_event("", "other/lib"), 0, k_head, "topic", "other/lib", "", "", true},
      {"by hand", "workflow_dispatch", R"({"inputs": {"number": "5"}, "ref": "refs/heads/main"})", 0, k_merge, "", "",
       "", "", false},
      {"by the clock", "schedule", R"({"action": "schedule"})", 0, k_merge, "", "", "", "", false},
      {"no file", "push", "", 0, k_merge, "", "", "", "", false},
  };
  for (const auto& row : rows) {
    for (const auto& variables : {k_github, k_forgejo}) {
      CAPTURE(row.name);
      const auto event = forge::parse_event(with(variables, {std::string("GITHUB_EVENT_NAME=") + row.event}), row.text);
      REQUIRE_MESSAGE(event.has_value(), event.error().message());
      REQUIRE(event->has_value());
      const auto& found = **event;
      CHECK(found.name == row.event);
      CHECK(found.pull_request.value_or(0) == row.pull_request);
      CHECK(found.head == row.head);
      CHECK(found.head_ref == row.head_ref);
      CHECK(found.head_repository == row.head_repository);
      CHECK(found.base == row.base);
      CHECK(found.base_ref == row.base_ref);
      CHECK(found.from_fork == row.from_fork);
      CHECK(found.repository.full() == "octo/lib");
    }
  }
}

TEST_CASE("where the forge is") {
  struct Row {
    const char* name;
    Variables variables;
    forge::ForgeKind kind;
    const char* api;
    const char* run;
  };
  const Row rows[] = {
      {"GitHub", k_github, forge::ForgeKind::github, "https://api.github.com",
       "https://github.com/octo/lib/actions/runs/123"},
      {"Forgejo", k_forgejo, forge::ForgeKind::forgejo, "https://forge.example/api/v1",
       "https://forge.example/octo/lib/actions/runs/7"},
      {"Gitea, its runner naming GitHub's API",
       {"GITEA_ACTIONS=true", "GITHUB_REPOSITORY=a/b", "GITHUB_SERVER_URL=https://gitea.example/sub/",
        "GITHUB_API_URL=https://api.github.com"},
       forge::ForgeKind::forgejo,
       "https://gitea.example/sub/api/v1",
       ""},
      {"GitHub Enterprise",
       {"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=a/b", "GITHUB_SERVER_URL=https://ghe.example"},
       forge::ForgeKind::github,
       "https://ghe.example/api/v3",
       ""},
      {"GitHub without addresses",
       {"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=a/b"},
       forge::ForgeKind::github,
       "https://api.github.com",
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto event = forge::parse_event(base::Environment(row.variables), "");
    REQUIRE(event);
    CHECK((*event)->forge == row.kind);
    CHECK((*event)->api_url == row.api);
    CHECK((*event)->run_url == row.run);
  }
  const auto event = forge::parse_event(base::Environment(k_github), "");
  CHECK((*event)->run_id == "123");
  CHECK((*event)->run_attempt == "2");
  CHECK((*event)->summary_path == "/tmp/s");
}

TEST_CASE("outside of a CI there is no event") {
  for (const auto& variables : {Variables{}, Variables{"CI=true"}, Variables{"GITHUB_ACTIONS=false"}}) {
    const auto event = forge::parse_event(base::Environment(variables), "garbage");
    REQUIRE(event);
    CHECK_FALSE(event->has_value());
  }
}

TEST_CASE("an event that is none says what is wrong") {
  const auto pull = [](const std::string& head, const std::string& number = "5") {
    return pull_event(head, k_main, number);
  };
  struct Row {
    const char* event;
    std::string text, said;
  };
  const Row rows[] = {
      {"pull_request", "<html>", "event: byte 1: not JSON"},
      {"pull_request", std::string(100, '['), "event: nested deeper than any answer of a forge"},
      {"pull_request", "{}", "event /pull_request/number: not there"},
      {"pull_request", pull(branch("HEAD", "t", "a/b")), "event /pull_request/head/sha: 'HEAD' is not a commit"},
      {"pull_request", pull(branch("--upload-pack=x", "t", "a/b")),
       "event /pull_request/head/sha: '--upload-pack=x' is not a commit"},
      {"pull_request", pull(branch(std::string(40, 'A'), "t", "a/b")),
       "event /pull_request/head/sha: '" + std::string(40, 'A') + "' is not a commit"},
      {"pull_request", pull(branch("", "t", "a/b")), "event /pull_request/head/sha: no commit there"},
      {"pull_request", pull(branch(k_none, "t", "a/b")), "event /pull_request/head/sha: no commit there"},
      {"pull_request", pull(branch(k_head, "a b", "a/b")), "event /pull_request/head/ref: 'a b' is not a branch"},
      {"pull_request", pull(branch(k_head, "a\\u0007b", "a/b")),
       "event /pull_request/head/ref: 'a\\x07b' is not a branch"},
      {"pull_request", pull(branch(k_head, "t", "a/../b")),
       "event /pull_request/head/repo/full_name: 'a/../b' is not a repository's owner and name"},
      {"pull_request", pull(branch(k_head, "t", "a/b"), "-1"),
       "event /pull_request/number: '-1' is not a pull request's number"},
      {"pull_request", pull(branch(k_head, "t", "a/b"), "9007199254740992"),
       "event /pull_request/number: '9007199254740992' is not a pull request's number"},
      {"pull_request", pull(branch(k_head, "t", "a/b"), "\"5\""), "event /pull_request/number: not there"},
      {"push", push_event("x", k_head, "refs/heads/m"), "event /before: 'x' is not a commit"},
      {"workflow_run", "{}", "event /workflow_run/head_sha: no commit there"},
      {"workflow_run", run_event(pull_of_run(0, k_head), "a/b"),
       "event /workflow_run/pull_requests/0/number: '0' is not a pull request's number"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto event = forge::parse_event(with(k_github, {std::string("GITHUB_EVENT_NAME=") + row.event}), row.text);
    REQUIRE_FALSE(event);
    CHECK(event.error().message() == row.said);
    CHECK(event.error().kind == base::ErrorKind::format);
  }
}

TEST_CASE("a variable that is wrong is named") {
  struct Row {
    Variables variables;
    const char* said;
  };
  const Row rows[] = {
      {{"GITHUB_REPOSITORY=../x"}, "GITHUB_REPOSITORY: '../x' is not a repository's owner and name"},
      {{}, "GITHUB_REPOSITORY: not set, and the event names no repository"},
      {{"GITHUB_REPOSITORY=a/b", "GITHUB_SHA=main"}, "GITHUB_SHA: 'main' is not a commit"},
      {{"GITHUB_REPOSITORY=a/b", "GITHUB_SERVER_URL=x"}, "GITHUB_SERVER_URL: 'x' is not an address"},
      {{"GITHUB_REPOSITORY=a/b", "GITHUB_API_URL=file:///x"}, "GITHUB_API_URL: 'file:///x' is not an address"},
      {{"GITHUB_REPOSITORY=a/b", "GITEA_ACTIONS=true"}, "GITHUB_SERVER_URL: '' is not an address"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.said);
    const auto event = forge::parse_event(with({"GITHUB_ACTIONS=true"}, row.variables), "");
    REQUIRE_FALSE(event);
    CHECK(event.error().message() == row.said);
  }
  const auto odd =
      forge::parse_event(with({"GITHUB_ACTIONS=true"}, {"GITHUB_REPOSITORY=a/b", "GITHUB_RUN_ID=../1"}), "");
  CHECK((*odd)->run_id == "");
}

TEST_CASE("the event's file is read") {
  ScratchDirectory scratch;
  const auto path = scratch / "event.json";
  const auto variables = with(k_github, {"GITHUB_EVENT_NAME=push", "GITHUB_EVENT_PATH=" + path});
  CHECK(forge::read_event(variables).error().message() == path + ": no such file or directory");
  REQUIRE(base::write_file_atomic(path, push_event(k_base, k_head, "refs/heads/m")));
  CHECK((*forge::read_event(variables))->base == k_base);
  REQUIRE(base::write_file_atomic(path, "{"));
  CHECK(forge::read_event(variables).error().message() == path + ": event: byte 2: not JSON");
  CHECK_FALSE(forge::read_event(base::Environment({"GITHUB_EVENT_PATH=/nowhere"}))->has_value());
}
