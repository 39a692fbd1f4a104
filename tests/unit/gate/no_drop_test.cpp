#include <doctest/doctest.h>
#include <covey/gate/no_drop.hpp>
#include "gated_files.hpp"

using namespace covey::gate;
using covey::model::Change;
using covey::model::Diff;
using covey::model::FileKind;
using covey::model::LineSet;

namespace {

using Lines = std::vector<FileLines>;

JobFiles one_job(GatedFiles files) { return {{"", std::move(files)}}; }

Diff diff_of(std::vector<Change> changes) {
  return {{{FileKind::modified, "a.py", "a.py", false, std::move(changes)}}};
}

RuleVerdict compared(GatedFile before, GatedFile now, const Diff& diff, const NoDropRule& rule = {}) {
  const auto baseline = one_job({{"a.py", std::move(before)}});
  return no_drop(one_job({{"a.py", std::move(now)}}), &baseline, diff, rule);
}

}  // namespace

TEST_CASE("what ran and runs no more is lost") {
  struct Row {
    std::string what;
    LineSet missing_before, missing_now;
    Diff diff;
    Lines lost;
  };
  const Row rows[] = {
      {"nothing", {3}, {3}, {}, {}},
      {"more is covered", {3}, {}, {}, {}},
      {"lines", {}, {3, 4, 7}, {}, {{"a.py", {{3, 4}, {7, 7}}}}},
      {"further down by then", {}, {5}, diff_of({{1, 1, {}, {"new", "new"}}}), {{"a.py", {{5, 5}}}}},
      {"a new line is none", {}, {2}, diff_of({{2, 2, {}, {"new"}}}), {}},
      {"a changed line is none", {}, {2}, diff_of({{2, 2, {"old"}, {"new"}}}), {}},
      {"a deleted line is none", {}, {}, diff_of({{2, 2, {"old", "old"}, {}}}), {}},
      {"what never ran is none", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {1, 2}, {}, {}},
      {"a binary file is not followed", {}, {2}, {{{FileKind::modified, "a.py", "a.py", true}}}, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const auto verdict = compared(file_of(10, row.missing_before), file_of(10, row.missing_now), row.diff);
    CHECK(verdict.lines == row.lost);
    CHECK(verdict.state == (row.lost.empty() ? State::passed : State::failed));
  }
}

TEST_CASE("what is no statement any more is not lost") {
  GatedFile now{covey::model::FileCoverage::of({1, 3}, {2}, {1, 3})};
  CHECK(compared(file_of(3), now, {}).state == State::passed);
}

TEST_CASE("the number, its limit and words") {
  const auto before = file_of(10, {}, {{1, {2, 3}, {}}});
  const auto now = file_of(10, {5, 6}, {{1, {2}, {3}}});
  auto verdict = compared(before, now, {});
  CHECK(verdict.value == 3.0);
  CHECK(verdict.limit == 0.0);
  CHECK(verdict.message == "2 lines and 1 branch that were covered no longer are");
  CHECK(verdict.lines == Lines{{"a.py", {{1, 1}, {5, 6}}}});
  verdict = compared(before, now, {}, {3});
  CHECK(verdict.state == State::passed);
  CHECK(verdict.message == "2 lines and 1 branch that were covered no longer are, within the tolerance of 3");
  verdict = compared(before, now, {}, {2});
  CHECK(verdict.state == State::failed);
  CHECK(verdict.message == "2 lines and 1 branch that were covered no longer are, over the tolerance of 2");
  CHECK(compared(before, before, {}).message == "all that was covered and is still there is covered");
  CHECK(compared(file_of(2), file_of(2, {2}), {}).message == "1 line that was covered no longer is");
}

TEST_CASE("branches are followed by both their ends") {
  const auto before = file_of(10, {}, {{2, {3, 5, -1}, {}}});
  struct Row {
    std::string what;
    TestBranch now;
    Diff diff;
    int n_lost;
  };
  const Row rows[] = {
      {"still there", {2, {3, 5, -1}, {}}, {}, 0},
      {"one did not run", {2, {3, -1}, {5}}, {}, 1},
      {"nor did leaving", {2, {3}, {5, -1}}, {}, 2},
      {"further down", {3, {4}, {6, -2}}, diff_of({{1, 1, {}, {"new"}}}), 2},
      {"the line it led to changed", {2, {3, -1}, {5}}, diff_of({{5, 5, {"old"}, {"new"}}}), 0},
      {"it leads elsewhere", {2, {3, -1}, {6}}, {}, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(compared(before, file_of(11, {}, {row.now}), row.diff).value == row.n_lost);
  }
  // A line that runs no more takes its branches along.
  CHECK(compared(before, file_of(10, {2}, {{2, {}, {3, 5, -1}}}), {}).value == 1);
}

TEST_CASE("renamed files and moved blocks are followed") {
  const Change block{1, 1, {"def total(items):", "    count = len(items)", "    return count * price"}, {}};
  const auto baseline = one_job({{"old.py", file_of(5)}, {"from.py", file_of(5)}, {"gone.py", file_of(5)}});
  const auto now = one_job({{"new.py", file_of(5, {2})}, {"from.py", file_of(2)}, {"to.py", file_of(12, {12})}});
  const Diff diff{{{FileKind::modified, "from.py", "from.py", false, {block}},
                   {FileKind::deleted, "gone.py", "", false, {{1, 1, {"a", "b", "c", "d", "e"}, {}}}},
                   {FileKind::renamed, "old.py", "new.py"},
                   {FileKind::modified, "to.py", "to.py", false, {{10, 10, {}, block.removed}}}}};
  CHECK(no_drop(now, &baseline, diff, {}).lines == Lines{{"new.py", {{2, 2}}}, {"to.py", {{12, 12}}}});
}

TEST_CASE("a file that is there and not measured any more has lost all, unless it is left out") {
  const auto baseline = one_job({{"a.py", file_of(3)}, {"b.py", file_of(3)}});
  const auto now = one_job({{"a.py", file_of(3)}});
  auto verdict = no_drop(now, &baseline, {}, {});
  CHECK(verdict.lines == Lines{{"b.py", {{1, 3}}}});
  CHECK(verdict.value == 3.0);
  verdict = no_drop(now, &baseline, {}, {0, false, [](const std::string& name) { return name == "b.py"; }});
  CHECK(verdict.state == State::passed);
}

TEST_CASE("only jobs in both are compared") {
  const JobFiles baseline = {{"3.11", {{"a.py", file_of(3)}}}, {"3.14", {{"a.py", file_of(3, {3})}}}};
  const JobFiles now = {{"3.14", {{"a.py", file_of(3, {3})}}}};
  const auto verdict = no_drop(now, &baseline, {}, {});
  CHECK(verdict.state == State::passed);
  CHECK(verdict.message == "all that was covered and is still there is covered (compared: 1 of 2 jobs)");
  // Any job's run of a line will do, on either side.
  const JobFiles both = {{"3.11", {{"a.py", file_of(3, {1})}}}, {"3.14", {{"a.py", file_of(3, {2, 3})}}}};
  CHECK(no_drop(both, &baseline, {}, {}).state == State::passed);
}

TEST_CASE("without a baseline the rule is skipped, and fails only where one is required") {
  const JobFiles now = one_job({{"a.py", file_of(3)}});
  const JobFiles other = {{"3.11", {{"a.py", file_of(3)}}}};
  for (const bool required : {false, true}) {
    const NoDropRule rule{0, required};
    const auto state = required ? State::failed : State::skipped;
    CHECK(no_drop(now, nullptr, {}, rule).state == state);
    CHECK(no_drop(now, nullptr, {}, rule).message == "no baseline to compare with");
    CHECK(no_drop(now, &other, {}, rule).state == state);
    CHECK(no_drop(now, &other, {}, rule).message == "no job of the baseline has delivered again: nothing to compare");
    CHECK(!no_drop(now, nullptr, {}, rule).value);
  }
}
