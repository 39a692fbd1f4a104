#include <doctest/doctest.h>
#include <covey/source/exclusion.hpp>
#include <sstream>
#include <string>
#include <string_view>

using namespace covey::source;
using covey::model::LineSet;

namespace {

// A program with two marks before each line: `r` where the interpreter's tables name it; then `s` for a statement, `x`
// for an excluded line.
struct Marked {
  std::string text;
  LineSet raw;

  explicit Marked(const std::string& marked) {
    std::istringstream lines(marked);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line[0] == 'r') raw.insert(number);
      text += line.substr(3) + "\n";
    }
  }

  // The program with the marks that `found` gives it.
  std::string marked(const Statements& found) const {
    std::istringstream lines(text);
    std::string out;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      out += raw.contains(number) ? 'r' : ' ';
      out += found.statements.contains(number) ? 's' : found.excluded.contains(number) ? 'x' : ' ';
      out += "|" + line + "\n";
    }
    return out;
  }
};

void check(std::string_view name, const std::string& marked) {
  static const Patterns patterns = Patterns::compile(default_exclude()).value();
  CAPTURE(name);
  Marked program(marked);
  auto found = analyse(program.text, parse(program.text).value(), program.raw, patterns).value();
  CHECK(program.marked(found) == marked);
}

}  // namespace

TEST_CASE("statements are the interpreter's lines, by the first line of each") {
  check("docstrings are none", R"(r |'''module
  |'''
rs|def f():
  |    'function'
rs|    x = 1
)");
  check("a docstring behind its def takes that line along", R"(r |def f(): 'function'
rs|x = 1
)");
  check("several lines", R"(rs|x = [
r |    1,
  |]
rs|y: int
rs|z = f(
r |    '''a
  |    ''')
)");
  check("nothing is named", "  |x = 1\n");
  check("nothing is there", "  |# x\n");
}

TEST_CASE("a pragma excludes its statement, a header's pragma its clause") {
  check("a statement", R"(rs|a
rx|b  # pragma: no cover
rs|c
)");
  check("a clause", R"(rx|if a:  # pragma: no cover
rx|    b
  |
  |    # c
rx|    if d:
rx|        e
rs|f
)");
  check("clauses stand each for itself", R"(rs|if a:
rs|    b
rx|elif c:  # pragma: no cover
rx|    d
 x|else:  # pragma: no cover
rx|    e
rs|f
)");
  check("try", R"(rs|try:
rs|    a
rx|except B:  # pragma: no cover
rx|    c
  |finally:
rs|    d
)");
  check("a header of several lines", R"(rx|if (a and
r |        b):  # pragma: no cover
rx|    c
rs|d
)");
  check("a statement of several lines", R"(rx|a = [
r |    1,  # pragma: no cover
  |]
rs|b
)");
  check("a clause on one line", R"(rx|if a: b  # pragma: no cover
rx|else: c  # pragma: no cover
rs|d
)");
  check("an annotation is a colon too, but nothing is indented below it", R"(rx|a: int = 1  # pragma: no cover
rs|b = 2
)");
  check("a pragma on a later line of a header with an earlier colon", R"(rx|if a: b = [  # x
r |    1]  # pragma: no cover
rs|c
)");
  check("a pragma between the colons of one line", R"(rx|a: int = '''
r |'''; b: int = '''  # pragma: no cover
r |'''; c: int = 1
rs|d
)");
  check("strings within an excluded clause", R"(rx|if a:  # pragma: no cover
rx|    '''b
  |    '''
rx|    c = '''
  |  '''
rs|d
)");
}

TEST_CASE("functions and classes are excluded as a whole, from the first decorator to the last line") {
  check("a function", R"(rx|def f():  # pragma: no cover
 x|    'doc'
 x|
rx|    a = [
rx|        1,
 x|    ]
 x|    # c
rx|    return a
  |
rs|b
)");
  check("by its decorator", R"(rx|@d  # pragma: no cover
rx|@e
rx|class A:
 x|
rx|    def f(self):
rx|        a
)");
  check("by its signature", R"(rx|def f(a,
 x|      b,  # pragma: no cover
 x|      ):
rx|    c
rs|d
)");
  check("not by its body", R"(rs|def f():
rx|    a  # pragma: no cover
rs|    b
)");
  check("a comment between decorators is no part of them", R"(rx|@d
 x|# pragma: no cover
rx|@e
rx|def f():
rx|    a
)");
  check("a bracket before a decorator's expression is no part of it", R"( x|@(  # pragma: no cover
r |    d
  |)
rs|def f():
rs|    a
)");
}

TEST_CASE("the other defaults") {
  check("bodies of three dots", R"(rx|def f(): ...
rx|def g():
 x|
rx|    ...
rx|def h(
 x|    a,
rx|) -> int: ...  # c
rs|x = ...
)");
  check("type checking", R"(rs|a
 x|
rx|if TYPE_CHECKING:
rx|    import b
rx|if typing.TYPE_CHECKING:
rx|    import c
rs|if not TYPE_CHECKING:
rs|    d
)");
  check("spellings", R"(rx|a  #pragma:nocover
rx|b  # PRAGMA NO COVER
rx|c  # x # pragma: no cover because
rs|d  # pragma: no branch
)");
}

TEST_CASE("an irrefutable case goes where its body went, as an else does") {
  check("all of it is excluded", R"(rs|match a:
rs|    case 1:
rs|        b
rx|    case _:
rx|        c  # pragma: no cover
rs|d
)");
  check("not all of it", R"(rs|match a:
rs|    case _:
rx|        c  # pragma: no cover
rs|        d
)");
  check("refutable", R"(rs|match a:
rs|    case 1:
rx|        c  # pragma: no cover
)");
  check("only the lines of its pattern", R"(rs|match a:
  |    case (
rx|        b
  |    ):
rx|        c  # pragma: no cover
)");
  check("a function below it is looked at after it", R"(rs|match a:
rx|    case _:
rx|        def f():  # pragma: no cover
 x|
rx|            b
)");
}

TEST_CASE("a pattern that fails is an error") {
  auto patterns = Patterns::compile({"^(a+)+[bc]"}).value();
  std::string text = std::string(64, 'a') + "\n";
  CHECK(!analyse(text, parse(text).value(), LineSet{1}, patterns));
}
