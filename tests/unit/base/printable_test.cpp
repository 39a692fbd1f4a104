#include <doctest/doctest.h>
#include <covey/base/printable.hpp>
#include <vector>

using namespace covey::base;

TEST_CASE("names are shown without what a terminal would obey") {
  struct Row {
    std::string name, shown;
  };
  const std::vector<Row> rows = {
      {"src/a b.py", "src/a b.py"},
      {"caf\u00e9/\u65e5\u672c/\U0001F600.py", "caf\u00e9/\u65e5\u672c/\U0001F600.py"},
      {"a\tb\nc\x1b[31m\x7f", "a?b?c?[31m?"},
      {"\xc2\x80\xc2\x9f\xc2\xa0x", "???x"},                    // C1 controls, no-break space
      {"\u2028\u2029\u3000", "???"},                            // separators
      {"\u202e\u200f\u2066\u061c\ufeff\u00ad", "??????"},       // direction marks and other format controls
      {"\xee\x80\x80\xf4\x80\x80\x80\xf3\xa0\x80\xa1", "???"},  // private use, a tag
      {"\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf", "???"},      // noncharacters
      {"\xff\xc3z\xed\xa0\x80", "??z???"},                      // not UTF-8
      {"a\xcc\x81\xef\xb8\x8f\xf3\xa0\x84\x80", "a\xcc\x81\xef\xb8\x8f\xf3\xa0\x84\x80"},  // combining marks, variation
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(printable(row.name) == row.shown);
  }
}

TEST_CASE("messages have escapes for what would be more than text in a terminal or a log") {
  struct Row {
    std::string text, shown;
  };
  const std::vector<Row> rows = {
      {"src/caf\u00e9 \u3000b.py\t", "src/caf\u00e9 \u3000b.py\t"},
      {"a\nb\x1b[31m\x7f", "a\\x0ab\\x1b[31m\\x7f"},
      {"\xc2\x9b\xff", "\\x9b\\xff"},
      {"\u202egpj\u2066\u2028", "\\u202egpj\\u2066\\u2028"},
      {"::set-output name=x::y", "\\x3a:set-output name=x::y"},
      {" \t\u3000::x", " \t\u3000\\x3a:x"},
      {"a::b #[", "a::b #["},
      {"a ##[group] ##[b]", "a \\x23#[group] \\x23#[b]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(harmless(row.text) == row.shown);
  }
}

TEST_CASE("length is counted in code points") {
  CHECK(length_of("") == 0);
  CHECK(length_of("abc") == 3);
  CHECK(length_of("\u65e5\u672c") == 2);
  CHECK(length_of("\xff\xfe") == 2);
}

TEST_CASE("text as Python's repr shows it") {
  CHECK(quoted("/src/a.py") == "'/src/a.py'");
  CHECK(quoted("c:\\a.py") == "'c:\\\\a.py'");
  CHECK(quoted("it's") == "\"it's\"");
  CHECK(quoted("it's \"it\"") == "'it\\'s \"it\"'");
  CHECK(quoted("a\nb\tc\x1b\x7f") == "'a\\nb\\tc\\x1b\\x7f'");
  CHECK(quoted("\xc3\xa9") == "'\xc3\xa9'");
  CHECK(quoted("\xff\xc2\x85") == "'\\udcff\\x85'");
  CHECK(quoted("") == "''");
}
