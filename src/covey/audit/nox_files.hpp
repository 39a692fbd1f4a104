// The JSON files that nox writes: what it ran, and what it would run.
#pragma once

#include <covey/audit/test_log.hpp>
#include <covey/base/result.hpp>

namespace covey::audit {

struct NoxResult {
  std::string name;  // of the session, as LoggedSession has it
  SessionEnd end = SessionEnd::success;
  std::string reason;             // empty where nox gives none
  std::optional<double> seconds;  // nothing before nox 2025
};

// The sessions in the text of a file of `nox --report`, in its order. Fails where the text is no such report; `path` is
// for messages. A report is written when nox ends: one that was cut was not.
base::Result<std::vector<NoxResult>> parse_nox_report(std::string_view text, const std::string& path);

// The names of the sessions in what `nox --list --json` prints: those that nox's own options select. Fails likewise.
base::Result<std::vector<std::string>> parse_nox_list(std::string_view text, const std::string& path);

}  // namespace covey::audit
