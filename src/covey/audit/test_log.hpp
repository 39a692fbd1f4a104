// What a log of nox, or of a test runner alone, says of its sessions: which ran, how each ended, how many tests it
// counted.
#pragma once

#include <covey/model/test_counts.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::audit {

enum class SessionEnd { success, failed, skipped, aborted, interrupted };

struct LoggedSession {
  std::string name;  // as nox writes it: "tests-3.14(django='5.2')"; empty for what ran outside of any session
  std::optional<SessionEnd> end;  // nothing where the log does not have it: it was cut, or the session was killed
  std::string reason;             // that nox gives for an end other than success; empty where it gives none
  int n_runs = 0;                 // of a test runner's, that said what they came to
  int n_open_runs = 0;            // that began and did not: 0 or 1
  model::TestCounts counts;       // of all n_runs
  int line = 0;                   // where it begins, from 1
};

// The sessions in the order in which they begin. Of a session that ran several times the last time counts, as it is
// with data. What a test run itself ran and printed (a nox, a pytest) counts for nothing: a pytest whose header comes
// before the closing line of another is one of its tests, and so is a session that starts before the one before it has
// ended. Reads nox's wordings of 2022 to 2026, also of `nox -j`, with LogLines taking off what is around them.
std::vector<LoggedSession> read_test_log(std::string_view text);

}  // namespace covey::audit
