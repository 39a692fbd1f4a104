// The rules of the gate, as the options of a coverage job have them.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/config/configuration.hpp>
#include <covey/gate/rule_verdict.hpp>
#include <covey/model/coverage.hpp>

namespace covey::cli {

// Judges the files by each rule that is set; the total's limit is that of [report] fail_under where no other is. Rules
// on what changed are skipped where that is not known. Fails where a rule cannot be understood.
base::Result<std::vector<gate::RuleVerdict>> judge_rules(const RuleOptions& options,
                                                         const std::vector<model::FileReport>& files,
                                                         const config::Configuration& configuration,
                                                         const JobChange& change);

}  // namespace covey::cli
