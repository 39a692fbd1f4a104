#include <doctest/doctest.h>
#include <covey/source/exclusion.hpp>
#include <covey/source/source_analysis.hpp>
#include <string>

using namespace covey;

namespace {

constexpr const char* k_text =
    "import a\n"  // 1
    "def f(x):\n"
    "    with a.b(\n"  // 3
    "        x,\n"
    "    ) as c:\n"
    "        if c:  # pragma: no branch\n"
    "            return 1\n"
    "    for i in x:\n"  // 8
    "        yield i\n"
    "    raise ValueError\n"
    "class C:\n"  // 11
    "    def g(self):  # pragma: no cover\n"
    "        pass\n"
    "    def h(self):\n"
    "        while self: pass\n";  // 15

model::LineSet every_line() {
  model::LineSet lines;
  lines.insert_range(1, 15);
  return lines;
}

source::SourceAnalysis analysis(bool with_branches) {
  source::AnalysisPatterns patterns{source::Patterns::compile(source::default_exclude()).value(), std::nullopt};
  if (with_branches)
    patterns.partial = source::compile_partial_branches(source::default_partial_branches(), {}).value();
  return source::analyse_source(k_text, every_line(), patterns).value();
}

void check_equal(const source::SourceAnalysis& a, const source::SourceAnalysis& b) {
  CHECK(a.statements == b.statements);
  CHECK(a.excluded == b.excluded);
  CHECK(a.multiline.ranges() == b.multiline.ranges());
  CHECK(a.n_lines == b.n_lines);
  CHECK(a.no_branch == b.no_branch);
  REQUIRE(a.regions.size() == b.regions.size());
  for (std::size_t i = 0; i < a.regions.size(); ++i) {
    CHECK(a.regions[i].kind == b.regions[i].kind);
    CHECK(a.regions[i].name == b.regions[i].name);
    CHECK(a.regions[i].start == b.regions[i].start);
    CHECK(a.regions[i].lines == b.regions[i].lines);
  }
  REQUIRE(a.branches.has_value() == b.branches.has_value());
  if (!a.branches) return;
  CHECK(a.branches->facts().possible == b.branches->facts().possible);
  CHECK(a.branches->facts().with_jumps == b.branches->facts().with_jumps);
  CHECK(a.branches->facts().described == b.branches->facts().described);
  CHECK(a.branches->facts().names == b.branches->facts().names);
}

}  // namespace

TEST_CASE("what was found out about a source") {
  const auto found = analysis(true);
  CHECK(found.statements.lines() == std::vector{1, 2, 3, 6, 7, 8, 9, 10, 11, 14, 15});
  CHECK(found.excluded.lines() == std::vector{12, 13});
  CHECK(found.no_branch.lines() == std::vector{6});
  CHECK(found.n_lines == 15);
  CHECK(found.regions.size() == 4);
  CHECK(found.branches->possible().contains({8, 10}));
  CHECK_FALSE(analysis(false).branches.has_value());
}

TEST_CASE("an analysis is the same once it was bytes") {
  for (const bool with_branches : {false, true}) {
    const auto before = analysis(with_branches);
    REQUIRE((!with_branches || !before.branches->facts().with_jumps.empty()));
    const auto after = source::parse_source_analysis(source::serialize(before));
    REQUIRE(after.has_value());
    check_equal(before, *after);
  }
}

TEST_CASE("bytes that are cut short are no analysis") {
  const auto bytes = source::serialize(analysis(true));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(source::parse_source_analysis(std::string_view(bytes).substr(0, size)).has_value());
  }
  CHECK_FALSE(source::parse_source_analysis(bytes + "x").has_value());
}

TEST_CASE("whatever bytes say, what comes of them is safe to use") {
  const auto bytes = source::serialize(analysis(true));
  int n_read = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int flip : {1, 0x40, 0x80, 0xFF}) {
      auto garbled = bytes;
      garbled[at] = static_cast<char>(garbled[at] ^ flip);
      const auto read = source::parse_source_analysis(garbled);
      if (!read || !read->branches) continue;
      ++n_read;
      for (const auto& arc : read->branches->possible()) {
        CHECK_FALSE(read->branches->description(arc).empty());
        CHECK_FALSE(read->branches->missing_description(arc).empty());
      }
      CHECK(read->branches->executed(model::ArcSet({{8, 10}, {6, 6}})).size() <= 2);
    }
  CHECK(n_read > 0);
}
