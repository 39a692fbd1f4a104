#include <doctest/doctest.h>
#include <covey/source/structure.hpp>
#include <covey/source/trails.hpp>
#include <vector>

using namespace covey;

namespace {

model::Trail trail(int from, std::vector<int> lines) {
  model::Trail made;
  made.from = from;
  made.lines = std::move(lines);
  return made;
}

}  // namespace

TEST_CASE("a trail leads to the first line of the first other statement") {
  const auto structure = source::parse(
      "if a and (\n"  // 1
      "    b\n"
      "):\n"
      "    c = f(\n"  // 4
      "        1\n"
      "    )\n"
      "d = 1\n");
  REQUIRE(structure);
  struct Row {
    const char* what;
    model::Trail trail;
    model::ArcSet arcs;
  };
  const std::vector<Row> rows = {
      {"to the next statement", trail(1, {4}), {{1, 4}}},
      {"into the middle of it", trail(1, {5}), {{1, 4}}},
      {"from the middle, past its own lines", trail(2, {1, 3, 5, 7}), {{1, 4}}},
      {"back", trail(7, {2}), {{7, 1}}},
      {"out", trail(3, {2, -1}), {{1, -1}}},
      {"nowhere but its own lines", trail(1, {2, 3}), {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(source::resolve_trails(model::TrailSet({row.trail}), structure->multiline) == row.arcs);
  }
}
