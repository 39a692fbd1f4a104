#include <doctest/doctest.h>
#include <covey/report/terminal.hpp>

using namespace covey::report;
using covey::model::FileCoverage;
using covey::model::FileReport;
using covey::model::LineSet;

namespace {

LineSet up_to(int last) {
  LineSet lines;
  lines.insert_range(1, last);
  return lines;
}

// A file of `n` statements, one a line, of which `missing` did not run.
FileReport file(const std::string& name, int n, const LineSet& missing = {}) {
  return {name, FileCoverage::of(up_to(n), {}, up_to(n) - missing), {}, n};
}

std::vector<FileReport> project() {
  return {file("app/__init__.py", 0), file("app/models.py", 40, {7, 8, 9, 30}), file("app/views.py", 3, {1, 2, 3}),
          file("app/urls.py", 12)};
}

std::string names_by(const std::string& order, const std::vector<FileReport>& files) {
  TextOptions options;
  options.sort = parse_sort_order(order).value();
  auto table = text_table(files, options);
  std::string names;
  for (std::size_t at = table.find('\n', table.find("----")) + 1; table[at] != '-'; at = table.find('\n', at) + 1)
    names += table.substr(at, table.find(' ', at) - at) + " ";
  return names;
}

}  // namespace

TEST_CASE("the table") {
  CHECK(text_table(project(), {}) ==
        "Name              Stmts   Miss  Cover\n"
        "-------------------------------------\n"
        "app/__init__.py       0      0   100%\n"
        "app/models.py        40      4    90%\n"
        "app/urls.py          12      0   100%\n"
        "app/views.py          3      3     0%\n"
        "-------------------------------------\n"
        "TOTAL                55      7    87%\n");
}

TEST_CASE("the table with missing lines and decimals") {
  TextOptions options;
  options.show_missing = true;
  options.precision = 2;
  CHECK(text_table(project(), options) ==
        "Name              Stmts   Miss   Cover   Missing\n"
        "------------------------------------------------\n"
        "app/__init__.py       0      0 100.00%\n"
        "app/models.py        40      4  90.00%   7-9, 30\n"
        "app/urls.py          12      0 100.00%\n"
        "app/views.py          3      3   0.00%   1-3\n"
        "------------------------------------------------\n"
        "TOTAL                55      7  87.27%\n");
}

TEST_CASE("files left out are counted below, and count in the total") {
  TextOptions options;
  options.skip_covered = true;
  options.skip_empty = true;
  CHECK(text_table(project(), options) ==
        "Name            Stmts   Miss  Cover\n"
        "-----------------------------------\n"
        "app/models.py      40      4    90%\n"
        "app/views.py        3      3     0%\n"
        "-----------------------------------\n"
        "TOTAL              55      7    87%\n"
        "\n2 files skipped due to complete coverage.\n");
  options.skip_covered = false;
  CHECK(text_table({file("a.py", 0), file("b.py", 1)}, options) ==
        "Name    Stmts   Miss  Cover\n"
        "---------------------------\n"
        "b.py        1      0   100%\n"
        "---------------------------\n"
        "TOTAL       1      0   100%\n"
        "\n1 empty file skipped.\n");
  options.skip_covered = true;
  CHECK(text_table({file("b.py", 1)}, options) ==
        "Name    Stmts   Miss  Cover\n"
        "---------------------------\n"
        "TOTAL       1      0   100%\n"
        "\n1 file skipped due to complete coverage.\n");
}

TEST_CASE("names are padded by code points and made harmless") {
  CHECK(text_table({file("\u65e5\u672c\u8a9e/\u30e2\u30b8\u30e5\u30fc\u30eb.py", 2), file("\x1b[2J.py", 1)}, {}) ==
        "Name           Stmts   Miss  Cover\n"
        "----------------------------------\n"
        "?[2J.py            1      0   100%\n"
        "\u65e5\u672c\u8a9e/\u30e2\u30b8\u30e5\u30fc\u30eb.py       2      0   100%\n"
        "----------------------------------\n"
        "TOTAL              3      0   100%\n");
}

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
    auto parsed = parse_sort_order(order);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message() == "Invalid sorting option: '" + order + "'");
  }
}

TEST_CASE("the total alone") {
  CHECK(total_line(project(), 0) == "87\n");
  CHECK(total_line(project(), 3) == "87.273\n");
  CHECK(total_line({}, 0) == "100\n");
}
