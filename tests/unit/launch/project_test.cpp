#include <doctest/doctest.h>
#include <covey/launch/project.hpp>

using namespace covey::launch;

TEST_CASE("[tool.covey] in pyproject.toml") {
  struct Row {
    std::string text, project, error;
  };
  const Row rows[] = {
      {"", "", ""},
      {"[project]\nname = 'x'\n", "", ""},
      {"[tool.covey]\nproject = 'my app'\n", "my app", ""},
      {"tool.covey.project = \"x\"", "x", ""},
      {"[tool.covey]\nsource = 'x'\n", "", ""},
      {"not = = toml, no business of ours", "", ""},
      {"[tool.covey]\nproject = 3\n", "", "p: tool.covey.project is no string"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto settings = covey_settings(row.text, "p");
    CHECK((settings ? settings->project : "") == row.project);
    CHECK((settings ? "" : settings.error().message()) == row.error);
  }
  CHECK(covey_settings("[tool.covey]\nsource = 'x'\n", "p")->unknown == std::vector<std::string>{"source"});
  auto broken = covey_settings("a = 1\n[tool.covey\n", "p");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message() == "p: Expected ']' at the end of a table declaration (at line 2, column 12)");
}
