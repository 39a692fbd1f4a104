#include <doctest/doctest.h>
#include <covey/source/python_regex_syntax.hpp>
#include <string>

using namespace covey;

TEST_CASE("what Python says of regular expressions") {
  struct Row {
    const char* pattern;
    const char* said;  // empty where the expression is good
  };
  const Row rows[] = {
      {"", ""},
      {R"(#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER))", ""},
      {R"(^\s*(((async )?def .*?)?[\])]+(\s*->.*?)?:\s*)?\.\.\.\s*(#|$))", ""},
      {"(?P<a>x)(?P=a)(?(a)y|z)", ""},
      {"a{,3}b{2}c{x}d++e*?", ""},
      {"(?i)(?s)a(?-i:b)(?x: # comment\n c)", ""},
      {"(?<=ab|cd)e", ""},
      {"✘(", "missing ), unterminated subpattern at position 1"},
      {"foo(", "missing ), unterminated subpattern at position 3"},
      {"foo[", "unterminated character set at position 3"},
      {"foo***", "multiple repeat at position 4"},
      {"a)b", "unbalanced parenthesis at position 1"},
      {"^*", "nothing to repeat at position 1"},
      {"a{3,2}", "min repeat greater than max repeat at position 2"},
      {"[z-a]", "bad character range z-a at position 1"},
      {R"(a\)", "bad escape (end of pattern) at position 1"},
      {R"(\q)", R"(bad escape \q at position 0)"},
      {R"(\x4)", R"(incomplete escape \x4 at position 0)"},
      {R"(\477)", R"(octal escape value \477 outside of range 0-0o377 at position 0)"},
      {R"(\1)", "invalid group reference 1 at position 1"},
      {R"((a\1))", "cannot refer to an open group at position 2"},
      {"(?P<a>x)(?P<a>y)", "redefinition of group name 'a' as group 2; was group 1 at position 12"},
      {"(?P<1>x)", "bad character in group name '1' at position 4"},
      {"(?P=b)", "unknown group name 'b' at position 4"},
      {"(?(2)a)", "invalid group reference 2 at position 3"},
      {"(?y)", "unknown extension ?y at position 1"},
      {"a(?i)b", "global flags not at the start of the expression at position 1"},
      {"(?#a", "missing ), unterminated comment at position 0"},
      {"(?<=a+)b", "look-behind requires fixed-width pattern"},
      {"a\n(b", "missing ), unterminated subpattern at position 2 (line 2, column 1)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    auto checked = source::check_regex(row.pattern);
    CHECK((checked ? "" : checked.error().what) == row.said);
  }
}

TEST_CASE("groups nested without end are refused") {
  const std::string pattern(1'000'000, '(');
  CHECK(source::check_regex(pattern).error().what.starts_with("groups are nested too deeply"));
}
