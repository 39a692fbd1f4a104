#include <doctest/doctest.h>
#include <covey/model/coverage.hpp>
#include <random>

using namespace covey::model;

namespace {

Numbers numbers(int statements, int missing) { return {1, statements, 0, missing}; }

LineSet range(int first, int last) {
  LineSet lines;
  lines.insert_range(first, last);
  return lines;
}

}  // namespace

TEST_CASE("percentages") {
  CHECK(numbers(0, 0).percent() == 100.0);
  CHECK(numbers(10, 0).percent() == 100.0);
  CHECK(numbers(10, 10).percent() == 0.0);
  CHECK(numbers(3, 1).percent() == 66.66666666666667);
  // 100 * n / d, not n / d * 100, which gives 57.99999999999999 here.
  CHECK(numbers(50, 21).percent() == 58.0);
}

TEST_CASE("percentages as shown") {
  struct Row {
    double percent;
    int precision;
    const char* shown;
  };
  for (const auto& row : {Row{0, 0, "0"}, Row{100, 0, "100"}, Row{0, 2, "0.00"}, Row{100, 3, "100.000"},
                          Row{66.66666666666667, 0, "67"}, Row{66.66666666666667, 2, "66.67"},
                          // 0 and 100 only where they are true
                          Row{0.001, 0, "1"}, Row{0.5, 0, "1"}, Row{0.001, 2, "0.01"}, Row{99.999, 0, "99"},
                          Row{99.5, 0, "99"}, Row{99.999, 2, "99.99"}, Row{99.95, 1, "99.9"},
                          // half to even, of the double's exact value
                          Row{0.5 + 2, 0, "2"}, Row{0.5 + 3, 0, "4"}, Row{12.25, 1, "12.2"}, Row{12.75, 1, "12.8"},
                          Row{2.675, 2, "2.67"},  // the double lies below 2.675
                          Row{1.005, 2, "1.00"}, Row{33.333333333333336, 17, "33.33333333333333570"}}) {
    CAPTURE(row.percent);
    CAPTURE(row.precision);
    CHECK(display_percent(row.percent, row.precision) == row.shown);
  }
}

TEST_CASE("numbers add up") {
  Numbers total;
  total += {1, 10, 2, 3, 6, 1, 2};
  total += {1, 5, 0, 5, 4, 2, 3};
  CHECK(total == Numbers{2, 15, 2, 8, 10, 3, 5});
  CHECK(total.n_executed() == 7);
}

TEST_CASE("only statements count, and each ran or is missing") {
  auto file = FileCoverage::of({1, 2, 4, 9}, {11, 12}, {2, 3, 9, 12, 500});
  CHECK(file.executed == LineSet{2, 9});
  CHECK(file.missing == LineSet{1, 4});
  CHECK(file.numbers() == Numbers{1, 4, 2, 2});
}

TEST_CASE("branches are exits of lines that have several") {
  //  1 if a:  2 b  3 elif c:  4 d (excluded)  5 while e:  6 f  7 for g in h: (no branch)  8 i
  const ArcSet possible = {{1, 2}, {1, 3}, {2, 5}, {3, 4}, {3, 5}, {5, 6}, {5, 7}, {6, 5}, {7, 8}, {7, -1}, {8, 7}};
  auto file = FileCoverage::of({1, 2, 3, 5, 6, 7, 8}, {4}, {1, 3, 5, 7});
  file.set_branches(possible, {{1, 3}, {3, 4}, {3, 5}, {5, 7}, {7, -1}, {9, 10}}, {7});
  CHECK(file.has_branches);
  CHECK(file.branches == std::vector<BranchLine>{{1, 2, {3}, {2}}, {5, 2, {7}, {6}}, {7, 2, {-1}, {}}});
  CHECK(file.numbers() == Numbers{1, 7, 1, 3, 6, 2, 2});
  CHECK(file.numbers().n_executed_branches() == 4);
  CHECK(file.numbers().percent() == 100.0 * 8 / 13);
  CHECK(file.narrowed({1, 2, 3}).numbers() == Numbers{1, 3, 0, 1, 2, 1, 1});
}

TEST_CASE("a part of a file knows no exclusions outside of it") {
  // 1 has exits to 2, 3 and 4; 4 is excluded and never ran.
  auto file = FileCoverage::of({1, 2, 3}, {4}, {1, 2});
  file.set_branches({{1, 2}, {1, 3}, {1, 4}}, {{1, 2}}, {});
  CHECK(file.branches == std::vector<BranchLine>{{1, 2, {2}, {3}, {4}}});
  CHECK(file.narrowed({1, 2, 4}).branches == file.branches);
  CHECK(file.narrowed({1, 2}).branches == std::vector<BranchLine>{{1, 2, {2}, {3, 4}, {}}});
  // Whatever line a partial branch's mark stands at.
  file.set_branches({{1, 2}, {1, 3}, {1, 4}}, {{1, 2}}, {1});
  CHECK(file.narrowed({1}).branches == std::vector<BranchLine>{{1, 2, {2}, {}, {}}});
}

TEST_CASE("a branch of a line that never ran is missing, but not partial") {
  auto file = FileCoverage::of({1, 2, 3}, {}, {1});
  file.set_branches({{2, 3}, {2, -1}}, {}, {});
  CHECK(file.numbers() == Numbers{1, 3, 0, 2, 2, 0, 2});
}

TEST_CASE("missing lines and branches as shown") {
  const LineSet statements = {1, 2, 3, 4, 7, 9};
  const std::vector<BranchLine> branches = {{1, 2, {}, {2, -1}}, {3, 2, {}, {9}}, {9, 2, {}, {-5, 1}}};
  CHECK(format_lines(statements, {3, 4, 7}, branches) == "1->2, 1->exit, 3-7, 9->1, 9->exit");
  CHECK(format_lines(statements, {}, branches) == "1->2, 1->exit, 3->9, 9->1, 9->exit");
}

TEST_CASE("parts of a file add up to the file") {
  std::mt19937 random(7);
  auto some = [&](int most) {
    LineSet lines;
    for (int i = 0; i < most; ++i) lines.insert(std::uniform_int_distribution(1, 300)(random));
    return lines;
  };
  for (int round = 0; round < 200; ++round) {
    auto file = FileCoverage::of(some(150), some(20), some(150));
    auto part = some(150);
    auto rest = range(1, 300) - part;
    auto sum = file.narrowed(part).numbers();
    sum += file.narrowed(rest).numbers();
    sum.n_files = 1;
    CHECK(sum == file.numbers());
    CHECK(file.narrowed(part).statements == (file.statements & part));
    CHECK(file.narrowed(part).missing == (file.missing & part));
  }
}

TEST_CASE("lines as ranges, going on over lines that are no statements") {
  struct Row {
    LineSet statements, lines;
    const char* text;
  };
  const std::vector<Row> rows = {
      {{1, 2, 3}, {}, ""},
      {{}, {}, ""},
      {{4}, {4}, "4"},
      {{1, 2, 3}, {1, 2, 3}, "1-3"},
      {{1, 2, 3}, {1, 3}, "1, 3"},
      {{1, 2, 7, 20, 21}, {2, 7, 20}, "2-20"},
      {{1, 2, 7, 20, 21}, {1, 7, 20, 21}, "1, 7-21"},
      {range(1, 200), range(64, 128), "64-128"},
  };
  for (const auto& row : rows) CHECK(format_lines(row.statements, row.lines) == row.text);
}
