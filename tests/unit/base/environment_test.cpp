#include <doctest/doctest.h>
#include <covey/base/environment.hpp>
#include <covey/cli/clock.hpp>
#include <covey/cli/project.hpp>

using namespace covey::base;

TEST_CASE("variables") {
  Environment environment({"A=1", "AB=2", "EMPTY=", "malformed", "=odd", "A=3"});
  CHECK(environment.value("A") == "1");
  CHECK(environment.value("AB") == "2");
  CHECK(environment.value("EMPTY") == "");
  CHECK(environment.value("NONE") == "");
  environment.set("AB", "x=y");
  environment.set("NEW", "");
  environment.remove("A");
  CHECK(environment.entries() == std::vector<std::string>{"AB=x=y", "EMPTY=", "malformed", "=odd", "NEW="});
}

TEST_CASE("times are written in UTC with their fraction") {
  struct Row {
    double seconds;
    std::string text;
  };
  for (const auto& row : std::initializer_list<Row>{{0, "1970-01-01T00:00:00.000000Z"},
                                                    {1795448117.1373723, "2026-11-23T15:35:17.137372Z"},
                                                    {951782399.9999999, "2000-02-29T00:00:00.000000Z"},
                                                    {-0.5, "1969-12-31T23:59:59.500000Z"}})
    CHECK(utc_text(row.seconds) == row.text);
  CHECK(unix_now() > 1'700'000'000);
}

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
