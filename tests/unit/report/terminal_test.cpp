#include <doctest/doctest.h>
#include <covey/report/terminal.hpp>
#include "reported_files.hpp"

using namespace covey::report;
using covey::model::FileReport;

namespace {

std::vector<FileReport> project() {
  return {file("app/__init__.py", 0), file("app/models.py", 40, {7, 8, 9, 30}), file("app/views.py", 3, {1, 2, 3}),
          file("app/urls.py", 12)};
}

std::string text_of(const std::vector<FileReport>& files, const TableOptions& options) {
  return text_table(make_table(files, options));
}

}  // namespace

TEST_CASE("the table") {
  CHECK(text_of(project(), {}) ==
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
  TableOptions options;
  options.show_missing = true;
  options.precision = 2;
  CHECK(text_of(project(), options) ==
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
  TableOptions options;
  options.skip_covered = true;
  options.skip_empty = true;
  CHECK(text_of(project(), options) ==
        "Name            Stmts   Miss  Cover\n"
        "-----------------------------------\n"
        "app/models.py      40      4    90%\n"
        "app/views.py        3      3     0%\n"
        "-----------------------------------\n"
        "TOTAL              55      7    87%\n"
        "\n2 files skipped due to complete coverage.\n");
  options.skip_covered = false;
  CHECK(text_of({file("a.py", 0), file("b.py", 1)}, options) ==
        "Name    Stmts   Miss  Cover\n"
        "---------------------------\n"
        "b.py        1      0   100%\n"
        "---------------------------\n"
        "TOTAL       1      0   100%\n"
        "\n1 empty file skipped.\n");
  options.skip_covered = true;
  CHECK(text_of({file("b.py", 1)}, options) ==
        "Name    Stmts   Miss  Cover\n"
        "---------------------------\n"
        "TOTAL       1      0   100%\n"
        "\n1 file skipped due to complete coverage.\n");
}

TEST_CASE("names are padded by code points and made harmless") {
  CHECK(text_of({file("\u65e5\u672c\u8a9e/\u30e2\u30b8\u30e5\u30fc\u30eb.py", 2), file("\x1b[2J.py", 1)}, {}) ==
        "Name           Stmts   Miss  Cover\n"
        "----------------------------------\n"
        "?[2J.py            1      0   100%\n"
        "\u65e5\u672c\u8a9e/\u30e2\u30b8\u30e5\u30fc\u30eb.py       2      0   100%\n"
        "----------------------------------\n"
        "TOTAL              3      0   100%\n");
}

TEST_CASE("the table with branches") {
  auto files = project();
  for (auto& file : files) file.coverage.set_branches({}, {}, {});
  // 3 of 6 exits: two of 10 are missing and partial, one of 30 is missing with its line.
  files[1].coverage.set_branches({{10, 11}, {10, 20}, {10, -1}, {30, 31}, {30, 40}}, {{10, 20}, {30, 31}}, {});
  TableOptions options;
  options.show_missing = true;
  CHECK(text_of(files, options) ==
        "Name              Stmts   Miss Branch BrPart  Cover   Missing\n"
        "-------------------------------------------------------------\n"
        "app/__init__.py       0      0      0      0   100%\n"
        "app/models.py        40      4      5      2    84%   7-9, 10->11, 10->exit, 30\n"
        "app/urls.py          12      0      0      0   100%\n"
        "app/views.py          3      3      0      0     0%   1-3\n"
        "-------------------------------------------------------------\n"
        "TOTAL                55      7      5      2    83%\n");
}

TEST_CASE("wide percentages widen their column") {
  TableOptions options;
  options.precision = 5;
  CHECK(text_of({file("a.py", 0)}, options) ==
        "Name    Stmts   Miss       Cover\n"
        "--------------------------------\n"
        "a.py        0      0  100.00000%\n"
        "--------------------------------\n"
        "TOTAL       0      0  100.00000%\n");
}
