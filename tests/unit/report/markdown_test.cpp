#include <doctest/doctest.h>
#include <covey/report/markdown.hpp>
#include "reported_files.hpp"

using namespace covey::report;

TEST_CASE("the table in Markdown") {
  CHECK(markdown_table(make_table({file("my_app/views.py", 3, {2}), file("b.py", 4)}, {})) ==
        "| Name             |    Stmts |     Miss |   Cover |\n"
        "|----------------- | -------: | -------: | ------: |\n"
        "| b.py             |        4 |        0 |    100% |\n"
        "| my\\_app/views.py |        3 |        1 |     67% |\n"
        "| **TOTAL**        |    **7** |    **1** | **86%** |\n");
}

TEST_CASE("names that Markdown, or what forges look for behind it, would make more of") {
  const std::pair<const char*, const char*> k_names[] = {
      {"a|b`c`.py", "a\\|b\\`c\\`.py"},       {"<b>[x](y).py", "\\<b\\>\\[x\\]\\(y\\).py"},
      {"@octocat.py", "\\@octocat.py"},       {"#1.py", "\\#1.py"},
      {"www.example.py", "www\\.example.py"}, {"draw.py", "draw.py"},
      {"https://x.py", "https\\://x.py"},     {"a\nb\x1b.py", "a\\?b\\?.py"},
  };
  for (const auto& [name, shown] : k_names) {
    const auto text = markdown_table(make_table({file(name, 1)}, {}));
    CHECK(text.find("| " + std::string(shown) + " ") != text.npos);
  }
}

TEST_CASE("the table in Markdown with branches, missing lines and what was skipped") {
  auto partial = file("a-b.py", 5, {4});
  partial.coverage.set_branches({{1, 2}, {1, -1}}, {{1, 2}}, {});
  TableOptions options;
  options.show_missing = true;
  options.skip_covered = true;
  options.precision = 1;
  CHECK(markdown_table(make_table({partial, file("c.py", 1)}, options)) ==
        "| Name      |    Stmts |     Miss |   Branch |   BrPart |     Cover |   Missing |\n"
        "|---------- | -------: | -------: | -------: | -------: | --------: | --------: |\n"
        "| a-b.py    |        5 |        1 |        2 |        1 |     71.4% |1-\\>exit, 4 |\n"
        "| **TOTAL** |    **6** |    **1** |    **2** |    **1** | **75.0%** |           |\n"
        "\n1 file skipped due to complete coverage.\n");
}
