#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/forge/git.hpp>
#include <map>
#include "../base/scratch_directory.hpp"

using namespace covey;

namespace {

const std::string k_one(40, '1');
const std::string k_two(64, '2');  // a SHA-256 repository

using Files = std::map<std::string, std::string>;

void write(const std::string& directory, const Files& files) {
  for (const auto& [name, text] : files) {
    auto path = directory + "/" + name;
    REQUIRE(base::make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(base::write_file_atomic(path, text));
  }
}

}  // namespace

TEST_CASE("a repository is called as its remote is") {
  struct Row {
    std::string url, name;
  };
  const Row rows[] = {
      {"git@example.org:team/covey.git", "covey"},
      {"git@example.org:covey", "covey"},
      {"https://example.org/team/covey.git/", "covey"},
      {"https://example.org/team/my.project", "my.project"},
      {"ssh://git@example.org:2222/covey.git", "covey"},
      {"/srv/git/covey/.git", "covey"},
      {"../covey", "covey"},
      {"", ""},
      {"/", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    CHECK(forge::repository_name(row.url) == row.name);
  }
}

TEST_CASE("the remote's URL is read as git reads it") {
  struct Row {
    std::string config, url;
  };
  const Row rows[] = {
      {"[remote \"origin\"]\n\turl = a\n", "a"},
      {"[core]\n\turl = a\n[remote \"origin\"]\n\tfetch = x\n\tURL=b ; note\n", "b"},
      {"[Remote \"origin\"]\r\n  url = \"a b # c\" # d\r\n", "a b # c"},
      {"[remote \"upstream\"]\n\turl = a\n", ""},
      {"[remote \"Origin\"]\n\turl = a\n", ""},  // the name's case counts
      {"[remote \"origin\"]\n[branch \"x\"]\n\turl = a\n", ""},
      {"# [remote \"origin\"]\n\turl = a\n", ""},
      {"[remote \"origin\"]\n\turl = a\n\turl = b\n", "a"},
      {"[remote \"origin\"]\n\turl = c:\\\\d\\\"\n", "c:\\d\""},
      {"[remote \"origin\"]\n\turl", ""},
      {"[", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.config);
    CHECK(forge::origin_url(row.config) == row.url);
  }
}

TEST_CASE("the commit is what HEAD leads to") {
  struct Row {
    const char* name;
    Files files;
    std::string commit;
  };
  const Row rows[] = {
      {"a branch", {{".git/HEAD", "ref: refs/heads/main\n"}, {".git/refs/heads/main", k_one + "\n"}}, k_one},
      {"a detached head", {{".git/HEAD", k_two + "\n"}}, k_two},
      {"a packed branch",
       {{".git/HEAD", "ref: refs/heads/a/b\n"},
        {".git/packed-refs",
         "# pack-refs with: peeled \n" + k_two + " refs/heads/a\n" + k_one + " refs/heads/a/b\n^x\n"}},
       k_one},
      {"a branch newer than the packed one",
       {{".git/HEAD", "ref: refs/heads/m\n"},
        {".git/refs/heads/m", k_one},
        {".git/packed-refs", k_two + " refs/heads/m\n"}},
       k_one},
      {"a reference to a reference",
       {{".git/HEAD", "ref: refs/heads/a\n"}, {".git/refs/heads/a", "ref: refs/heads/b"}, {".git/refs/heads/b", k_one}},
       k_one},
      {"references in a circle",
       {{".git/HEAD", "ref: refs/heads/a\n"}, {".git/refs/heads/a", "ref: refs/heads/a"}},
       ""},
      {"no commit yet", {{".git/HEAD", "ref: refs/heads/main\n"}}, ""},
      {"no reference", {{".git/HEAD", "ref: ../../secret\n"}, {"secret", k_one}}, ""},
      {"a reference that climbs out", {{".git/HEAD", "ref: refs/../../secret\n"}, {"secret", k_one}}, ""},
      {"garbage", {{".git/HEAD", "<html>\n"}}, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ScratchDirectory scratch;
    auto root = scratch / "project";
    write(root, row.files);
    REQUIRE(base::make_directories(root + "/src/deep"));
    auto found = forge::find_repository(root + "/src/deep");
    REQUIRE(found);
    CHECK(found->root == root);
    CHECK(found->name == "project");
    CHECK(found->commit == row.commit);
  }
}

TEST_CASE("linked worktrees share all but HEAD") {
  ScratchDirectory scratch;
  write(scratch.path, {{"main/.git/HEAD", "ref: refs/heads/main\n"},
                       {"main/.git/refs/heads/main", k_two},
                       {"main/.git/refs/heads/topic", k_one},
                       {"main/.git/config", "[remote \"origin\"]\n\turl = https://example.org/real-name.git\n"},
                       {"main/.git/worktrees/t/HEAD", "ref: refs/heads/topic\n"},
                       {"main/.git/worktrees/t/commondir", "../..\n"},
                       {"topic/.git", "gitdir: " + (scratch / "main/.git/worktrees/t") + "\n"}});
  auto found = forge::find_repository(scratch / "topic");
  REQUIRE(found);
  CHECK(found->root == scratch / "topic");
  CHECK(found->name == "real-name");
  CHECK(found->commit == k_one);
}

TEST_CASE("a submodule is a repository of its own") {
  ScratchDirectory scratch;
  write(scratch.path,
        {{".git/HEAD", k_two}, {".git/modules/lib/HEAD", k_one}, {"lib/.git", "gitdir: ../.git/modules/lib\n"}});
  auto found = forge::find_repository(scratch / "lib");
  REQUIRE(found);
  CHECK(found->commit == k_one);
  CHECK(forge::find_repository(scratch.path)->commit == k_two);
}

TEST_CASE("what only looks like a repository is none") {
  ScratchDirectory scratch;
  write(scratch.path, {{"a/.git/config", ""}, {"b/.git", "gitdir: nowhere\n"}, {"c/.git", "hello"}});
  for (const char* name : {"a", "b", "c"}) {
    CAPTURE(name);
    auto found = forge::find_repository(scratch / name);
    CHECK((!found || found->root != scratch / name));
  }
}
