#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/base/path_aliases.hpp>
#include <set>
#include "scratch_directory.hpp"

using namespace covey::base;

namespace {

struct Row {
  std::vector<std::pair<std::string, std::string>> rules;
  std::string path, mapped;
};

bool any(const std::string&) { return true; }

void check(const std::vector<Row>& rows, const PathAliasOptions& options) {
  for (const auto& row : rows) {
    PathAliases aliases(options);
    for (const auto& [pattern, result] : row.rules) REQUIRE(aliases.add(pattern, result));
    CAPTURE(row.path);
    CHECK(aliases.map(row.path, any) == row.mapped);
  }
}

}  // namespace

TEST_CASE("paths of other machines become those of this one") {
  check({{{}, "/ci/src/a.py", "/ci/src/a.py"},
         {{{"/ci/src", "src"}}, "/ci/src/a.py", "/no-such-dir/here/src/a.py"},
         {{{"/ci/src/", "./src/"}}, "/CI/Src/a.py", "/no-such-dir/here/src/a.py"},
         {{{"/ci/src", "src"}}, "/ci/srcs/a.py", "/ci/srcs/a.py"},
         {{{"/ci/src", "src"}}, "/old/ci/src/a.py", "/old/ci/src/a.py"},
         {{{"*/src", "/repo"}}, "/ci/src/app/src/a.py", "/repo/a.py"},
         {{{"ci", "/repo"}}, "/no-such-dir/here/ci/a.py", "/repo/a.py"},
         {{{"..", "/repo"}}, "/no-such-dir/a.py", "/repo/a.py"},
         {{{"c:\\ci", "/repo"}}, "C:\\ci\\app\\a.py", "/repo/app/a.py"},
         {{{"\\\\host\\ci", "/repo"}}, "\\\\host\\ci\\a.py", "/repo/a.py"},
         {{{"/ci", "w:\\repo"}}, "/ci/app/a.py", "/no-such-dir/here/w:\\repo\\app\\a.py"},
         {{{"/", "/repo"}}, "/a.py", "/repo/a.py"},
         {{{"/x", "/one"}, {"/ci", "/two"}, {"/ci/src", "/three"}}, "/ci/src/a.py", "/two/src/a.py"}},
        {"/no-such-dir/here", false});
}

TEST_CASE("rules as [paths] has them: the first place stands for the others") {
  auto aliases = PathAliases::of_places(
      {{"a", {"src", "/ci/src", "c:\\ci\\src"}}, {"b", {}}, {"c", {"lib"}}, {"d", {"/x", "*/y"}}}, {"/repo", true});
  REQUIRE(aliases);
  CHECK(aliases->map("/ci/src/a.py", any) == "src/a.py");
  CHECK(aliases->map("c:\\ci\\src\\a.py", any) == "src/a.py");
  CHECK(aliases->map("/home/y/a.py", any) == "/x/a.py");
  auto wild = PathAliases::of_places({{"a", {"src", "/ci/*"}}}, {"/repo", true});
  REQUIRE(!wild);
  CHECK(wild.error().message() == "a: /ci/*: Pattern must not end with wildcards.");
  CHECK(wild.error().coverage_message() == "Pattern must not end with wildcards.");
}

TEST_CASE("with relative files, results stay as they are written") {
  check({{{{"/ci/src", "src"}}, "/ci/src/a.py", "src/a.py"},
         {{{"/ci/src", "./src"}}, "/ci/src/a.py", "./src/a.py"},
         {{{"*/ci", "."}}, "/home/ci/src/a.py", "src/a.py"},
         {{{"*/src", "..\\src"}}, "src/a/b.py", "..\\src\\a\\b.py"},
         {{{".tox/*/lib", "src"}}, ".tox/py314/lib/a.py", "src/a.py"},
         {{}, "/repo/src/a.py", "src/a.py"},
         {{}, "/repos/src/a.py", "/repos/src/a.py"},
         {{}, "src\\app\\a.py", "src/app/a.py"}},
        {"/repo", true});
}

TEST_CASE("a rule counts only where what it gives exists") {
  const std::set<std::string> files = {"/repo/two/a.py"};
  auto exists = [&](const std::string& path) { return files.contains(path); };
  PathAliases aliases({"/repo", false});
  REQUIRE(aliases.add("/ci", "one"));
  REQUIRE(aliases.add("/ci", "two"));
  CHECK(aliases.map("/ci/a.py", exists) == "/repo/two/a.py");
  CHECK(aliases.map("/ci/b.py", exists) == "/ci/b.py");
}

TEST_CASE("with relative files, a relative path's directory is looked for in later paths") {
  PathAliases aliases({"/repo", true});
  CHECK(aliases.map("/ci/a[b]/src/c.py", any) == "/ci/a[b]/src/c.py");
  CHECK(aliases.map("src/c.py", any) == "src/c.py");
  CHECK(aliases.map("/ci/a[b]/src/c.py", any) == "src/c.py");
  CHECK(aliases.map("c:\\ci\\src\\c.py", any) == "src/c.py");
  CHECK(aliases.map("/ci/Src/c.py", any) == "/ci/Src/c.py");
  CHECK(aliases.map("a[b]/c.py", any) == "a[b]/c.py");
  CHECK(aliases.map("/ci/a[b]/c.py", any) == "a[b]/c.py");
  CHECK(aliases.map("/ci/ab/c.py", any) == "/ci/ab/c.py");
}

TEST_CASE("patterns that no rule can have") {
  PathAliases aliases({"/repo", false});
  CHECK(aliases.add("/ci/*", "src").error().message() == "Pattern must not end with wildcards.");
  CHECK(aliases.add("/ci/*/", "src").error().message() == "Pattern must not end with wildcards.");
  CHECK(aliases.add("/ci/a**/b", "src").error().message() == "File pattern can't include 'a**'");
}

TEST_CASE("a source in a zip file that is there exists") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "code.zip", ""));
  CHECK(source_exists(scratch / "code.zip"));
  CHECK(source_exists(scratch / "code.zip/a.py"));
  CHECK_FALSE(source_exists(scratch / "other.zip/a.py"));
  CHECK_FALSE(source_exists(scratch / "code.tar/a.py"));
}
