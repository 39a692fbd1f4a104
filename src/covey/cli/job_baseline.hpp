// What an earlier run covered, for the rule that none of it is lost.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/console/invocation.hpp>
#include <covey/gate/rule_verdict.hpp>
#include <set>
#include <string>

namespace covey::cli {

// What is compared with the baseline.
struct NowCovered {
  const std::vector<model::FileReport>& files;
  std::set<std::string> jobs;  // that delivered them
  const JobChange& change;
};

// Asks rule "no-drop": of the jobs in both, followed from the commit that the baseline tested, else the change's base,
// to the working tree. Of a baseline that is a data directory lines alone are compared, of other kinds branches as
// well. Skipped, or with require_baseline failed, where there is no baseline or git does not have that commit. Fails
// where the baseline is named and cannot be read.
base::Result<gate::RuleVerdict> judge_no_drop(const CiOptions& options, const NowCovered& now,
                                              const ReportingOptions& reporting, const console::Invocation& invocation);

}  // namespace covey::cli
