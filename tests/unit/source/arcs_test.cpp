#include <doctest/doctest.h>
#include <covey/source/arcs.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace covey::source;
using covey::model::Arc;
using covey::model::ArcSet;
using covey::model::LineSet;

namespace {

// The lines of all statements, as if the interpreter's tables named them, less those that end in "# -".
LineSet named_lines(const std::string& text, const Structure& structure) {
  LineSet lines;
  for (const auto& statement : structure.statements) {
    if (statement.kind == StatementKind::else_ || statement.kind == StatementKind::finally) continue;
    lines.insert(statement.first);
    lines.insert(statement.head_first);
  }
  std::istringstream stream(text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.ends_with("# -")) lines.erase(number);
  }
  return lines;
}

Branches branches_of(const std::string& text) {
  auto structure = parse(text).value();
  return {text, structure, named_lines(text, structure)};
}

std::string shown(const ArcSet& arcs) {
  std::string out;
  for (const auto& arc : arcs)
    out += (out.empty() ? "" : " ") + std::to_string(arc.from) + ">" + std::to_string(arc.to);
  return out;
}

struct Case {
  std::string text;
  std::string arcs;
};

void check_arcs(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(shown(branches_of(c.text).possible()) == c.arcs);
  }
}

struct DescribedCase {
  std::string text;
  Arc arc;
  std::string description;
  std::string missing;
};

void check_descriptions(const std::vector<DescribedCase>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.text);
    auto branches = branches_of(c.text);
    CHECK(branches.description(c.arc) == c.description);
    CHECK(branches.missing_description(c.arc) == c.missing);
  }
}

struct RecordedCase {
  std::string name;
  std::string text;
  ArcSet recorded;
  std::string executed;
};

void check_executed(const std::vector<RecordedCase>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(shown(branches_of(c.text).executed(c.recorded)) == c.executed);
  }
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("what follows what") {
  check_arcs({
      {"", "1>-1"},
      {"# nothing\n", "1>-1"},
      {"x\n", "1>-1"},
      {"x\ny\n", "1>2 2>-1"},
      {"x = [\n  1,\n  2]\ny; z\nw\n", "1>4 4>5 5>-1"},
      {"if a:\n  b\nc\n", "1>2 1>3 2>3 3>-1"},
      {"if a:\n  b\nelse:\n  c\nd\n", "1>2 1>4 2>5 4>5 5>-1"},
      {"if a:\n  b\nelif c:\n  d\nelif e:\n  f\ng\n", "1>2 1>3 2>7 3>4 3>5 4>7 5>6 5>7 6>7 7>-1"},
      {"if (a and\n    b):\n  c\nelif (\n    d):\n  e\n", "1>3 1>4 3>-1 4>-1 4>6 6>-1"},
      {"if a: b\nelse: c\nd\n", "1>2 1>3 2>3 3>-1"},
  });
}

TEST_CASE("loops") {
  check_arcs({
      {"for a in b:\n  c\nd\n", "1>2 1>3 2>1 3>-1"},
      {"for a in b:\n  if c: break\n  if d: continue\n  e\nelse:\n  f\ng\n", "1>2 1>6 2>3 2>7 3>1 3>4 4>1 6>7 7>-1"},
      {"while a:\n  b\n", "1>-1 1>2 2>1"},
      {"while a:\n  while b:\n    break\n  else:\n    break\n  c\nd\n", "1>2 1>7 2>3 2>5 3>6 5>7 6>1 7>-1"},
      {"for a in (\n    b):\n  pass\n", "1>-1 1>3 3>1"},
  });
}

TEST_CASE("tests that are constant") {
  check_arcs({
      {"while True:\n  if a: break\nb\n", "1>2 2>1 2>3 3>-1"},
      {"while 1:\n  a\nb # -\n", "1>2 2>1"},
      {"while 0:\n  a # -\nelse:\n  b\nc\n", "1>4 4>5 5>-1"},
      {"if 1:\n  a\nelse:\n  b # -\nc\n", "1>2 2>5 5>-1"},
      {"if not __debug__:\n  a # -\nelif b:\n  c\nd\n", "1>3 3>4 3>5 4>5 5>-1"},
      {"if a:\n  b\nelif None:\n  c # -\nelse:\n  d\ne\n", "1>2 1>3 2>7 3>6 6>7 7>-1"},
      {"if a:\n  b\nelif True:\n  c\nelif d: # -\n  e # -\nf\n", "1>2 1>3 2>7 3>4 4>7 7>-1"},
  });
}

TEST_CASE("functions, classes and the module") {
  check_arcs({
      {"def f():\n  a\nb\n", "1>3 2>-1 3>-1"},
      {"def f():\n  if a:\n    return b\n  raise c\n", "1>-1 2>3 2>4 3>-1 4>-1"},
      {"@a\n@b(\n  1)\nclass C:\n  @d\n  async def f(self):\n    return 1\n  x\ny\n",
       "1>2 2>4 4>9 5>6 6>8 7>-5 8>-1 9>-1"},
      {"class C: pass\n", "1>-1"},
      {"x\nclass C: a; b\n", "1>2 2>-2 2>-1"},
      {"def f(a): return a\n", "1>-1"},
      {"def f():\n  def g():\n    return\n  for x in y:\n    return\n", "1>-1 2>4 3>-2 4>-1 4>5 5>-1"},
      {"raise a\n", ""},
  });
}

TEST_CASE("try") {
  check_arcs({
      {"try:\n  a\nexcept B:\n  c\nexcept D:\n  e\nf\n", "1>2 2>7 3>4 4>7 5>6 6>7 7>-1"},
      {"try:\n  raise a\nexcept B:\n  c\nelse:\n  d # -\ne\n", "1>2 2>3 3>4 4>7 7>-1"},
      {"try:\n  a\nexcept B:\n  c\nelse:\n  d\nfinally:\n  e\nf\n", "1>2 2>6 3>4 4>8 6>8 8>9 9>-1"},
      {"def f():\n  try:\n    return a\n  finally:\n    b\n  c # -\n", "1>-1 2>3 3>-1"},
      {"def f():\n  try:\n    a\n  except B:\n    raise\n  try:\n    c\n  except D:\n    raise\n  finally:\n    e\n",
       "1>-1 2>3 3>6 4>5 5>-1 6>7 7>11 8>9 11>-1"},
      {"def f():\n  try:\n    try:\n      raise a\n    finally:\n      b\n  except* C:\n    d\n",
       "1>-1 2>3 3>4 7>8 8>-1"},
      {"for a in b:\n  try:\n    continue\n  except C:\n    break\n  finally:\n    d\ne\n",
       "1>2 1>8 2>3 3>1 4>5 5>8 8>-1"},
  });
}

TEST_CASE("with") {
  check_arcs({
      {"with a:\n  b\n  c\nd\n", "1>2 2>3 3>4 4>-1"},
      {"with a: b\nc\n", "1>2 2>-1"},
      {"with (\n    a as b,\n    c):\n  d\ne\n", "1>4 4>5 5>-1"},
      {"with a:\n  with b:\n    c\n  with d:\n    e\nf\n", "1>2 2>3 3>4 4>5 5>6 6>-1"},
      {"with a:\n  with b: c\nd\n", "1>2 2>3 3>-1"},
      {"def f():\n  with a:\n    if b:\n      return c\n    d\n", "1>-1 2>3 3>4 3>5 4>-1 5>-1"},
      {"while a:\n  with b:\n    if c: break\n    if d: continue\n    e\nf\n", "1>2 1>6 2>3 3>4 3>6 4>1 4>5 5>1 6>-1"},
      {"def f():\n  with a:\n    raise b\n", "1>-1 2>3 3>-1"},
      {"try:\n  raise a\nfinally:\n  with b:\n    c\n", "1>2 4>5 5>4"},
  });
}

TEST_CASE("match") {
  check_arcs({
      {"match a:\n  case 1:\n    b\n  case 2:\n    c\nd\n", "1>2 2>3 2>4 3>6 4>5 4>6 5>6 6>-1"},
      {"match a:\n  case 1: b\n  case _: c\nd\n", "1>2 2>3 2>4 3>4 4>-1"},
      {"match (\n    a):\n  case (1 |\n      2):\n    b\n  case x if y:\n    c\n", "1>3 3>5 3>6 5>-1 6>-1 6>7 7>-1"},
      {"def f():\n  match a:\n    case [x]: return 1\n    case x: return 2\n", "1>-1 2>3 3>-1 3>4 4>-1"},
  });
}

TEST_CASE("arcs in words") {
  check_descriptions({
      {"if a:\n  b\nc\n",
       {1, 2},
       "jump to line 2",
       "line 1 didn't jump to line 2 because the condition on line 1 was never true"},
      {"if a:\n  b\nc\n",
       {1, 3},
       "jump to line 3",
       "line 1 didn't jump to line 3 because the condition on line 1 was always true"},
      {"if a:\n  b\nc\n", {2, 3}, "jump to line 3", "line 2 didn't jump to line 3 because "},
      {"if a:\n  b\nc\n", {3, -1}, "exit the module", "line 3 didn't exit the module because "},
      {"for a in b:\n  c\n",
       {1, -1},
       "exit the module",
       "line 1 didn't exit the module because the loop on line 1 didn't complete"},
      {"for a in b:\n  c\n",
       {1, 2},
       "jump to line 2",
       "line 1 didn't jump to line 2 because the loop on line 1 never started"},
      {"for a in b:\n  if c:\n    break\n  if d:\n    continue\n  e\nf\n",
       {3, 7},
       "jump to line 7",
       "line 3 didn't jump to line 7 because the break on line 3 wasn't executed"},
      {"for a in b:\n  if c:\n    break\n  if d:\n    continue\n  e\nf\n",
       {5, 1},
       "jump to line 1",
       "line 5 didn't jump to line 1 because the continue on line 5 wasn't executed"},
      {"match a:\n  case 1:\n    b\n  case 2:\n    c\n",
       {1, 2},
       "jump to line 2",
       "line 1 didn't jump to line 2 because the pattern on line 1 always matched"},
      {"match a:\n  case 1:\n    b\n  case 2:\n    c\n",
       {4, -1},
       "exit the module",
       "line 4 didn't exit the module because the pattern on line 4 always matched"},
      {"match a:\n  case 1:\n    b\n  case 2:\n    c\n",
       {4, 5},
       "jump to line 5",
       "line 4 didn't jump to line 5 because the pattern on line 4 never matched"},
      {"try:\n  raise a\nexcept B:\n  c\nd\n",
       {2, 3},
       "jump to line 3",
       "line 2 didn't jump to line 3 because the raise on line 2 wasn't executed"},
      {"try:\n  raise a\nexcept B:\n  c\nd\n",
       {3, 4},
       "jump to line 4",
       "line 3 didn't jump to line 4 because the exception caught by line 3 didn't happen"},
      {"def f():\n  if a: return b\n  raise c\n",
       {2, -1},
       "return from function 'f'",
       "line 2 didn't return from function 'f' because the return on line 2 wasn't executed"},
      {"def f():\n  if a: return b\n  raise c\n",
       {3, -1},
       "except from function 'f'",
       "line 3 didn't except from function 'f' because the raise on line 3 wasn't executed"},
      {"class C:\n  if a:\n    b\n",
       {2, -1},
       "exit class 'C'",
       "line 2 didn't exit class 'C' because the condition on line 2 was always true"},
      {"if a: b\nc\n",
       {1, 2},
       "jump to line 2",
       "line 1 didn't jump to line 2 because  or line 1 didn't jump to line 2 because the condition on line 1 was "
       "always true"},
      {"with a:\n  b\nc\n", {2, 3}, "jump to line 3", "line 2 didn't jump to line 3"},
      {"def f(): return 1\n",
       {1, -1},
       "exit the module",
       "line 1 didn't exit the module because  or line 1 didn't return from function 'f' because the return on line 1 "
       "wasn't executed"},
      {"@a\ndef f():\n  x\n", {1, 2}, "jump to line 2", "line 1 didn't jump to line 2"},
      {"x\n", {5, -3}, "jump to the function exit", "line 5 didn't jump to the function exit"},
      {"x\n", {5, 7}, "jump to line 7", "line 5 didn't jump to line 7"},
  });
}

TEST_CASE("recorded arcs become those that are possible") {
  const std::string with = "with (\n    a as b,\n    c):\n  d\ne\n";
  check_executed({
      {"by first lines", "x = [\n  1,\n  2]\nif a:\n  y\n", {{-1, 2}, {3, 4}, {4, 5}, {5, -1}}, "-1>1 1>4 4>5 5>-1"},
      {"within a statement nothing happens", "if (a and\n    b):\n  c\nd\n", {{1, 2}, {2, 1}, {1, 3}}, "1>3"},
      {"a step to itself goes on where there is one way only", "x\ny\n", {{1, 1}, {2, 2}}, "1>2 2>-1"},
      {"of several ways it is none", "if a:\n  b\nc\n", {{1, 1}}, ""},
      {"of a line that leads nowhere neither", "x\n", {{7, 7}}, ""},
      {"a with, by its own line, as before 3.12.6", with, {{-1, 2}, {3, 4}, {4, 1}, {1, 5}}, "-1>1 1>4 4>5"},
      {"a with, by its last expression", with, {{-1, 2}, {3, 4}, {4, 3}, {3, 5}}, "-1>1 1>4 4>5"},
      {"a with on one line", "with a: b\nc\n", {{-1, 1}, {1, 1}, {1, 2}}, "-1>1 1>2"},
      {"out of two", "with a:\n  with b:\n    c\nd\n", {{3, 2}, {2, 1}, {1, 4}}, "3>4"},
      {"what is not possible stays", "x\ny\n", {{2, 1}, {-9, 2}}, "-9>2 2>1"},
  });
}

TEST_CASE("a with statement whose body is nothing to the compiler") {
  check_arcs({
      {"with a:\n  global b # -\nc\n", "1>3 3>-1"},
      {"try:\n  raise a\nfinally:\n  with b:\n    global c # -\n", "1>2"},
  });
}

TEST_CASE("lines without branches, by the first lines of statements") {
  struct PartialCase {
    std::vector<std::string> partial;
    std::vector<std::string> always;
    std::string text;
    LineSet lines;
  };
  const auto& defaults = default_partial_branches();
  const auto& always = default_partial_branches_always();
  const std::vector<PartialCase> cases = {
      {defaults, always, "if a:  # pragma: no branch\n  b\nwhile True: c\nif x:\n  d\n", {1, 3}},
      {defaults, always, "if (a and\n    b):  # PRAGMA: NO BRANCH\n  c\n", {1}},
      {defaults, {}, "while True: c\nx  # pragma:no branch\n", {2}},
      {{}, {"x"}, "a\nx\n", {2}},
      {{}, {}, "a\nx\n", {1, 2, 3}},
      {{""}, {}, "a\nx\n", {1, 2, 3}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    auto partial = compile_partial_branches(c.partial, c.always).value();
    CHECK(no_branch_lines(c.text, parse(c.text).value(), partial).value().lines() == c.lines.lines());
  }
  CHECK(!compile_partial_branches({"("}, {}).has_value());
}

TEST_CASE("length is no depth") {
  auto chain = "if a:\n  b\n" + repeated("elif a:\n  b\n", 50'000) + "c\n";
  CHECK(branches_of(chain).possible().size() == 3 * 50'001 + 1);
  auto returns = "def f():\n" + repeated("  if a: return\n", 50'000);
  CHECK(branches_of(returns).possible().size() == 2 * 50'000);
}
