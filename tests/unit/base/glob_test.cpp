#include <doctest/doctest.h>
#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/glob.hpp>
#include "scratch_directory.hpp"

using namespace covey::base;

namespace {

bool matches(const std::string& pattern, const std::string& path) {
  auto set = GlobSet::compile({pattern});
  REQUIRE(set.has_value());
  return set->matches(path);
}

std::string refusal_of(const std::string& pattern) {
  auto set = GlobSet::compile({"fine.py", pattern});
  return set ? "" : set.error().message();
}

}  // namespace

TEST_CASE("which paths a pattern matches") {
  struct Row {
    std::string pattern, path;
    bool matched;
  };
  const std::vector<Row> rows = {
      // Without a slash: the name anywhere.
      {"models.py", "models.py", true},
      {"models.py", "/src/app/models.py", true},
      {"models.py", "/src/app/old_models.py", false},
      {"test_*", "/src/tests/test_a.py", true},
      {"test_*", "/src/test_dir/a.py", false},
      {"", "", true},
      {"", "/src/", true},
      {"", "/src/a", false},
      // With one: the whole path.
      {"app/models.py", "app/models.py", true},
      {"app/models.py", "/src/app/models.py", false},
      {"/src/*.py", "/src/a.py", true},
      {"/src/*.py", "/src/app/a.py", false},
      {"/src/*/a.py", "/src/app/a.py", true},
      {"/src/*/a.py", "/src/app/old/a.py", false},
      {"/src/?.py", "/src/a.py", true},
      {"/src/?.py", "/src/ab.py", false},
      {"/src/a?b", "/src/a/b", false},
      // Directories.
      {"*/tests/*", "tests/a.py", true},
      {"*/tests/*", "/src/tests/deep/a.py", true},
      {"*/tests/*", "/src/mytests/a.py", false},
      {"**/tests/**", "/src/tests/deep/a.py", true},
      {"/src/**/a.py", "/src/a.py", true},
      {"/src/**/a.py", "/src/x/y/a.py", true},
      {"/src/**/a.py", "/src/x/y/ba.py", false},
      {"/src/*", "/src/", true},
      {"/src/*", "/src", false},
      {"/src/****", "/src/a/b", true},
      {"/src/", "/src/a", false},
      {"*/a/*/b/*", "/x/a/y/b/z", true},
      {"*/a/*/b/*", "/x/a/y/z/b/z", false},
      // Either slash.
      {"app\\*.py", "app/a.py", true},
      {"app/*.py", "app\\a.py", true},
      {"app/*.py", "app/x\\a.py", false},
      // Sets are those of regular expressions.
      {"a[0-9].py", "a7.py", true},
      {"a[0-9].py", "ax.py", false},
      {"a[^0-9].py", "ax.py", true},
      {"a[!0-9].py", "a!.py", true},
      {"a[!x].py", "ay.py", false},
      {"a[b-].py", "a-.py", true},
      {"a[-b].py", "a-.py", true},
      {"a[/]b", "a/b", true},
      {"a[^x]b", "a/b", true},
      {"[ab][cd]", "bc", true},
      // Everything else stands for itself.
      {"a.py", "aXpy", false},
      {"a+(b){c}|^$.py", "a+(b){c}|^$.py", true},
      // Code points, and bytes that are none.
      {"?.py", "\xc3\xa9.py", true},
      {"?.py", "\xff.py", true},
      {"??.py", "\xc3\xa9.py", false},
      {"[\xc3\xa0-\xc3\xbc].py", "\xc3\xa9.py", true},
      // Lines.
      {"a*b", "a\nb", true},
      {"*/b", "a\n/b", false},
      {"a/*", "a/x\ny", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    CHECK(matches(row.pattern, row.path) == row.matched);
  }
}

TEST_CASE("a set matches where one of its patterns does") {
  auto set = GlobSet::compile({"*.pyx", "*/gen/*"}).value();
  CHECK(set.matches("/src/a.pyx"));
  CHECK(set.matches("/src/gen/a.py"));
  CHECK_FALSE(set.matches("/src/a.py"));
  CHECK_FALSE(set.empty());
  CHECK_FALSE(GlobSet().matches("/src/a.py"));
  CHECK(GlobSet().empty());
}

TEST_CASE("patterns that mean nothing are refused by the part that is wrong") {
  struct Row {
    std::string pattern, part;
  };
  for (const auto& row : std::vector<Row>{{"***/a.py", "'***'"},
                                          {"a/****/b", "'****'"},
                                          {"lib**/a.py", "'lib**'"},
                                          {"a/x**y**z", "'x**y**'"},
                                          {"a/**x/b", "'**x'"},
                                          {"**/**", "'**/**'"},
                                          {"a/**/**/b", "'**/**'"},
                                          {"a[bc", "'['"},
                                          {"abc]", "']'"},
                                          {"[]", "'[]'"},
                                          {"[^]a", "'[^]'"},
                                          {"x[z-a]", "'[z-a]'"},
                                          {"\xc3\xa9/\xc3\xa9**", "'\xc3\xa9**'"},
                                          {"a'b**", "\"a'b**\""}}) {
    CAPTURE(row.pattern);
    CHECK(refusal_of(row.pattern) == std::string("File pattern can't include ") + row.part);
  }
}

TEST_CASE("no pattern makes matching go back and try again") {
  std::string stars, sets;
  for (int i = 0; i < 200; ++i) stars += "*a", sets += "**/a/";
  CHECK_FALSE(matches("/" + stars + "b", "/" + std::string(2000, 'a')));
  std::string path;
  for (int i = 0; i < 1000; ++i) path += "a/";
  CHECK_FALSE(matches(sets + "b", path));
  CHECK(matches(sets + "a/", path));
}

TEST_CASE("letter case can be left out of account, in all of Unicode") {
  struct Row {
    std::string pattern, path;
    bool matched;
  };
  for (const auto& row : std::vector<Row>{{"/SRC/*.py", "/src/A.PY", true},
                                          {"/src/\xc3\x89.py", "/SRC/\xc3\xa9.py", true},  // É, é
                                          {"/src/[a-c].py", "/src/B.py", true},
                                          {"/src/[A-C].py", "/src/b.py", true},
                                          {"/src/[^a-c].py", "/src/B.py", false},
                                          {"/src/a.py", "/src/b.py", false}}) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    CHECK(GlobSet::compile({row.pattern}, LetterCase::ignored).value().matches(row.path) == row.matched);
    if (row.matched) CHECK_FALSE(GlobSet::compile({row.pattern}).value().matches(row.path));
  }
}

TEST_CASE("how much of a path's beginning a pattern takes") {
  struct Row {
    std::string pattern, path;
    std::optional<std::string> taken;
  };
  const std::vector<Row> rows = {
      {"/src/", "/src/a.py", "/src/"},
      {"/src/", "/srcs/a.py", std::nullopt},
      {"/src/", "x/src/a.py", std::nullopt},
      {"/home/*/src/", "/home/me/src/src/a.py", "/home/me/src/"},
      {"*/src/", "/a/src/b/src/c.py", "/a/src/b/src/"},
      {"*/src/", "src/c.py", "src/"},
      {"*/src/*/lib/", "/src/x/lib/src/y/lib/a.py", "/src/x/lib/src/y/lib/"},
      {"**/a?/", "b/a1/a2/c.py", "b/a1/a2/"},
      {"a*/", "ab/c/d.py", "ab/"},
      {"/src/*", "/src/a/b.py", "/src/a/b.py"},
      {"*/\xc3\xa9/", "/x/\xc3\xa9/a.py", "/x/\xc3\xa9/"},
      {"*/src/", "/a\n/src/c.py", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    auto size = GlobSet::compile({row.pattern}).value().prefix(row.path);
    CHECK((size ? std::optional(row.path.substr(0, *size)) : std::nullopt) == row.taken);
  }
  CHECK(GlobSet::compile({"/b/", "/a/", "/a/x/"}).value().prefix("/a/x/y") == 3);
  std::string stars, path;
  for (int i = 0; i < 100; ++i) stars += "**/a/", path += "a/";
  CHECK_FALSE(GlobSet::compile({stars + "b/"}).value().prefix(path + path));
}

TEST_CASE("patterns are tried as given and below the current directory") {
  ScratchDirectory scratch;
  REQUIRE(make_directories(scratch / "real"));
  REQUIRE(::symlink("real", (scratch / "link").c_str()) == 0);
  auto prepared = prepare_patterns({"*/a.py", "?.py", "link/*.py", "x/../b.py", "/abs/[ab].py"}, scratch.path);
  CHECK(prepared == std::vector<std::string>{"*/a.py", "?.py", "link/*.py", scratch / "real/*.py", "x/../b.py",
                                             scratch / "b.py", "/abs/[ab].py", "/abs/[ab].py"});
}
