// The rules on what a change brings: its lines, and its new files.
//
// A statement is changed where any of its lines is new: a call's argument is the call's. Lines that were moved
// (model/moved_lines.hpp) and renamed files are not new. Branches count as in coverage.py's totals: those of a changed
// line are added to its statements, on either side of the percentage; so a changed `if` that only ever was true lowers
// it, and is named among the lines to mend.
#pragma once

#include <covey/base/result.hpp>
#include <covey/gate/rule_verdict.hpp>
#include <covey/model/diff.hpp>

namespace covey::gate {

// A measured file that the diff touches.
struct ChangedFile {
  std::string name;
  bool is_new = false;           // not in the old tree, under any name
  model::FileCoverage coverage;  // of changed statements alone
};

// The measured files that have changed statements, by name. `diff` leads to the tree that was tested. Of a file that
// the diff calls a copy, only what is not in the original has changed, and it is not new.
std::vector<ChangedFile> changed_files(const GatedFiles& files, const model::Diff& diff);

struct DiffRule {
  Threshold threshold;
  int min_lines = 5;  // with fewer changed statements the percentage says too little
};

// Rule "diff": of all changed statements together. Skipped where there are none, or fewer than min_lines. Fails where
// the threshold lies outside of 0 to 100.
base::Result<RuleVerdict> diff_rule(const std::vector<ChangedFile>& changed, const DiffRule& rule);

// Rule "new-file": a verdict for each new file with statements that were not moved there; where there is none, a single
// skipped one. Fails as diff_rule().
base::Result<std::vector<RuleVerdict>> new_file_rule(const std::vector<ChangedFile>& changed,
                                                     const Threshold& threshold);

}  // namespace covey::gate
