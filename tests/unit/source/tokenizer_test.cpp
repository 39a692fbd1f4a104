#include <doctest/doctest.h>
#include <covey/source/tokenizer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace covey::source;

namespace {

// The tokens as words: operators as they are written, names and literals with their text, layout as NL > < .
std::string outline(std::string_view text) {
  Tokenizer tokens(text);
  std::string out;
  for (;;) {
    tokens.advance();
    const auto& token = tokens.token();
    if (token.kind == TokenKind::end) return out;
    if (!out.empty()) out += ' ';
    if (token.kind == TokenKind::error) return out + "error: " + tokens.error().what;
    switch (token.kind) {
      case TokenKind::newline:
        out += "NL";
        break;
      case TokenKind::indent:
        out += ">";
        break;
      case TokenKind::dedent:
        out += "<";
        break;
      case TokenKind::string:
        out += "str";
        break;
      case TokenKind::bytes:
        out += "bytes";
        break;
      case TokenKind::template_string:
        out += "template";
        break;
      default:
        out += tokens.text_of(token);
    }
  }
}

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

struct Case {
  std::string text;
  std::string tokens;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(outline(c.text) == c.tokens);
  }
}

}  // namespace

TEST_CASE("names, numbers and operators") {
  check({
      {"x = y1 + _é\n", "x = y1 + _é NL"},
      {"a**b//c<<=d->e:=f!=g...\n", "a ** b // c <<= d -> e := f != g ... NL"},
      {"x.y @ z\n", "x . y @ z NL"},
      {"1_0 0x_fF 0b1 0o7 1.5 .5 1. 1e5 1E-5j 0xfor\n", "1_0 0x_fF 0b1 0o7 1.5 .5 1. 1e5 1E-5j 0xf or NL"},
      {"1if x else 2\n", "1 if x else 2 NL"},
      {"1else\n", "1 else NL"},
      {"1..real\n", "1. . real NL"},
      {"$\n", "error: invalid character at line 1"},
      {std::string("x\n\0\n", 4), "x NL error: null byte at line 2"},
  });
}

TEST_CASE("strings of every form") {
  check({
      {"'' \"\" 'a\\'b' \"'\"\n", "str str str str NL"},
      {"'''a'b''c\\''' ''' ''''''\n", "str str NL"},
      {"r'\\' R\"\\\"\" u'x\n", "str x NL"},
      {"r'\\'' u'' b'' Rb'' bR'' rB''\n", "str str bytes bytes bytes bytes NL"},
      {"f'' F'' rf'' Fr'' t'' tR''\n", "template template template template template template NL"},
      {"'a\\\nb' \"c\\\n\\\nd\"\n", "str str NL"},
      {"in'x' not\"y\" bar'z' ur'a'\n", "in str not str bar str ur str NL"},
      {"'a\n", "error: unterminated string literal at line 1"},
      {"x\n'''a\n\n", "x NL error: unterminated triple-quoted string literal at line 2"},
      {"'''a\\\n", "error: unterminated triple-quoted string literal at line 1"},
      {"'\\\n", "error: unterminated string literal at line 1"},
  });
}

TEST_CASE("f-strings, with whatever they nest") {
  const std::vector<std::string> whole = {
      "f'{x}'",
      "f'{{}} {x!r:>{w}.{p}} {y=}'",
      "f\"{\"a\"}\"",  // the same quote again
      "f'{'b' f'{'c'}'}'",
      "f'{x[\"a\"]:{y:{z}}}'",
      "f'{x:%H:%M}'",  // a colon within a specification
      "f'{x:=5}{(x:=5)}{x::}{a!=b}{c[1:2]}'",
      "f'{(lambda x: {1: 2})}'",
      "f'''\n{\nx # } ' ''' \"\n}'''",  // a comment in a field
      "f'{\nx}'",                       // lines in a field
      "f'{x:\n}'",
      "f'{x\\\n}'",
      "f'\\N{EM DASH}{x}'",  // a named character
      "rf'\\N{x}'",          // and none
      "f'\\{x}'",
      "f'\\\\{x}'",
      "f'{'''a\n}'''}'",  // a triple string in a field
      "f'{f\"{f'{f\"{1}\"}'}\"}'",
      "f'{x:{{y}}}'",  // no doubled brace in a specification
      "f'{x:{w}}}}'",  // but behind the field
      "f'{b\"}\"}{rb'}'}'",
      "Rt\"\"\"{\n'}'}\"\"\"",
      "f'{x} {{{y}}}'",
  };
  for (const auto& text : whole) {
    CAPTURE(text);
    CHECK(outline(text + "\n") == "template NL");
  }
  check({
      {"f'{x'\n", "error: unterminated string literal at line 1"},
      {"f'x\n'\n", "error: unterminated f-string literal at line 1"},
      {"f'}'\n", "error: f-string: single '}' is not allowed at line 1"},
      {"f'{)}'\n", "error: closing ')' does not match '{' at line 1"},
      {"f'{x:'\n", "error: f-string: expecting '}' at line 1"},
      {"f'''{\n", "error: f-string: expecting '}' at line 1"},
      {"f'{x:{y:{z:{w}}}}'\n", "error: f-string: fields nested too deeply at line 1"},
  });
}

TEST_CASE("lines, indentation and continuation") {
  check({
      {"", ""},
      {"\n\n  # x\n\t\n", ""},
      {"if x:\n  y\nz\n", "if x : NL > y NL < z NL"},
      {"if x:\n  if y:\n    z\n", "if x : NL > if y : NL > z NL < <"},
      {"if x:\n  y\n\n    # c\n# d\n  z\n", "if x : NL > y NL z NL <"},
      {"if x:\n\ty\n        z\n",
       "if x : NL > y NL error: inconsistent use of tabs and spaces in indentation at line 3"},
      {"if x:\n  y\n z\n", "if x : NL > y NL error: unindent does not match any outer indentation level at line 3"},
      {"x = (\n  1,\n\n# c\n)\n", "x = ( 1 , ) NL"},
      {"x = \\\n 1\n", "x = 1 NL"},
      {"x = 1 \\\n\n", "x = 1 NL"},
      {"if x:\n    \\\n  y\n    z\n", "if x : NL > y NL z NL <"},  // the first column counts
      {"if x:\n  y\n\\\n  z\n", "if x : NL > y NL z NL <"},        // but not where it is the first of the line
      {"\\\n# c\nx\n", "x NL"},
      {"x \\ \n", "x error: unexpected character after line continuation at line 1"},
      {"x \\\n", "x error: unexpected end of file after line continuation at line 1"},
      {"x = (\n[\n", "x = ( [ error: '[' was never closed at line 2"},
      {"x)\n", "x error: unmatched ')' at line 1"},
      {"(]\n", "( error: closing ']' does not match '(' at line 1"},
  });
}

TEST_CASE("nesting is limited and never costs the stack") {
  CHECK(outline(repeated("(", 1'000'000) + "\n").find("too many nested parentheses") != std::string::npos);
  CHECK(outline(repeated("f'{", 1'000'000) + "\n").find("too many nested f-strings") != std::string::npos);
  std::string steps;
  for (int i = 0; i < 200; ++i) steps += repeated(" ", i) + "if x:\n";
  CHECK(outline(steps).find("too many levels of indentation") != std::string::npos);
}

TEST_CASE("logical lines know their lines, indents and colons") {
  struct Line {
    int first, last, indent, colon;
  };
  auto check_lines = [](std::string_view text, std::vector<Line> expected) {
    CAPTURE(text);
    Tokenizer tokens(text);
    do tokens.advance();
    while (tokens.token().kind != TokenKind::end && tokens.token().kind != TokenKind::error);
    auto found = tokens.take_lines();
    REQUIRE(found.lines.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(found.lines[i].first == expected[i].first);
      CHECK(found.lines[i].last == expected[i].last);
      CHECK(found.lines[i].indent == expected[i].indent);
      CHECK(found.lines[i].colon == expected[i].colon);
    }
  };
  check_lines("x\n\nif y: z\n", {{1, 1, 0, 0}, {3, 3, 0, 3}});
  check_lines("if (a,\n    b):\n  c = [1:\n 2]\nd\n", {{1, 2, 0, 2}, {3, 4, 1, 0}, {5, 5, 0, 0}});
  check_lines("x = '''\n'''; y: int\n", {{1, 2, 0, 2}});
  check_lines("f'{x:5}' ; a[b:c]; d := 1\n", {{1, 1, 0, 0}});
  check_lines("x = 1 \\\n\ny\n", {{1, 2, 0, 0}, {3, 3, 0, 0}});
}

TEST_CASE("a second line with a colon is kept") {
  std::string_view text = "x: '''\n''' ; y: '''\n''' ; z: int; w: int\n";
  Tokenizer tokens(text);
  do tokens.advance();
  while (tokens.token().kind != TokenKind::end);
  auto lines = tokens.take_lines();
  REQUIRE(lines.later_colons.size() == 2);
  CHECK(lines.lines[0].colon == 1);
  CHECK(lines.later_colons[0].line == 2);
  CHECK(lines.later_colons[1].line == 3);
}
