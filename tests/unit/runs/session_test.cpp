#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/runs/session.hpp>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::runs;

namespace {

Session whole() {
  Session session;
  session.project = "covey";
  session.job = "tests(a=3)";
  session.slug = "tests-a-3--00000000";
  session.part = 2;
  session.attempt = 3;
  session.forge_job = "unit";
  session.run_id = "0123456789abcdef";
  session.start = 1795448117.25;
  session.end = 1795448118.5;
  session.signal = 9;
  session.commit = std::string(40, 'a');
  session.python = "/usr/bin/python3";
  session.python_version = "3.14.8";
  session.command = {"python", "-c", "line\nbreak", "", "\"quoted\""};
  session.host = "host";
  session.pid = 42;
  session.covey_version = "0.1.0";
  session.append = session.branch = session.closed_by_run = true;
  session.index_seconds = 0.125;
  return session;
}

}  // namespace

TEST_CASE("a session record comes back as it was written") {
  ScratchDirectory scratch;
  auto path = scratch / "session.json";
  Session sessions[] = {whole(), {}};
  for (const auto& session : sessions) {
    REQUIRE(write_session(path, session));
    auto read = read_session(path);
    REQUIRE(read);
    CHECK(read->project == session.project);
    CHECK(read->job == session.job);
    CHECK(read->slug == session.slug);
    CHECK(read->part == session.part);
    CHECK(read->attempt == session.attempt);
    CHECK(read->forge_job == session.forge_job);
    CHECK(read->run_id == session.run_id);
    CHECK(read->start == session.start);
    CHECK(read->end == session.end);
    CHECK(read->status == session.status);
    CHECK(read->signal == session.signal);
    CHECK(read->commit == session.commit);
    CHECK(read->python == session.python);
    CHECK(read->python_version == session.python_version);
    CHECK(read->command == session.command);
    CHECK(read->host == session.host);
    CHECK(read->pid == session.pid);
    CHECK(read->covey_version == session.covey_version);
    CHECK(read->append == session.append);
    CHECK(read->branch == session.branch);
    CHECK(read->closed_by_run == session.closed_by_run);
    CHECK(read->index_seconds == session.index_seconds);
    REQUIRE(base::write_file_atomic(path, ""));
  }
}

TEST_CASE("times stand there for people too") {
  ScratchDirectory scratch;
  REQUIRE(write_session(scratch / "s.json", whole()));
  auto text = *base::read_file(scratch / "s.json");
  CHECK(text.find("\"start\": \"2026-11-23T15:35:17.250000Z\"") != std::string::npos);
  CHECK(text.find("\"end\": \"2026-11-23T15:35:18.500000Z\"") != std::string::npos);
}

TEST_CASE("what others add to the record stays, and what is not UTF-8 does no harm") {
  ScratchDirectory scratch;
  auto path = scratch / "session.json";
  REQUIRE(base::write_file_atomic(path, R"({"format": 1, "status": 5, "tests": {"passed": 3}})"));
  auto session = whole();
  session.command = {"caf\xe9.py"};
  REQUIRE(write_session(path, session));
  auto text = *base::read_file(path);
  CHECK(text.find("\"passed\": 3") != std::string::npos);
  CHECK(text.find("\"status\": null") != std::string::npos);
  CHECK(read_session(path)->command == std::vector<std::string>{"caf\xef\xbf\xbd.py"});
}

TEST_CASE("what is no session record is an error, what is odd in one counts as absent") {
  ScratchDirectory scratch;
  auto path = scratch / "s.json";
  struct Row {
    std::string text, error;
  };
  const Row rows[] = {
      {"", ": is no session record"},
      {"[]", ": is no session record"},
      {"{\"format\": 1", ": is no session record"},
      {"{}", ": is no session record of format 1"},
      {"{\"format\": 2}", ": is no session record of format 1"},
      {"{\"format\": \"1\"}", ": is no session record of format 1"},
      {R"({"format": 1, "job": 3, "part": "x", "attempt": 1e99, "end_unix": [], "command": [1, "a"], "python": 7})",
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    REQUIRE(base::write_file_atomic(path, row.text));
    auto read = read_session(path);
    CHECK((read ? "" : read.error().message()) == (row.error.empty() ? "" : path + row.error));
    if (!read) continue;
    CHECK(read->job.empty());
    CHECK(read->part == 1);
    CHECK(read->attempt == 1);
    CHECK_FALSE(read->end);
    CHECK(read->command == std::vector<std::string>{"a"});
  }
  CHECK_FALSE(read_session(scratch / "missing.json"));
}

TEST_CASE("a folder's records, the first run's first") {
  ScratchDirectory scratch;
  for (const char* name : {"session-ff.json", "session.json", "session-00.json", "a.shard", "session.json.bak"})
    REQUIRE(base::write_file_atomic(scratch / name, ""));
  CHECK(session_paths(scratch.path) ==
        std::vector<std::string>{scratch / "session.json", scratch / "session-00.json", scratch / "session-ff.json"});
}
