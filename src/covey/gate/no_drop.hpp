// The rule that what was covered stays covered.
#pragma once

#include <covey/gate/rule_verdict.hpp>
#include <covey/model/diff.hpp>
#include <functional>

namespace covey::gate {

// What each job of a run delivered, by the job's name; all under "" where jobs are not known.
using JobFiles = std::map<std::string, GatedFiles>;

struct NoDropRule {
  int tolerance = 0;              // how many lines and branches may be lost, counted together: not a percentage
  bool require_baseline = false;  // whether the rule fails, and is not skipped, where there is nothing to compare with
  // Whether a file, by its new name, is left out of what is measured now (an `omit` pattern): then nothing of it is
  // lost. None is where there is no function.
  std::function<bool(const std::string& name)> left_out = {};
};

// Rule "no-drop". Counts the lines that ran in the baseline and, followed through `since` (from the baseline's tree to
// the one that was tested), are statements now and did not run; and the branches that did, from a line that still runs
// to one that is where it was. Moved lines and renamed files are followed. Lines that were deleted, changed or are
// excluded now do not count. A file that is there still, but not in what was measured, has lost all that ran in it.
//
// Only jobs that are in both are compared, each side's taken together. Skipped where there are none, or no baseline
// (nullptr). The verdict's lines are in the new tree.
RuleVerdict no_drop(const JobFiles& now, const JobFiles* baseline, const model::Diff& since, const NoDropRule& rule);

}  // namespace covey::gate
