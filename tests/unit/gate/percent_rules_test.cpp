#include <doctest/doctest.h>
#include <covey/gate/percent_rules.hpp>
#include "gated_files.hpp"

using namespace covey::gate;
using covey::model::LineSet;

namespace {

LineSet range(int first, int last) {
  LineSet lines;
  lines.insert_range(first, last);
  return lines;
}

RuleVerdict total(const GatedFiles& files, const Threshold& threshold) {
  auto verdict = total_rule(files, threshold);
  REQUIRE(verdict);
  return *verdict;
}

RuleVerdict path(const GatedFiles& files, const std::string& pattern, double limit) {
  auto verdict = path_rule(files, pattern, {limit});
  REQUIRE_MESSAGE(verdict, verdict.error().message());
  return *verdict;
}

}  // namespace

TEST_CASE("the total against its threshold") {
  struct Row {
    int n, n_missing;
    Threshold threshold;
    State state;
    std::string message;
  };
  const Row rows[] = {
      {10, 0, {100}, State::passed, "total coverage is 100%, at least 100%"},
      {10, 2, {80}, State::passed, "total coverage is 80%, at least 80%"},
      {10, 2, {81}, State::failed, "total coverage is 80%, below 81%: 1 more line must run"},
      {10, 8, {70}, State::failed, "total coverage is 20%, below 70%: 5 more lines must run"},
      // Rounded as coverage.py rounds: 79.6 passes 80, and needs less than 80 of 100 lines would.
      {1000, 204, {80}, State::passed, "total coverage is 80%, at least 80%"},
      {1000, 207, {80}, State::failed, "total coverage is 79%, below 80%: 2 more lines must run"},
      {1000, 204, {80, 1}, State::failed, "total coverage is 79.6%, below 80.0%: 4 more lines must run"},
      {1000, 204, {79.65}, State::failed, "total coverage is 79.60%, below 79.65%: 1 more line must run"},
      // Nothing is rounded up to 100.
      {1000, 1, {100}, State::failed, "total coverage is 99%, below 100%: 1 more line must run"},
      {1000, 1, {99.9}, State::passed, "total coverage is 99.9%, at least 99.9%"},
      {10, 10, {0}, State::passed, "total coverage is 0%, at least 0%"},
      {0, 0, {100}, State::skipped, "total coverage: no statements to count"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    const auto verdict = total({{"a.py", file_of(row.n, range(1, row.n_missing))}}, row.threshold);
    CHECK(verdict.state == row.state);
    CHECK(verdict.message == row.message);
    CHECK(verdict.limit == row.threshold.percent);
    CHECK(verdict.value.has_value() == (row.state != State::skipped));
    CHECK(verdict.lines.empty() == (row.state != State::failed));
  }
}

TEST_CASE("a threshold that no percentage can have") {
  CHECK(!total_rule({{"a.py", file_of(1)}}, {101}));
  CHECK(!total_rule({}, {-1}));
  CHECK(!path_rule({}, "*", {101}));
}

TEST_CASE("branches count beside lines, and a line with one that did not run is to mend") {
  // 5 lines, 1 missing; 4 branches, 2 missing: 6 of 9.
  const GatedFiles files = {{"a.py", file_of(5, {5}, {{1, {2}, {3}}, {3, {4}, {5}}})}};
  const auto verdict = total(files, {70});
  CHECK(verdict.message == "total coverage is 67%, below 70%: 1 more line or branch must run");
  CHECK(verdict.lines == std::vector<FileLines>{{"a.py", {{1, 1}, {3, 3}, {5, 5}}}});
  CHECK(total(files, {100}).message == "total coverage is 67%, below 100%: 3 more lines or branches must run");
}

TEST_CASE("files with the most to mend come first, ranges go over lines that are no statements") {
  auto gaps = GatedFile{covey::model::FileCoverage::of({1, 2, 5, 6, 9}, {}, {6})};
  const GatedFiles files = {
      {"a.py", file_of(10, {3, 4})}, {"b.py", gaps}, {"c.py", file_of(3)}, {"d.py", file_of(9, {1, 9})}};
  CHECK(total(files, {100}).lines ==
        std::vector<FileLines>{{"b.py", {{1, 5}, {9, 9}}}, {"a.py", {{3, 4}}}, {"d.py", {{1, 1}, {9, 9}}}});
}

TEST_CASE("no more ranges are named than anybody reads") {
  LineSet odd;
  for (int line = 1; line <= 301; line += 2) odd.insert(line);
  const GatedFiles files = {
      {"a.py", file_of(301, odd)}, {"b.py", file_of(100, odd - range(101, 301))}, {"c.py", file_of(1, {1})}};
  const auto verdict = total(files, {100});
  REQUIRE(verdict.lines.size() == 2);
  CHECK(verdict.lines[0].ranges.size() == 151);
  CHECK(verdict.lines[1].ranges.size() == 49);
  CHECK(verdict.n_more_ranges == 2);
}

TEST_CASE("paths") {
  const GatedFiles files = {{"src/a/x.py", file_of(10, range(1, 5))},
                            {"src/a/deep/y.py", file_of(10)},
                            {"src/ab.py", file_of(10, range(1, 10))},
                            {"tests/x.py", file_of(10, range(1, 1))}};
  struct Row {
    std::string pattern;
    double percent;
  };
  for (const auto& row :
       {Row{"src/a", 75}, Row{"src/a/", 75}, Row{"./src/a", 75}, Row{"src/a/*", 75}, Row{"src", 50}, Row{"src/a*", 50},
        Row{"src/a/x.py", 50}, Row{"**/x.py", 70}, Row{"x.py", 70}, Row{"tests/*.py", 90}}) {
    CAPTURE(row.pattern);
    const auto verdict = path(files, row.pattern, 80);
    CHECK(verdict.value == row.percent);
    CHECK(verdict.path == row.pattern);
    CHECK(verdict.state == (row.percent < 80 ? State::failed : State::passed));
  }
  CHECK(path(files, "src/a", 80).message == "coverage of src/a is 75%, below 80%: 1 more line must run");
  const auto nothing = path(files, "lib", 80);
  CHECK(nothing.state == State::failed);
  CHECK(nothing.message == "coverage of lib: no measured file matches");
  CHECK(!nothing.value);
  CHECK(path_rule(files, "src/***", {80}).error().message().starts_with("src/***: "));
}

TEST_CASE("names") {
  CHECK(name_of(Rule::new_file) == "new-file");
  CHECK(name_of(Rule::no_drop) == "no-drop");
  CHECK(name_of(State::skipped) == "skipped");
  CHECK(!any_failed({skipped(Rule::diff, "", 80, "why")}));
  CHECK(any_failed({skipped(Rule::diff, "", 80, "why"), {Rule::total, "", 1, 2, State::failed, "", {}}}));
}
