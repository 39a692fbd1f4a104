// The first half of the coverage job: what was delivered, and whether that is all and to be trusted.
#pragma once

#include <covey/base/result.hpp>
#include <covey/delivery/delivered_data.hpp>
#include <covey/gate/verdict.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace covey::delivery {

struct EvidenceOptions {
  std::vector<std::string> data;          // as DataRequest has it
  std::vector<std::string> expect;        // texts as gate::parse_expectation takes them
  bool expects_by_configuration = false;  // `expect` comes from there
  std::optional<std::string> needs;       // the text of `${{ toJSON(needs) }}`
  std::optional<std::string> nox_list;    // the path of what `nox --list --json` printed
  std::vector<std::string> logs;          // paths; none: the usual log, where it lies
  std::optional<std::string> nox_report;  // the path of what `nox --report` wrote
  std::vector<std::string> allow_missing;
  std::optional<std::string> commit;     // that must have been tested; nothing: the one that is checked out
  std::set<std::string> only_jobs = {};  // as DataRequest has it
  int jobs = 1;                          // interpreters at a time
};

struct CheckedData {
  gate::Verdict verdict;  // of completeness alone: without rules and totals
  DeliveredData data;
};

// Fails where evidence that is named cannot be read: what was delivered and cannot be is a finding.
base::Result<CheckedData> check_data(const EvidenceOptions& options, const model::Combination::MapPath& map_path,
                                     const base::Environment& environment, const std::string& cwd);

// What a terminal shows of it: findings with what to do, and unless `quiet` one line that sums up. Ends in a newline,
// where there is anything.
std::string text_of_check(const gate::Verdict& verdict, bool quiet);

}  // namespace covey::delivery
