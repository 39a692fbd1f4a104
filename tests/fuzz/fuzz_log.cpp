#include <covey/audit/nox_files.hpp>
#include <covey/audit/test_log.hpp>
#include <covey/forge/needs.hpp>
#include <covey/gate/expectation.hpp>
#include <cstdint>
#include <string_view>
#include "require.hpp"

// What jobs and forges say of tests: logs, nox's files, `toJSON(needs)`, and what a user expects.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& session : audit::read_test_log(text)) {
    require(session.line >= 1 && session.n_runs >= 0 && (session.n_open_runs == 0 || session.n_open_runs == 1));
    require(session.counts.passed >= 0 && session.counts.skipped >= 0);
  }
  auto require_reason = [](const auto& result) { require(result || !result.error().what.empty()); };
  require_reason(audit::parse_nox_report(text, "nox.json"));
  require_reason(audit::parse_nox_list(text, "list.json"));
  require_reason(forge::parse_needs(text));
  if (auto jobs = gate::parse_expectation(text, "--expect"))
    for (const auto& job : *jobs) require(!job.name.empty() && job.n_parts >= 1);
  return 0;
}
