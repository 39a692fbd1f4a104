#include <doctest/doctest.h>
#include <covey/model/combine.hpp>

using namespace covey::model;

namespace {

std::string same(const std::string& path) { return path; }

Measurement lines_of(const std::string& path, LineSet ran) {
  Measurement data;
  data.files[path].ran = std::move(ran);
  data.modes = k_measured_lines;
  return data;
}

Measurement branches_of(const std::string& path, ArcSet arcs) {
  Measurement data;
  data.files[path].arcs = std::move(arcs);
  data.modes = k_measured_branches;
  return data;
}

}  // namespace

TEST_CASE("files that mean the same one are united") {
  auto map = [](const std::string& path) { return path.starts_with("/ci/") ? "/repo/" + path.substr(4) : path; };
  Combination all(".coverage", map);
  REQUIRE(all.add("1", lines_of("/ci/a.py", {1, 2})));
  REQUIRE(all.add("2", lines_of("/repo/a.py", {2, 5})));
  REQUIRE(all.add("3", lines_of("sub\\b.py", {1})));
  CHECK(all.data().files.size() == 2);
  CHECK(all.data().files.at("/repo/a.py").ran == LineSet{1, 2, 5});
  CHECK(all.data().files.at("sub/b.py").ran == LineSet{1});
  CHECK(all.counts().message() == "Combined 3 files");
  CHECK(all.require_data());
}

TEST_CASE("what happened is told in one line") {
  struct Row {
    CombineCounts counts;
    std::string message;
  };
  for (const auto& row : std::vector<Row>{{{0, 0, 0}, ""},
                                          {{1, 0, 0}, "Combined 1 file"},
                                          {{2, 3, 0}, "Combined 2 files, skipped 3"},
                                          {{0, 0, 1}, "Combined 0 files, 1 file errored"},
                                          {{4, 1, 2}, "Combined 4 files, skipped 1, 2 files errored"}})
    CHECK(row.counts.message() == row.message);
}

TEST_CASE("duplicates and unreadable inputs are counted") {
  Combination all(".coverage", same);
  CHECK_FALSE(all.is_duplicate("one"));
  CHECK_FALSE(all.is_duplicate("two"));
  CHECK(all.is_duplicate("one"));
  all.count_unreadable();
  CHECK(all.counts().message() == "Combined 0 files, skipped 1, 1 file errored");
  CHECK(all.require_data().error().message() == "No usable data files");
}

TEST_CASE("lines and branches cannot be united") {
  Combination lines("/x/.coverage", same);
  REQUIRE(lines.add("/x/.coverage.1", lines_of("a.py", {1})));
  CHECK(lines.add("/x/.coverage.2", branches_of("a.py", {{1, 2}})).error().message() ==
        "Can't combine branch coverage data with statement data: data file '/x/.coverage.2' measured branch coverage, "
        "but data file '/x/.coverage' didn't");
  CHECK(lines.data() == lines_of("a.py", {1}));

  Combination branches("/x/.coverage", same, branches_of("a.py", {{1, 2}}));
  CHECK(branches.add("/x/.coverage.1", lines_of("a.py", {1})).error().message() ==
        "Can't combine statement coverage data with branch data: data file '/x/.coverage.1' didn't measure branch "
        "coverage, but data file '/x/.coverage' did");
}

TEST_CASE("data that only names files goes with either") {
  Combination all(".coverage", same);
  REQUIRE(all.add("1", lines_of("never.py", {})));
  CHECK(all.data().modes == 0);
  REQUIRE(all.add("2", branches_of("a.py", {{1, 2}})));
  CHECK(all.data().modes == k_measured_branches);
}

TEST_CASE("a file has one tracer") {
  auto traced = [](const std::string& tracer) {
    auto data = lines_of("a.html", {1});
    data.files["a.html"].tracer = tracer;
    return data;
  };
  Combination all(".coverage", same);
  REQUIRE(all.add("1", traced("jinja")));
  REQUIRE(all.add("2", traced("jinja")));
  CHECK(all.add("3", traced("")).error().message() == "Conflicting file tracer name for 'a.html': 'jinja' vs ''");
  CHECK(all.data().files.at("a.html").tracer == "jinja");
}
