#include <doctest/doctest.h>
#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <vector>
#include "scratch_directory.hpp"

using namespace covey::base;

TEST_CASE("joining") {
  struct Row {
    std::string directory, path, joined;
  };
  for (const auto& row : std::vector<Row>{{"a", "b", "a/b"},
                                          {"a/", "b", "a/b"},
                                          {"", "b", "b"},
                                          {"a", "", "a/"},
                                          {"a", "/b", "/b"},
                                          {"/", "b", "/b"}}) {
    CHECK(join(row.directory, row.path) == row.joined);
  }
}

TEST_CASE("the last part and what stands before it") {
  struct Row {
    std::string path, directory, name;
  };
  for (const auto& row : std::vector<Row>{{"/a/b.py", "/a", "b.py"},
                                          {"b.py", "", "b.py"},
                                          {"/b.py", "/", "b.py"},
                                          {"a/b/", "a/b", ""},
                                          {"a//b", "a", "b"},
                                          {"//b", "//", "b"},
                                          {"", "", ""},
                                          {"/", "/", ""}}) {
    CAPTURE(row.path);
    CHECK(dirname(row.path) == row.directory);
    CHECK(basename(row.path) == row.name);
  }
}

TEST_CASE("absolute paths are normalised as text") {
  struct Row {
    std::string path, absolute;
  };
  for (const auto& row : std::vector<Row>{{"a.py", "/home/me/a.py"},
                                          {"", "/home/me"},
                                          {".", "/home/me"},
                                          {"./a//b/../c/.", "/home/me/a/c"},
                                          {"../../../x", "/x"},
                                          {"/../a", "/a"},
                                          {"/", "/"},
                                          {"//a/b", "//a/b"},
                                          {"///a/b", "/a/b"}}) {
    CAPTURE(row.path);
    CHECK(absolute(row.path, "/home/me") == row.absolute);
  }
  CHECK(normalized("a/../../b") == "../b");
  CHECK(normalized("a/..") == ".");
  CHECK(normalized("") == ".");
}

TEST_CASE("canonical paths follow symbolic links as far as there is something to follow") {
  ScratchDirectory scratch;
  REQUIRE(make_directories(scratch / "real/deep"));
  auto link = [&](const char* target, const char* name) { REQUIRE(::symlink(target, (scratch / name).c_str()) == 0); };
  link("real", "link");
  link("link/deep", "chain");
  link("real/../link/./deep", "winding");
  link("/usr", "away");
  link("gone/x", "dangling");
  link("self", "self");
  link("pong", "ping");
  link("ping", "pong");
  link("self/..", "climb");
  struct Row {
    std::string path, canonical;  // below the scratch directory, but for absolute ones
  };
  for (const auto& row : std::vector<Row>{{"real/deep", "real/deep"},
                                          {"link/deep/a.py", "real/deep/a.py"},
                                          {"chain/../b", "real/b"},
                                          {"winding//c/", "real/deep/c"},
                                          {"away/lib/x/y", "/usr/lib/x/y"},
                                          {"dangling/y", "gone/x/y"},
                                          {"missing/../z", "z"},
                                          {"self/x", "self/x"},
                                          {"ping/x", "ping/x"},
                                          {"climb/x", "x"},
                                          {"link/../link/../link", "real"}}) {
    CAPTURE(row.path);
    auto expected = join(scratch.path, row.canonical);
    CHECK(canonical(row.path, scratch.path) == expected);
    CHECK(canonical(scratch / row.path) == expected);
    CanonicalPaths paths;
    CHECK(paths.of(scratch / row.path) == expected);
    CHECK(paths.of(scratch / row.path) == expected);
  }
  CHECK(canonical("../../../../../../..", scratch.path) == "/");
  CHECK(canonical("/") == "/");
  CHECK(canonical("//usr//") == "/usr");
  CHECK(canonical(".") == current_directory());
  CHECK(CanonicalPaths().of("//usr") == "/usr");
  CHECK(CanonicalPaths().of("/usr/") == "/usr");
  CHECK(CanonicalPaths().of(".") == current_directory());
}

TEST_CASE("links that double with each step are walked once each") {
  ScratchDirectory scratch;
  REQUIRE(make_directories(scratch / "l0"));
  for (int i = 1; i < 60; ++i) {
    auto before = "l" + std::to_string(i - 1);
    auto target = before + "/../" + before;
    REQUIRE(::symlink(target.c_str(), (scratch / ("l" + std::to_string(i))).c_str()) == 0);
  }
  CHECK(canonical("l59/a", scratch.path) == scratch / "l0/a");
}

TEST_CASE("what lies below a directory") {
  struct Row {
    std::string path, directory;
    bool below;
    std::string relative;
  };
  for (const auto& row : std::vector<Row>{{"/src/a.py", "/src", true, "a.py"},
                                          {"/src/p/a.py", "/src", true, "p/a.py"},
                                          {"/src", "/src", true, "/src"},
                                          {"/src2/a.py", "/src", false, "/src2/a.py"},
                                          {"/sr", "/src", false, "/sr"},
                                          {"/a.py", "/", true, "a.py"}}) {
    CAPTURE(row.path);
    CHECK(is_below(row.path, row.directory) == row.below);
    CHECK(relative_to(row.path, row.directory) == row.relative);
  }
}

TEST_CASE("extensions") {
  struct Row {
    const char* path;
    const char* extension;
  };
  for (const auto& row : {Row{"a/b.py", ".py"}, Row{"a.b.pyw", ".pyw"}, Row{"a.b/c", ""}, Row{".py", ""},
                          Row{"a/..py", ""}, Row{"a.", "."}, Row{"", ""}, Row{"..a.b", ".b"}}) {
    CAPTURE(row.path);
    CHECK(extension(row.path) == row.extension);
  }
}
