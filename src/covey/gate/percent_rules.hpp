// The rules that ask for a percentage: of everything, or of what lies below a path.
//
// A percentage is coverage.py's: of all statements and, where branches were measured, all branches together, how many
// ran (model::Numbers::percent). It is 100 only where nothing is missing.
#pragma once

#include <covey/base/result.hpp>
#include <covey/gate/rule_verdict.hpp>

namespace covey::gate {

// Rule "total". Skipped where there is nothing to count. Fails where the threshold lies outside of 0 to 100.
base::Result<RuleVerdict> total_rule(const GatedFiles& files, const Threshold& threshold);

// Rule "path": of all files that `pattern` matches, taken together. A pattern is a base::GlobSet's, from the root; a
// directory's name stands for everything below it. A pattern that matches no file fails, lest a directory that was
// renamed, or is not measured any more, pass unseen. Fails where the pattern is none, or as total_rule().
base::Result<RuleVerdict> path_rule(const GatedFiles& files, const std::string& pattern, const Threshold& threshold);

// A verdict on some files: which rule's it is, and what of, in words: "total coverage".
struct PercentQuestion {
  Rule rule = Rule::total;
  std::string path;
  std::string subject;
};

// What the rules above, and those on diffs, have in common: judges the coverage of these files together, and names
// their uncovered lines where it is below the threshold. Fails where the threshold lies outside of 0 to 100.
base::Result<RuleVerdict> judge_percent(const PercentQuestion& question,
                                        const std::vector<std::pair<std::string, const model::FileCoverage*>>& files,
                                        const Threshold& threshold);

}  // namespace covey::gate
