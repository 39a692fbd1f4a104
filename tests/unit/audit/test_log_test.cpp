#include <doctest/doctest.h>
#include <covey/audit/test_log.hpp>
#include <ostream>

using namespace covey;

namespace {

// A session as a line: "tests success: 3 passed, 1 skipped; 2 runs". The end is "-" where the log has none; counts that
// are 0 are left out.
std::string line_of(const audit::LoggedSession& session) {
  std::string end = "-";
  if (session.end == audit::SessionEnd::success) end = "success";
  if (session.end == audit::SessionEnd::failed) end = "failed";
  if (session.end == audit::SessionEnd::skipped) end = "skipped";
  if (session.end == audit::SessionEnd::aborted) end = "aborted";
  if (session.end == audit::SessionEnd::interrupted) end = "interrupted";
  if (!session.reason.empty()) end += " (" + session.reason + ")";
  std::string line = (session.name.empty() ? "<none>" : session.name) + " " + end + ":";
  auto add = [&](std::int64_t count, const char* word) {
    if (count > 0) line += " " + std::to_string(count) + " " + word;
  };
  add(session.counts.passed, "passed");
  add(session.counts.failed, "failed");
  add(session.counts.errors, "errors");
  add(session.counts.skipped, "skipped");
  add(session.counts.xfailed, "xfailed");
  add(session.counts.xpassed, "xpassed");
  line += "; " + std::to_string(session.n_runs) + " runs";
  if (session.n_open_runs > 0) line += ", " + std::to_string(session.n_open_runs) + " open";
  return line;
}

std::string read(std::string_view log) {
  std::string lines;
  for (const auto& session : audit::read_test_log(log)) lines += line_of(session) + "\n";
  return lines;
}

const std::string k_header = "============================= test session starts ==============================\n";

std::string closing(const std::string& text) { return "============ " + text + " ============\n"; }

}  // namespace

TEST_CASE("how a session ended") {
  struct Row {
    std::string log, sessions;
  };
  const Row rows[] = {
      {"Session a was successful.", "a success: "},
      {"Session a was successful in 12 minutes.", "a success: "},
      {"Session a failed.", "a failed: "},
      {"Session a failed: no such thing. (took 2 minutes).", "a failed (no such thing.): "},
      {"Session a failed: Python interpreter 3.9 not found.", "a failed (Python interpreter 3.9 not found): "},
      {"Session a skipped: no data.", "a skipped (no data): "},
      {"Session a aborted: enough (took 3 seconds).", "a aborted (enough): "},
      {"Session a interrupted.", "a interrupted: "},
      {"Session a raised exception FileNotFoundError(2, 'No such file')",
       "a failed (FileNotFoundError(2, 'No such file')): "},
      {"Session b was successful.", "a -: "},
      {"Session a is fine.", "a -: "},
      {"* a: success, took 3 seconds", "a -: "},  // it goes on
  };
  for (const auto& row : rows) {
    CAPTURE(row.log);
    CHECK(read("nox > Running session a\nnox > " + row.log + "\n") ==
          row.sessions.substr(0, row.sessions.size() - 1) + "; 0 runs\n");
  }
}

TEST_CASE("the sessions of a log, and what their tests came to") {
  struct Row {
    const char* name;
    std::string log, sessions;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"no session", k_header + closing("3 passed in 0.12s"), "<none> -: 3 passed; 1 runs\n"},
      {"quiet", "...\n3 passed, 2 warnings in 0.12s\n", "<none> -: 3 passed; 1 runs\n"},
      {"an old pytest", k_header + closing("2 passed, 1 error in 0.12 seconds"),
       "<none> -: 2 passed 1 errors; 1 runs\n"},
      {"a long run", k_header + closing("1 failed, 4 passed in 62.00s (0:01:02)"),
       "<none> -: 4 passed 1 failed; 1 runs\n"},
      {"every word",
       closing("1 failed, 2 passed, 3 skipped, 4 deselected, 5 xfailed, 6 xpassed, 7 warnings, 8 errors, 9 rerun, 10 "
               "subtests "
               "passed in 1s"),
       "<none> -: 2 passed 1 failed 8 errors 3 skipped 5 xfailed 6 xpassed; 1 runs\n"},
      {"no tests", k_header + closing("no tests ran in 0.01s"), "<none> -:; 1 runs\n"},
      {"only collected", k_header + closing("3 tests collected in 0.01s"), ""},
      {"collected, some deselected", k_header + closing("2/5 tests collected (3 deselected) in 0.01s"), ""},
      {"two runs of a session",
       "nox > Running session tests-3.14(a=1, b='x,y')\n" + k_header + closing("3 passed in 1s") +
           "2 passed, 1 skipped in 1s\n" + "nox > Session tests-3.14(a=1, b='x,y') was successful in 2 seconds.\n",
       "tests-3.14(a=1, b='x,y') success: 5 passed 1 skipped; 2 runs\n"},
      {"a session that ran twice counts once, the last time",
       "nox > Running session a\n1 passed in 1s\nnox > Session a failed.\nnox > Running session a\n2 passed in 1s\nnox "
       "> Session a "
       "was successful.\n",
       "a success: 2 passed; 1 runs\n"},
      {"a pytest that a test ran",
       "nox > Running session a\n" + k_header + "----- Captured stdout call -----\n" + k_header +
           "nox > Running session b\n" + closing("7 passed in 1s") + "1 passed in 1s\n" +
           closing("1 failed, 2 passed in 2s") + "nox > Session a failed.\n",
       "a failed: 2 passed 1 failed; 1 runs\n"},
      {"a nox that a test ran, with a session of the same name",
       "nox > Running session a\n" + k_header + "nox > Running session a\nnox > Session a failed.\n" +
           closing("2 passed in 1s") + "nox > Session a was successful.\n",
       "a success: 2 passed; 1 runs\n"},
      {"a run that died",
       "nox > Running session a\n" + k_header + "nox > Session a failed.\nnox > Running session b\n" + k_header +
           closing("1 passed in 1s"),
       "a failed:; 0 runs, 1 open\nb -: 1 passed; 1 runs\n"},
      {"a log that goes on in another after a death",
       "nox > Running session a\n" + k_header + "nox > Running session a\n" + k_header + closing("2 passed in 1s") +
           "nox > Session a was successful.\n",
       "a success: 2 passed; 1 runs\n"},
      {"a nox that a session ran",
       "nox > Running session a\nnox > Running session b\n1 passed in 1s\nnox > Session b was successful.\n2 passed in "
       "1s\nnox > "
       "Session a was successful.\n",
       "a success: 2 passed; 1 runs\nb success: 1 passed; 1 runs\n"},
      {"sessions at once (nox -j)",
       "Starting session lint...\nStarting session tests-3.14...\nStarting session slow...\n========== ✓ lint: "
       "success, a second "
       "==========\nnox > Running session lint\nnox > Session lint was successful in a second.\n========== ✗ "
       "tests-3.14: failed "
       "==========\nnox > Running session tests-3.14\n" +
           k_header + closing("1 failed, 3 passed in 1s") +
           "nox > Session tests-3.14 failed.\nnox > Ran 3 sessions in 2 seconds:\n",
       "lint success:; 0 runs\ntests-3.14 failed: 3 passed 1 failed; 1 runs\nslow -:; 0 runs\n"},
      {"the summary says what blocks do not",
       "nox > Ran multiple sessions:\nnox > * a: success\nnox > * b: skipped (no: data), took 3 seconds\nnox > * "
       "c(x=': failed'): failed\n",
       "a success:; 0 runs\nb skipped:; 0 runs\nc(x=': failed') failed:; 0 runs\n"},
      {"unittest", "nox > Running session a\n.....\nRan 5 tests in 0.002s\n\nOK (skipped=1, expected failures=1)\n",
       "a -: 3 passed 1 skipped 1 xfailed; 1 runs\n"},
      {"unittest that failed", "Ran 5 tests in 0.002s\n\nFAILED (failures=1, errors=2, unexpected successes=1)\n",
       "<none> -: 1 passed 1 failed 2 errors 1 xpassed; 1 runs\n"},
      {"unittest without tests", "Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", "<none> -:; 1 runs\n"},
      {"prose", "it took 3 passed in 1s or so\nRan 5 tests in a row\n== 3 passed in time ==\nOK\n", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(read(row.log) == row.sessions);
  }
}

TEST_CASE("what is around a log's lines is taken off") {
  const std::string expected = "a success: 3 passed; 1 runs\n";
  struct Row {
    const char* name;
    std::string before, colour, after;
  };
  const Row rows[] = {
      {"plain", "", "", "\n"},
      {"carriage returns", "", "", "\r\n"},
      {"GitHub's", "2026-04-13T06:53:37.1234567Z ", "", "\n"},
      {"without fractions", "2026-04-13T06:53:37Z ", "", "\n"},
      {"with an offset", "2026-04-13T06:53:37.1+02:00 ", "", "\n"},
      {"gh run view --log", "unit (3.14)\tRun nox\t2026-04-13T06:53:37.1234567Z ", "", "\n"},
      {"with a byte order mark",
       "unit\tRun nox\t\xEF\xBB\xBF"
       "2026-04-13T06:53:37Z ",
       "", "\n"},
      {"colours", "\x1B[36m", "\x1B[32m\x1B[1m", "\x1B[0m\n"},
      {"a progress bar's line", "50 %\r100 %\r", "", "\n"},
      {"a terminal's title", "\x1B]0;title\a", "", "\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::string log = "\xEF\xBB\xBF";
    for (const std::string line :
         {"nox > |Running session a", "============================= |test session starts ====",
          "====== |3 passed in 0.12s =====", "nox > |Session a was successful."}) {
      auto bar = line.find('|');
      log += row.before + line.substr(0, bar) + row.colour + line.substr(bar + 1) + row.after;
    }
    CHECK(read(log) == expected);
  }
  CHECK(read("nox > [2026-11-29 15:00:00,123] Running session a\nnox > [2026-11-29 15:00:01,123] Session a was "
             "successful.\n") == "a success:; 0 runs\n");
}
