// Coverage for tests of rules.
#pragma once

#include <covey/gate/rule_verdict.hpp>

// Statements 1 to `n`, of which `missing` did not run.
inline covey::gate::GatedFile file_of(int n, const covey::model::LineSet& missing = {}) {
  covey::model::LineSet statements;
  statements.insert_range(1, n);
  return {covey::model::FileCoverage::of(statements, {}, statements - missing)};
}

struct TestBranch {
  int line;
  std::vector<int> executed, missing;
};

// The same with branches.
inline covey::gate::GatedFile file_of(int n, const covey::model::LineSet& missing,
                                      const std::vector<TestBranch>& branches) {
  auto file = file_of(n, missing);
  std::vector<covey::model::Arc> possible, ran;
  for (const auto& branch : branches) {
    for (int to : branch.executed) ran.push_back({branch.line, to});
    for (int to : branch.missing) possible.push_back({branch.line, to});
  }
  possible.insert(possible.end(), ran.begin(), ran.end());
  file.coverage.set_branches(covey::model::ArcSet(possible), covey::model::ArcSet(ran), {});
  return file;
}
