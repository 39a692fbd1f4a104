#include <doctest/doctest.h>
#include <covey/report/table.hpp>
#include "reported_files.hpp"

using namespace covey::report;
using covey::model::FileReport;
using covey::model::LineSet;

namespace {

// One whose line 1 has `n` exits, of which `n_missing` were not taken.
FileReport branchy(const std::string& name, int n, int n_missing, const LineSet& missing = {}) {
  auto report = file(name, 10, missing);
  covey::model::ArcSet possible, ran;
  for (int exit = 1; exit <= n; ++exit) {
    possible.insert({1, exit + 1});
    if (exit > n_missing) ran.insert({1, exit + 1});
  }
  report.coverage.set_branches(possible, ran, {});
  return report;
}

std::string names_by(const std::string& order, const std::vector<FileReport>& files) {
  TableOptions options;
  options.sort = parse_sort_order(order, true).value();
  std::string names;
  for (const auto& row : make_table(files, options).rows) names += row.name + " ";
  return names;
}

}  // namespace

TEST_CASE("names are sorted as people do it") {
  std::vector<FileReport> files;
  for (const auto* name : {"a10.py", "a2.py", "a02.py", "a.py", "B.py", "a2b/x.py", "10.py", "9.py", "a2/x.py",
                           "a123456789012345678901234567890.py", "a99999999999.py"})
    files.push_back(file(name, 1));
  CHECK(names_by("name", files) ==
        "9.py 10.py B.py a02.py a2.py a2/x.py a2b/x.py a10.py a99999999999.py "
        "a123456789012345678901234567890.py a.py ");
}

TEST_CASE("rows are sorted by a column, then by name") {
  std::vector<FileReport> files = {file("b.py", 10, {1}), file("a.py", 10, {1, 2}), file("c.py", 4, {1, 2}),
                                   file("a10.py", 5), file("a9.py", 5)};
  struct Row {
    std::string order, names;
  };
  for (const auto& row : {Row{"", "a9.py a10.py a.py b.py c.py "}, Row{"-name", "c.py b.py a.py a10.py a9.py "},
                          Row{"stmts", "c.py a10.py a9.py a.py b.py "}, Row{"-Stmts", "b.py a.py a9.py a10.py c.py "},
                          Row{"miss", "a10.py a9.py b.py a.py c.py "}, Row{"+cover", "c.py a.py b.py a10.py a9.py "},
                          Row{"-COVER", "a9.py a10.py b.py a.py c.py "}}) {
    CAPTURE(row.order);
    CHECK(names_by(row.order, files) == row.names);
  }
}

TEST_CASE("an unknown sort order is refused by name") {
  for (const std::string order : {"xyz", "-", "branch", "names", "--name"}) {
    auto parsed = parse_sort_order(order, false);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message() == "Invalid sorting option: '" + order + "'");
  }
}

TEST_CASE("rows are sorted by branches where there are any") {
  const std::vector<FileReport> files = {branchy("a.py", 4, 1), branchy("b.py", 2, 2), branchy("c.py", 4, 2),
                                         branchy("d.py", 6, 5, {1})};
  CHECK(names_by("branch", files) == "b.py a.py c.py d.py ");
  CHECK(names_by("-branch", files) == "d.py c.py a.py b.py ");
  CHECK(names_by("brpart", files) == "d.py a.py b.py c.py ");
  for (const auto* order : {"-BrPart", "+Branch"}) CHECK(parse_sort_order(order, true));
  for (const auto* order : {"branch", "-brpart"}) CHECK_FALSE(parse_sort_order(order, false));
}

TEST_CASE("a partial branch keeps a file from being skipped, one of a line that never ran does not count") {
  TableOptions options;
  options.skip_covered = true;
  const auto table = make_table({branchy("partial.py", 2, 1), branchy("whole.py", 2, 0)}, options);
  CHECK(table.rows.size() == 1);
  CHECK(table.rows[0].name == "partial.py");
  CHECK(table.notes == std::vector<std::string>{"1 file skipped due to complete coverage."});
  CHECK(table.total.numbers.n_branches == 4);
}

TEST_CASE("the total alone") {
  const std::vector<FileReport> files = {file("a.py", 52, {1}), file("b.py", 3, up_to(3)), file("c.py", 0)};
  CHECK(total_line(files, 0) == "93\n");
  CHECK(total_line(files, 3) == "92.727\n");
  CHECK(total_line({}, 0) == "100\n");
  CHECK(total_line({branchy("a.py", 4, 1)}, 2) == "92.86\n");
}
