// The lines that a failed rule names.
#pragma once

#include <covey/gate/rule_verdict.hpp>

namespace covey::gate {

// Some lines of a file; a range of them goes on over lines that are no `statements`.
struct MendableFile {
  std::string file;
  model::LineSet statements;
  model::LineSet lines;
};

// What covering would lift the percentage: missing lines, and lines that ran but not all of whose branches did.
model::LineSet uncovered_lines(const model::FileCoverage& coverage);

// Puts the lines into the verdict: files with most of them first, in ranges, k_most_ranges at most.
void name_lines(RuleVerdict& verdict, std::vector<MendableFile> files);

}  // namespace covey::gate
