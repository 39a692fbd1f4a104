#include <doctest/doctest.h>
#include <covey/source/patterns.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace covey::source;
using covey::model::LineSet;

namespace {

LineSet matching(const std::vector<std::string>& patterns, const std::string& text) {
  auto compiled = Patterns::compile(patterns);
  REQUIRE_MESSAGE(compiled.has_value(), (compiled ? "" : compiled.error().message()));
  auto lines = compiled->matching_lines(text);
  REQUIRE_MESSAGE(lines.has_value(), (lines ? "" : lines.error().message()));
  return *lines;
}

struct Case {
  std::string name;
  std::vector<std::string> patterns;
  std::string text;
  LineSet lines;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(matching(c.patterns, c.text).lines() == c.lines.lines());
  }
}

}  // namespace

TEST_CASE("lines that hold a part of a match") {
  check({
      {"nothing to match", {}, "a\nb\n", {}},
      {"one empty expression", {""}, "a\nb\n", {}},
      {"a line", {"b"}, "a\nb\nab\n", {2, 3}},
      {"every line of a match", {"(?s)b.*d"}, "a\nb\nc\nd\ne\n", {2, 3, 4}},
      {"a match that ends after a newline", {"b\\n"}, "a\nb\nc\n", {2, 3}},
      {"the last newline", {"c\\n"}, "a\nb\nc\n", {3, 4}},
      {"line starts and ends", {"^b$"}, "b\nab\nb\n", {1, 3}},
      {"a start past the last newline", {"^\\Z"}, "a\n", {2}},
      {"the end of the text alone", {"a\\Z"}, "a\na", {2}},
      {"blanks go over lines", {"^\\s*x"}, "a\n\n\n x\n", {2, 3, 4}},
      {"empty matches", {"x*"}, "a\nx\n", {1, 2, 3}},
      {"empty matches beside others", {"x*?|b"}, "ab\n", {1, 2}},
      {"several expressions", {"b", "c"}, "a\nb\nc\n", {2, 3}},
      {"what one took the other cannot", {"a\\nb", "b\\nc"}, "a\nb\nc\n", {1, 2}},
      {"earlier expressions first", {"a", "a\\nb"}, "a\nb\n", {1}},
      {"leftmost first", {"b\\nc", "a\\nb"}, "a\nb\nc\n", {1, 2}},
      {"numbers count over all expressions", {"(a)x", "(b)\\1"}, "ba\nbb\n", {}},
      {"a number alone", {"(a|b)\\1"}, "ab\nbb\n", {2}},
  });
}

TEST_CASE("expressions are Python's") {
  check({
      {"its blanks, ASCII",
       {"a\\sb"},
       "a\x1c"
       "b\na\x0b"
       "b\naxb\n",
       {1, 2}},
      {"its blanks, Unicode",
       {"a\\sb"},
       "a\x1c"
       "b\na\u00A0b\na\u3000b\na\u180Eb\n",
       {1, 2, 3}},
      {"no blanks",
       {"a\\Sb"},
       "a\x1c"
       "b\na\u00A0b\na\u180Eb\n",
       {3}},
      {"in classes",
       {"a[\\s.]b", "c[^\\s]d", "e[\\S]f"},
       "a\x1f"
       "b\nc\x1f"
       "d\nc.d\ne\x1f"
       "f\ne\\f\n",
       {1, 3, 5}},
      {"words", {"^\\w+$"}, "aé_1\na b\n٣\n", {1, 3}},
      {"digits", {"^\\d$"}, "1\n٣\nx\n", {1, 2}},
      {"a count from zero", {"^ab{,2}c$"}, "ac\nabbc\nabbbc\n", {1, 2}},
      {"braces that count nothing", {"x{a}", "y{", "z{}"}, "x{a}\ny{\nz{}\nxa\n", {1, 2, 3}},
      {"a vertical tab", {"\\v"}, "a\n\x0b\n", {2}},
      {"octal, hexadecimal, Unicode", {"\\101\\x42\\u0043\\0?"}, "ABC\nabc\n", {1}},
      {"a bracket in a class", {"[[:a]x", "[]]y"}, "[x\n:x\n]y\nbx\n", {1, 2, 3}},
      {"named groups", {"(?P<q>['\"])x(?P=q)"}, "'x'\n'x\"\n", {1}},
      {"a condition", {"^(<)?a(?(1)>|$)"}, "<a>\na\n<a\n", {1, 2}},
      {"possessive", {"a++a", "(?>b+)b", "c+?c"}, "aaa\nbbb\nccc\n", {3}},
      {"flags at the start", {"(?i)ABC"}, "abc\n", {1}},
      {"flags for a group", {"(?i:a)B", "(?s:c.d)"}, "AB\nab\nc\nd\n", {1, 3, 4}},
      {"a dot stops at lines alone", {"a.b"}, "a\rb\na\u2028b\na\nb\n", {1, 2}},
      {"verbose", {"(?x) a \\  b # a comment with [ and (\n [ ]c"}, "a b c\nabc\n", {1}},
      {"ASCII only", {"(?a)^\\w$"}, "é\ne\n", {2}},
      {"a comment", {"a(?#b)c"}, "ac\nabc\n", {1}},
      {"characters beyond ASCII", {"é+", "[à-ü]x"}, "ee\néé\nàx\n", {2, 3}},
      {"the same over text that has none", {"é|e"}, "e\n", {1}},
  });
}

TEST_CASE("an expression that is bad is refused by name") {
  struct Bad {
    std::vector<std::string> patterns;
    std::string message;
  };
  const Bad cases[] = {
      {{"ok", "*x"}, "bad regular expression '*x': quantifier does not follow a repeatable item"},
      {{"(x"}, "bad regular expression '(x': missing ), unterminated subpattern at position 2"},
      {{"x)"}, "bad regular expression 'x)': unbalanced parenthesis at position 1"},
      {{"[x"}, "bad regular expression '[x': unterminated character set at position 2"},
      {{"[z-a]"}, "bad regular expression '[z-a]': bad character range at position 4"},
      {{"\\q"}, "bad regular expression '\\q': bad escape \\q at position 0"},
      {{"x\\"}, "bad regular expression 'x\\': bad escape (end of pattern) at position 1"},
      {{"a", "(?i)b"}, "bad regular expression '(?i)b': global flags not at the start of the expression"},
      {{"a(?i)b"}, "bad regular expression 'a(?i)b': global flags not at the start of the expression at position 4"},
      {{"(*ACCEPT)"}, "bad regular expression '(*ACCEPT)': nothing to repeat at position 0"},
      {{"(?<n>a)"}, "bad regular expression '(?<n>a)': unknown extension at position 2"},
  };
  for (const auto& c : cases) {
    auto compiled = Patterns::compile(c.patterns);
    REQUIRE(!compiled);
    CHECK(compiled.error().message() == c.message);
  }
}

TEST_CASE("an expression that backtracks without end is an error, not a wait") {
  auto patterns = Patterns::compile({"x", "^(a+)+[bc]"}).value();
  auto lines = patterns.matching_lines("ok\n" + std::string(64, 'a') + "\n");
  REQUIRE(!lines);
  CHECK(lines.error().message() == "regular expression '^(a+)+[bc]' fails past line 1: match limit exceeded");
}

TEST_CASE("long matches are no trouble") {
  std::string text = "# start\n";
  for (int i = 0; i < 100'000; ++i) text += "x = 1\n";
  CHECK(matching({"# start(.|\\n)*?# stop"}, text + "# stop\n").count() == 100'002);
  CHECK(matching({"# start(.|\\n)*?# stop"}, text).empty());
}

TEST_CASE("threads share compiled expressions") {
  auto patterns = Patterns::compile({"b+", "(?i:x)"}).value();
  std::vector<std::thread> threads;
  std::vector<LineSet> found(4);
  for (auto& lines : found)
    threads.emplace_back([&lines, patterns] {
      for (int i = 0; i < 200; ++i) lines = patterns.matching_lines("a\nbb\nX\n").value();
    });
  for (auto& thread : threads) thread.join();
  for (const auto& lines : found) CHECK(lines == LineSet{2, 3});
}
