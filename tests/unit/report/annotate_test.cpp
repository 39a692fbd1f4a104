#include <doctest/doctest.h>
#include <covey/report/annotate.hpp>
#include <covey/report/flat_name.hpp>

using namespace covey::report;
using covey::model::FileCoverage;

TEST_CASE("each line is marked with what became of it") {
  const auto coverage = FileCoverage::of({1, 2, 4, 6, 7, 8, 11, 13}, {9, 10}, {1, 2, 6, 13});
  CHECK(annotated("def f(x):\n"
                  "    if x:\n"
                  "        # a comment\n"
                  "        return (1,\n"
                  "            2)\n"
                  "    else:  # no statement\n"
                  "        y = 1\n"
                  "    if y:\n"
                  "        if y:  # pragma: no cover\n"
                  "            pass\n"
                  "        return 3\n"
                  "\n"
                  "f(0)\n",
                  coverage) ==
        "> def f(x):\n"
        ">     if x:\n"
        "          # a comment\n"
        "!         return (1,\n"
        "!             2)\n"
        ">     else:  # no statement\n"
        "!         y = 1\n"
        "!     if y:\n"
        "-         if y:  # pragma: no cover\n"
        "-             pass\n"
        "!         return 3\n"
        "  \n"
        "> f(0)\n");
}

TEST_CASE("an else goes with the statement after it") {
  const auto coverage = FileCoverage::of({1, 2, 4}, {}, {1, 2});
  CHECK(annotated("if x:\n    y\nelse :\n    z\n", coverage) == "> if x:\n>     y\n! else :\n!     z\n");
  CHECK(annotated("if x:\n    y\nelse: #\n    z\n", FileCoverage::of({1, 2, 4}, {}, {1, 4})) ==
        "> if x:\n!     y\n> else: #\n>     z\n");
  CHECK(annotated("if x:\n    y\nelse: z\n", FileCoverage::of({1, 2, 3}, {}, {1, 2})) ==
        "> if x:\n>     y\n! else: z\n");
}

TEST_CASE("what Python's splitlines takes for a line's end counts as one") {
  CHECK(annotated("x = 1\n\u00a0\n'\u2028'\n", FileCoverage::of({1, 3}, {}, {1})) ==
        "> x = 1\n  \u00a0\n! '\u2028! '\n");
}

TEST_CASE("names of annotated files") {
  CHECK(annotated_name("a.py") == "a.py,cover");
  CHECK(annotated_name("a.b.pyw") == "a_b.pyw,cover");
  CHECK(annotated_name("script") == "script,cover");
  CHECK(annotated_name("a/b/c.py") == "z_86bbcbe134d28fd2_c.py,cover");
}

TEST_CASE("flat names") {
  struct Row {
    const char* name;
    const char* flat;
  };
  for (const auto& row : {Row{"a/b/c.py", "z_86bbcbe134d28fd2_c_py"}, Row{"a\\b/c.py", "z_56ada4076c45aa52_c_py"},
                          Row{"/a.py", "z_1236e9a3b6c8bbc8_a_py"}, Row{".hidden", "_hidden"},
                          Row{"a//b.py", "z_80084bf2fba02475_b_py"}, Row{"/a/b\\", "z_bb25e0ada04227c6_"},
                          // What Windows would take for a drive.
                          Row{"c:x.y.py", "z_f38a174650399e37_x_y_py"}, Row{"c:/x.py", "z_dd0111b38445ad9d_x_py"},
                          Row{"\u00e9:x.py", "z_b7abd481fa8900a3_x_py"}, Row{"//h/s/a.py", "z_249584aea5671718_a_py"},
                          Row{"//h/c.py", "z_ed15a01a46a49c2c_"}}) {
    CAPTURE(row.name);
    CHECK(flat_name(row.name) == row.flat);
  }
}
