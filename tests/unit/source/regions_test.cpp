#include <doctest/doctest.h>
#include <covey/source/regions.hpp>
#include <string>
#include <string_view>

using namespace covey::source;
using covey::model::LineSet;
using covey::model::Region;

namespace {

// "class A@1 2,3; def A.f@2 3"
std::string regions_of(std::string_view text) {
  std::string out;
  for (const auto& region : regions(text, parse(text).value())) {
    if (!out.empty()) out += "; ";
    out += region.kind == Region::Kind::class_ ? "class " : "def ";
    out += region.name + "@" + std::to_string(region.start);
    char before = ' ';
    for (int line : region.lines.lines()) {
      out += before + std::to_string(line);
      before = ',';
    }
  }
  return out;
}

}  // namespace

TEST_CASE("functions and classes are regions of a file") {
  struct Case {
    std::string_view text;
    std::string_view regions;
  };
  const Case cases[] = {
      {"x = 1\n", ""},
      {"def f():\n\n  x\n\n  # c\n  y\n", "def f@1 3,4,5,6"},
      {"def f(a,\n  b): return 1\n", "def f@1 2"},
      {"@d\nasync def é():\n  x\n", "def é@2 3"},
      {"class A: x = 1\n", "class A@1"},
      {"class A:\n  x = 1\n  def f(self):\n    y\n  def g(self): z\n", "class A@1 4,5; def A.f@3 4; def A.g@5 5"},
      {"def f():\n  a\n  def g():\n    b\n    def h(): c\n  d\n", "def f@1 2,3,6; def f.g@3 4; def f.g.h@5 5"},
      {"class A:\n  def f(self):\n    class B:\n      def g(self): x\n    return B\n",
       "class A@1 3,5; def A.f@2 3,5; class A.f.B@3 4; def A.f.B.g@4 4"},
      {"class A:\n  class B:\n    def f(self): x\n  def g(self): y\n",
       "class A@1 4; class A.B@2 3; def A.B.f@3 3; def A.g@4 4"},
      {"def f():\n  @d\n  def g(): x\n", "def f@1; def f.g@3 3"},  // the body starts at its def
      {"if x:\n  def f(): a\nelse:\n  def f(): b\n", "def f@2 2; def f@4 4"},
      {"try:\n  def a(): x\nexcept X:\n  def b(): x\nelse:\n  def c(): x\nfinally:\n  def d(): x\n",
       "def a@2 2; def c@6 6; def d@8 8; def b@4 4"},
      {"match x:\n  case 1:\n    def f(): y\n", "def f@3 3"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(regions_of(c.text) == c.regions);
  }
}
