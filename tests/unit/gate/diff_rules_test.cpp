#include <doctest/doctest.h>
#include <covey/gate/diff_rules.hpp>
#include "gated_files.hpp"

using namespace covey::gate;
using covey::model::Change;
using covey::model::Diff;
using covey::model::FileKind;
using covey::model::LineSet;

namespace {

// `n` lines that nothing else is like.
std::vector<std::string> new_text(int n) {
  static int next = 0;
  std::vector<std::string> lines;
  for (int i = 0; i < n; ++i) lines.push_back("unlike_others_" + std::to_string(next++));
  return lines;
}

Change added(int first, int n) { return {first, first, {}, new_text(n)}; }

RuleVerdict judged(const GatedFiles& files, const Diff& diff, const DiffRule& rule) {
  auto verdict = diff_rule(changed_files(files, diff), rule);
  REQUIRE(verdict);
  return *verdict;
}

std::vector<RuleVerdict> judged_new(const GatedFiles& files, const Diff& diff, double limit) {
  auto verdicts = new_file_rule(changed_files(files, diff), {limit});
  REQUIRE(verdicts);
  return *verdicts;
}

}  // namespace

TEST_CASE("only changed lines count, in measured files") {
  const GatedFiles files = {{"a.py", file_of(20, {2, 11, 12})}, {"b.py", file_of(20, {1})}, {"c.py", file_of(5, {1})}};
  const Diff diff{{{FileKind::modified, "a.py", "a.py", false, {added(10, 6)}},
                   {FileKind::renamed, "old.py", "b.py", false, {added(3, 2)}},
                   {FileKind::added, "", "README", false, {added(1, 100)}}}};
  auto verdict = judged(files, diff, {{80}});
  CHECK(verdict.state == State::failed);
  CHECK(verdict.value == 75.0);
  CHECK(verdict.message == "coverage of changed lines is 75%, below 80%: 1 more line must run");
  CHECK(verdict.lines == std::vector<FileLines>{{"a.py", {{11, 12}}}});
  CHECK(judged(files, diff, {{75}}).state == State::passed);
}

TEST_CASE("with few changed statements the rule is skipped and says so") {
  const GatedFiles files = {{"a.py", file_of(20, {1, 2, 3, 4})}};
  const Diff four{{{FileKind::modified, "a.py", "a.py", false, {added(1, 4)}}}};
  const Diff none{{{FileKind::modified, "a.py", "a.py", false, {{1, 1, {"x"}, {}}}}}};
  auto verdict = judged(files, four, {{80}});
  CHECK(verdict.state == State::skipped);
  CHECK(verdict.message == "coverage of changed lines: only 4 statements changed, fewer than 5");
  CHECK(!verdict.value);
  CHECK(verdict.limit == 80.0);
  CHECK(judged(files, four, {{80}, 4}).state == State::failed);
  CHECK(judged(files, none, {{80}, 0}).message == "coverage of changed lines: no measured statement changed");
  CHECK(judged(files, {}, {{80}}).state == State::skipped);
  CHECK(!diff_rule({}, {{101}}));
}

TEST_CASE("moved lines are not new") {
  auto block = new_text(6);
  const GatedFiles files = {{"a.py", file_of(5)}, {"b.py", file_of(20, {1, 2, 3, 4, 5, 6})}};
  const Diff diff{{{FileKind::modified, "a.py", "a.py", false, {{3, 3, block, {}}}},
                   {FileKind::modified, "b.py", "b.py", false, {{1, 1, {}, block}}}}};
  CHECK(judged(files, diff, {{80}}).message == "coverage of changed lines: no measured statement changed");
}

TEST_CASE("a statement changed where any of its lines did") {
  // A call over lines 2 to 4, which did not run; line 3 is new.
  GatedFile file{covey::model::FileCoverage::of({1, 2, 5}, {}, {1, 5}), {3, 4}};
  const Diff diff{{{FileKind::modified, "a.py", "a.py", false, {added(3, 1)}}}};
  auto verdict = judged({{"a.py", file}}, diff, {{50}, 1});
  CHECK(verdict.value == 0.0);
  CHECK(verdict.lines == std::vector<FileLines>{{"a.py", {{2, 2}}}});
  // As many new lines of it as there may be: it is one.
  const Diff both{{{FileKind::modified, "a.py", "a.py", false, {added(3, 3)}}}};
  CHECK(judged({{"a.py", file}}, both, {{50}, 1}).value == 50.0);
  // Not known to go on with it, line 3 is no statement.
  file.continuations = {};
  CHECK(judged({{"a.py", file}}, diff, {{50}, 1}).state == State::skipped);
}

TEST_CASE("branches of changed lines count") {
  // Line 1 goes one way of two, line 3 both; lines 1 and 2 are new: 2 lines and 1 branch of 4.
  const GatedFiles files = {{"a.py", file_of(5, {}, {{1, {2}, {3}}, {3, {4, 5}, {}}})}};
  const Diff diff{{{FileKind::modified, "a.py", "a.py", false, {added(1, 2)}}}};
  auto verdict = judged(files, diff, {{80}, 1});
  CHECK(verdict.value == 75.0);
  CHECK(verdict.lines == std::vector<FileLines>{{"a.py", {{1, 1}}}});
}

TEST_CASE("a branch to an excluded line is not missing, whether or not that line changed") {
  GatedFile file{covey::model::FileCoverage::of({1, 2}, {3}, {1, 2})};
  file.coverage.set_branches({{1, 2}, {1, 3}, {1, -1}}, {{1, 2}, {1, -1}}, {});
  const Diff diff{{{FileKind::modified, "a.py", "a.py", false, {added(1, 1)}}}};
  CHECK(judged({{"a.py", file}}, diff, {{100}, 1}).state == State::passed);
}

TEST_CASE("each new file has a verdict") {
  const GatedFiles files = {{"a.py", file_of(10, {1, 2, 3})},
                            {"b.py", file_of(10)},
                            {"c.py", file_of(10, {1})},
                            {"d.py", file_of(10, {1, 2})},
                            {"e.py", file_of(10, {1})}};
  auto moved = new_text(10);
  const Diff diff{{{FileKind::added, "", "a.py", false, {added(1, 10)}},
                   {FileKind::added, "", "b.py", false, {added(1, 10)}},
                   {FileKind::modified, "c.py", "c.py", false, {added(1, 10)}},
                   {FileKind::renamed, "x.py", "d.py", false, {added(1, 2)}},
                   {FileKind::added, "", "e.py", false, {{1, 1, {}, moved}}},
                   {FileKind::deleted, "z.py", "", false, {{1, 1, moved, {}}}}}};
  const auto verdicts = judged_new(files, diff, 80);
  REQUIRE(verdicts.size() == 2);
  CHECK(verdicts[0].path == "a.py");
  CHECK(verdicts[0].state == State::failed);
  CHECK(verdicts[0].message == "coverage of the new file a.py is 70%, below 80%: 1 more line must run");
  CHECK(verdicts[0].lines == std::vector<FileLines>{{"a.py", {{1, 3}}}});
  CHECK(verdicts[1].state == State::passed);
  const auto none = judged_new(files, {}, 80);
  REQUIRE(none.size() == 1);
  CHECK(none[0].state == State::skipped);
  CHECK(none[0].rule == Rule::new_file);
  CHECK(!new_file_rule({}, {101}));
}
