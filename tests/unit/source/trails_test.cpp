#include <doctest/doctest.h>
#include <covey/source/structure.hpp>
#include <covey/source/trails.hpp>

using namespace covey;

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
    int from;
    std::vector<int> lines;
    model::ArcSet arcs;
  };
  const Row rows[] = {
      {"to the next statement", 1, {4}, {{1, 4}}},
      {"into the middle of it", 1, {5}, {{1, 4}}},
      {"from the middle, past its own lines", 2, {1, 3, 5, 7}, {{1, 4}}},
      {"back", 7, {2}, {{7, 1}}},
      {"out", 3, {2, -1}, {{1, -1}}},
      {"nowhere but its own lines", 1, {2, 3}, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(source::resolve_trails(model::TrailSet({{row.from, row.lines}}), {}, {}, structure->multiline) == row.arcs);
  }
}

TEST_CASE("a trail that must arrive is none where one of its ends did not run") {
  const auto structure = source::parse(
      "def f():\n"
      "    g(a or b,\n"  // 2
      "      c)\n"
      "    h(\n"  // 4
      "        1\n"
      "    )\n");
  REQUIRE(structure);
  struct Row {
    const char* what;
    std::vector<int> lines;
    model::LineSet ran;
    model::ArcSet known;
    model::ArcSet arcs;
  };
  const Row rows[] = {
      {"nothing ran", {4}, {}, {}, {}},
      {"the line ran", {4}, {2, 4}, {}, {{2, 4}}},
      {"another line of that statement ran", {3, 5}, {2, 4}, {}, {{2, 4}}},
      {"the line is the end of an arc", {4}, {2}, {{7, 4}}, {{2, 4}}},
      {"only the line that it leads to ran", {4}, {4}, {}, {}},
      {"only the statement that it comes from ran", {3, 4}, {2, 3}, {}, {}},
      {"out", {3, -1}, {2, 3}, {}, {{2, -1}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const model::TrailSet trails({{2, row.lines, true}});
    CHECK(source::resolve_trails(trails, row.ran, row.known, structure->multiline) == row.arcs);
  }
}

TEST_CASE("arcs say all that was known of branches") {
  const auto structure = source::parse(
      "if a and (\n"  // 1
      "    b\n"
      "):\n"
      "    c = 1\n"  // 4
      "d = 1\n");
  REQUIRE(structure);
  model::MeasuredFile file;
  file.ran = {1, 2, 4, 5};
  file.arcs = {{4, 5}};
  file.trails = model::TrailSet({{2, {1, 3, 4}}});
  file.contexts["x"] = {{1, 4, 5}, {{4, 5}}, model::TrailSet({{1, {2, 4}}})};
  source::make_arcs(file, structure->multiline);
  CHECK(file.arcs == model::ArcSet{{1, 4}, {2, 2}, {4, 5}});
  CHECK(file.trails == model::TrailSet());
  CHECK(file.contexts["x"] == model::ContextData{{1, 4, 5}, {{1, 4}, {4, 5}}});
  CHECK(file.ran == model::LineSet{1, 2, 4, 5});
}
