#include <doctest/doctest.h>
#include <covey/source/structure.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace covey::source;
using covey::model::LineSet;

namespace {

constexpr std::string_view k_names[] = {"module", "simple", "string", "break",  "continue", "raise", "return",
                                        "def",    "class",  "if",     "for",    "while",    "try",   "with",
                                        "match",  "elif",   "else",   "except", "finally",  "case"};

void describe(const Structure& structure, std::size_t index, std::string& out) {
  const auto& statement = structure.statements[index];
  if (statement.is_async) out += "async ";
  out += k_names[static_cast<std::size_t>(statement.kind)];
  if (statement.is_irrefutable) out += "!";
  out += " " + std::to_string(statement.first) + "-" + std::to_string(statement.last);
  if (statement.head_first != statement.first || statement.head_last != statement.first)
    out += "(" + std::to_string(statement.head_first) + "-" + std::to_string(statement.head_last) + ")";
  if (statement.next == index + 1) return;
  out += " [";
  for (std::size_t child = index + 1; child < statement.next; child = structure.statements[child].next) {
    if (child != index + 1) out += ", ";
    describe(structure, child, out);
  }
  out += "]";
}

// Each statement as "kind first-last", with the lines of its head where they are others, and what it holds.
std::string tree(std::string_view text) {
  auto structure = parse(text);
  if (!structure) return "error: " + structure.error().message();
  std::string out;
  for (std::size_t i = 1; i < structure->statements.size(); i = structure->statements[i].next) {
    if (i != 1) out += ", ";
    describe(*structure, i, out);
  }
  return out;
}

struct Case {
  std::string_view text;
  std::string_view tree;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(tree(c.text) == c.tree);
  }
}

}  // namespace

TEST_CASE("statements and their lines") {
  check({
      {"", ""},
      {"# only\n\n", ""},
      {"x = 1\ny\n", "simple 1-1, simple 2-2"},
      {"x = (\n1\n) # c\n", "simple 1-3"},
      {"return; raise\nbreak; continue;\n", "return 1-1, raise 1-1, break 2-2, continue 2-2"},
      {"returned = 1; continue_\n", "simple 1-1, simple 1-1"},
      {"x \\\n ; y\n", "simple 1-1, simple 2-2"},
      {"x", "simple 1-1"},  // no newline
      {"if x:\n  y\n\n# c\nz\n", "if 1-2 [simple 2-2], simple 5-5"},
      {"if x: y; z\n", "if 1-1 [simple 1-1, simple 1-1]"},
      {"if a:\n  b\nelif c: d\nelse:\n  e\n", "if 1-5 [simple 2-2, elif 3-3 [simple 3-3], else 4-5 [simple 5-5]]"},
      {"for x in y:\n  pass\nelse: z\n", "for 1-3 [simple 2-2, else 3-3 [simple 3-3]]"},
      {"while 1:\n  while 2: a\n  else: b\nelse: c\n",
       "while 1-4 [while 2-3 [simple 2-2, else 3-3 [simple 3-3]], else 4-4 [simple 4-4]]"},
      {"try:\n  a\nexcept* B as c:\n  d\nexcept E, F: g\nelse: h\nfinally:\n  i\n",
       "try 1-8 [simple 2-2, except 3-4 [simple 4-4], except 5-5 [simple 5-5], else 6-6 [simple 6-6], finally 7-8 "
       "[simple 8-8]]"},
      {"with (a as b,\n  c):\n  d\n", "with 1-3 [simple 3-3]"},
      {"async def f():\n  async with a: b\n  async for c in d: e\n",
       "async def 1-3 [async with 2-2 [simple 2-2], async for 3-3 [simple 3-3]]"},
      {"class A[T: int = str](B): x: int = 1\n", "class 1-1 [simple 1-1]"},
      {"def f(x=lambda: 1) -> (lambda: 2): return 3\n", "def 1-1 [return 1-1]"},
  });
}

TEST_CASE("the last line is that of the last token, as in CPython's ast") {
  check({
      {"class A: pass \\\n ;\n", "class 1-2 [simple 1-1]"},
      {"class A:\n  x \\\n  ;\ny\n", "class 1-3 [simple 2-2], simple 4-4"},
      {"def f():\n  '''a\n  ''' ; x = '''\n'''\n  # c\n\ny\n", "def 1-4 [string 2-3, simple 3-4], simple 7-7"},
      {"def f():\n  return f'''\n{x}\n'''\n", "def 1-4 [return 2-4]"},
      {"if x: pass \\\n\ny\n", "if 1-1 [simple 1-1], simple 3-3"},
  });
}

TEST_CASE("a decorated function or class starts at its def, its head at the first decorator's expression") {
  check({
      {"@a\n@b(\n 1)\n\n# c\ndef f(): x\n", "def 6-6(1-6) [simple 6-6]"},
      {"@a\nasync def f(): x\n", "async def 2-2(1-2) [simple 2-2]"},
      {"@(\n a\n)\nclass A: x\n", "class 4-4(2-4) [simple 4-4]"},
      {"@(\n (\n  a\n ))\nclass A: x\n", "class 5-5(3-5) [simple 5-5]"},
      {"@(\n a).b\nclass A: x\n", "class 3-3(1-3) [simple 3-3]"},
      {"@(\n a, b)\nclass A: x\n", "class 3-3(1-3) [simple 3-3]"},
      {"@(\n a for a in b)\nclass A: x\n", "class 3-3(1-3) [simple 3-3]"},
      {"@(\n lambda a, b: c)\nclass A: x\n", "class 3-3(2-3) [simple 3-3]"},
      {"@(\n (a) + b)\nclass A: x\n", "class 3-3(2-3) [simple 3-3]"},
  });
}

TEST_CASE("match and its fellows are keywords only where they are") {
  check({
      {"match = case = type = lazy = 1\n", "simple 1-1"},
      {"match: int\nmatch.x: int = 1\n", "simple 1-1, simple 2-2"},
      {"match(x)\nmatch[x:\n]\nmatch * a, b\n", "simple 1-1, simple 2-3, simple 4-4"},
      {"match x; y: int\n", "simple 1-1, simple 1-1"},
      {"x = match\nmatch = lambda: 1\n", "simple 1-1, simple 2-2"},
      {"type X[T] = int\nlazy import a\nlazy from b import (\n c)\n", "simple 1-1, simple 2-2, simple 3-4"},
      {"match x:\n  case 1: y\n", "match 1-2 [case 2-2 [simple 2-2]]"},
      {"match (\n x): # c\n\n  case (1 |\n   2) if lambda: 3:\n    y\n", "match 1-6 [case 4-6(4-5) [simple 6-6]]"},
      {"match match:\n  case case: case\n  case type if match: match\n",
       "match 1-3 [case! 2-2 [simple 2-2], case 3-3 [simple 3-3]]"},
      {"match -x, *y:\n  case [*_]: a\nb\n", "match 1-2 [case 2-2 [simple 2-2]], simple 3-3"},
      {"match lambda: 1:\n  case {'a': b}: c\n", "match 1-2 [case 2-2 [simple 2-2]]"},
      {"match ':':\n  case ':': a\n", "match 1-2 [case 2-2 [simple 2-2]]"},
  });
}

TEST_CASE("a case is irrefutable where its last alternative matches anything") {
  struct Pattern {
    std::string text;
    bool irrefutable;
  };
  const Pattern patterns[] = {
      {"_", true},
      {"x", true},
      {"é", true},
      {"(x)", true},
      {"((_))", true},
      {"x as y", true},
      {"(x as y)", true},
      {"(x) as y", true},
      {"A() | _", true},
      {"A() | (_)", true},
      {"(A() | _)", true},
      {"(_ as s) as t", true},
      {"A() | (B() | _)", true},
      {"A()", false},
      {"x.y", false},
      {"None", false},
      {"True", false},
      {"1", false},
      {"-1", false},
      {"'s'", false},
      {"x,", false},
      {"a, b", false},
      {"*x,", false},
      {"(a, b)", false},
      {"(a,)", false},
      {"[a]", false},
      {"()", false},
      {"{}", false},
      {"_ if y", false},
      {"A() | _ if y", false},
      {"A() as x", false},
      {"a, b | c", false},
      {"(A() | _) as z", false},  // what ast's MatchAs names is looked into, not through
      {"A() | B() as x", false},
  };
  for (const auto& pattern : patterns) {
    CAPTURE(pattern.text);
    auto expected = std::string("match 1-2 [case") + (pattern.irrefutable ? "!" : "") + " 2-2 [simple 2-2]]";
    CHECK(tree("match v:\n  case " + pattern.text + ": w\n") == expected);
  }
  check({
      {"match v:\n  case (\n    _\n  ): w\n", "match 1-4 [case! 2-4(3-3) [simple 4-4]]"},
      {"match v:\n  case A(\n  ) | _: w\n", "match 1-3 [case! 2-3(2-3) [simple 3-3]]"},
      {"match v:\n  case (\n    x\n  ) as y: w\n", "match 1-4 [case! 2-4(2-4) [simple 4-4]]"},
  });
}

TEST_CASE("what is no structure is refused with its line") {
  check({
      {" x\n", "error: unexpected indent at line 1"},
      {"x\n  y\n", "error: unexpected indent at line 2"},
      {"if x:\ny\n", "error: expected an indented block at line 2"},
      {"if x:\n", "error: expected an indented block at line 2"},
      {"if x\n  y\n", "error: expected ':' at line 1"},
      {"else: x\n", "error: unexpected 'else' at line 1"},
      {"for x in y: z\nelif a: b\n", "error: unexpected 'elif' at line 2"},
      {"if x: if y: z\n", "error: unexpected 'if' at line 1"},
      {"x; def f(): y\n", "error: unexpected 'def' at line 1"},
      {"@a\nx = 1\n", "error: unexpected 'x' at line 2"},
      {"match x:\n  y\n", "error: unexpected 'y' at line 2"},
      {"async x\n", "error: unexpected 'x' at line 1"},
      {"x = (\n", "error: '(' was never closed at line 1"},
      {"def f(:\n  '''\n", "error: unterminated triple-quoted string literal at line 2"},
      {";\n", "error: unexpected ';' at line 1"},
  });
}

TEST_CASE("docstrings are the first statement of a module, class or function, if that is a str literal") {
  struct Doc {
    std::string body;
    bool is_docstring;
  };
  const Doc docs[] = {
      {"'a'", true},
      {"u'a' R'b'", true},
      {"('a')", true},
      {"((('a' 'b')))", true},
      {"'a'; x", true},
      {"('a'); x", true},
      {"'a';", true},
      {"b'a'", false},
      {"f'a'", false},
      {"'a' f'b'", false},
      {"t'a'", false},
      {"'a' + 'b'", false},
      {"'a'.x", false},
      {"'a', 'b'", false},
      {"('a',)", false},
      {"('a') ('b')", false},
      {"'a' if 1 else 'b'", false},
      {"'a'[0]", false},
      {"not 'a'", false},
      {"x; 'a'", false},
      {"('a' and 'b')", false},
      {"()", false},
      {"('a'.x)", false},
  };
  for (const auto& doc : docs) {
    CAPTURE(doc.body);
    for (std::string head : {"", "class A:\n  ", "def f():\n  ", "async def f(): ", "if x:\n  class A: "}) {
      CAPTURE(head);
      auto structure = parse(head + doc.body + "\n");
      REQUIRE(structure.has_value());
      CHECK(docstring_lines(*structure).empty() != doc.is_docstring);
    }
    CHECK(docstring_lines(parse("if x:\n  " + doc.body + "\n").value()).empty());
  }
  auto structure = parse("# c\n'''a\nb'''; x\ndef f():\n\n  ('a'\n   # c\n  'b')\n  'c'\n").value();
  CHECK(docstring_lines(structure) == LineSet{2, 3, 6, 7, 8});
}

TEST_CASE("lines of a multi-line statement map to its first") {
  auto structure = parse("x = (\n1\n)\ny\nif (a\n    ):\n  z = 1 \\\n\n  '''\n'''\n").value();
  using Range = MultilineMap::Range;
  CHECK(structure.multiline.ranges() == std::vector<Range>{{1, 3}, {5, 6}, {7, 8}, {9, 10}});
  for (auto [line, first] :
       {std::pair{1, 1}, {2, 1}, {3, 1}, {4, 4}, {5, 5}, {6, 5}, {8, 7}, {10, 9}, {11, 11}, {0, 0}})
    CHECK(structure.multiline.first_line(line) == first);
  CHECK(structure.multiline.first_lines({2, 3, 4, 6, 8, 11}) == LineSet{1, 4, 5, 7, 11});
  CHECK(structure.multiline.first_lines({}) == LineSet{});
}

TEST_CASE("offsets lead back to the headers") {
  std::string_view text = "x = 1 ; y\n@d\ndef f(a,\n  b): pass\nif lambda: 1: z\n";
  auto structure = parse(text).value();
  std::vector<std::string_view> headers;
  for (std::size_t i = 1; i < structure.statements.size(); ++i) {
    const auto& statement = structure.statements[i];
    headers.push_back(text.substr(statement.begin, statement.header_end - statement.begin));
  }
  CHECK(headers == std::vector<std::string_view>{"x = 1", "y", "def f(a,\n  b):", "pass", "if lambda: 1:", "z"});
}
