#include <doctest/doctest.h>
#include <covey/config/toml_file.hpp>

using namespace covey;

TEST_CASE("TOML values as Python shows them, in the file's order") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const Row rows[] = {
      {"", "{}"},
      {"z = 'x'\na = 1\nm = 1.5\n", "{'z': 'x', 'a': 1, 'm': 1.5}"},
      {"[b]\nx = true\n[a.c]\ny = [1, 'two', [false]]\n", "{'b': {'x': True}, 'a': {'c': {'y': [1, 'two', [False]]}}}"},
      {"d = 2026-11-23\nt = 07:32:00\n", "{'d': datetime.date(2026, 11, 23), 't': datetime.time(7, 32)}"},
      {"m = 2026-11-23T07:32:01.5\n", "{'m': datetime.datetime(2026, 11, 23, 7, 32, 1, 500000)}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto table = config::parse_toml(row.text);
    REQUIRE(table);
    CHECK(config::python_repr({*table}) == row.shown);
  }
}

TEST_CASE("what is no TOML is refused in tomllib's words, where it is common") {
  struct Row {
    const char* text;
    const char* said;
  };
  const Row rows[] = {
      {"[run\n", "Expected ']' at the end of a table declaration (at line 1, column 5)"},
      {"[run", "Expected ']' at the end of a table declaration (at end of document)"},
      {"a = 1\nb = yes\n", "Invalid value (at line 2, column 5)"},
      {"a = \n", "Invalid value (at line 1, column 5)"},
      {"a b = 1", "Expected '=' after a key in a key/value pair (at line 1, column 3)"},
      {"a = ['x' 'y']", "Unclosed array (at line 1, column 10)"},
      {"a = ['x',", "Unclosed array (at end of document)"},
      {"a = 1 b = 2", "Expected newline or end of document after a statement (at line 1, column 7)"},
      {"a = \"x", "Unterminated string (at end of document)"},
      {"= 1", "Invalid statement (at line 1, column 1)"},
      {"\u0378_", "Invalid statement (at line 1, column 1)"},
      {"\u2e40 = 1", "Invalid statement (at line 1, column 1)"},
      {"\ufe00 = 1", "Invalid statement (at line 1, column 1)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto table = config::parse_toml(row.text);
    REQUIRE_FALSE(table);
    CHECK(table.error().message() == row.said);
  }
}
