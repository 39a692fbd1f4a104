#include <doctest/doctest.h>
#include <unistd.h>
#include <covey/forge/git_repository.hpp>
#include "scratch_repository.hpp"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

using namespace covey;
using forge::GitRepository;
using model::FileDiff;
using model::FileKind;

namespace {

GitRepository opened(const std::string& directory) {
  auto repository = GitRepository::open(directory);
  REQUIRE_MESSAGE(repository, repository.error().message());
  return std::move(*repository);
}

// While libgit2 1.5 does what it leaks at, a little each time: it looks at a repository's extensions
// (git_regexp_match), or finds a parent missing on its way to a merge base (paint_down_to_common).
struct KnownLeaks {
#ifdef __SANITIZE_ADDRESS__
  KnownLeaks() { __lsan_disable(); }
  ~KnownLeaks() { __lsan_enable(); }
#endif
};

template <class T>
std::string error_of(const base::Result<T>& result) {
  return result ? "" : result.error().message();
}

std::vector<FileDiff> files_of(const base::Result<model::Diff>& diff) {
  REQUIRE_MESSAGE(diff, error_of(diff));
  return diff->files;
}

}  // namespace

TEST_CASE("revisions, merge bases and texts") {
  ScratchRepository scratch;
  scratch.write("p/a.py", "one\n");
  const auto first = scratch.commit();
  scratch.git("checkout -q -b topic");
  scratch.write("p/a.py", "two\n");
  const auto topic = scratch.commit();
  scratch.git("checkout -q main");
  scratch.write("b.py", "b\n");
  const auto main = scratch.commit();

  const auto repository = opened(scratch.root + "/p");
  CHECK(repository.root() == scratch.root);
  CHECK(!repository.is_shallow());
  CHECK(repository.resolve("HEAD").value() == main);
  CHECK(repository.resolve("topic~1").value() == first);
  CHECK(repository.resolve(topic.substr(0, 12)).value() == topic);
  CHECK(repository.merge_base("main", "topic").value() == first);
  CHECK(repository.text_at("topic", "p/a.py").value() == "two\n");
  CHECK(repository.text_at(first, "p/a.py").value() == "one\n");
  CHECK(error_of(repository.text_at("topic", "b.py")) == "topic:b.py: no such file");
  CHECK(error_of(repository.text_at("topic", "p")) == "topic:p: not a regular file");
  CHECK(error_of(repository.text_at("topic", "p/a.py", 3)) == "topic:p/a.py: more than 3 bytes");
  CHECK(error_of(repository.resolve("nowhere")) == "nowhere: no such revision");
  CHECK(error_of(repository.resolve(std::string(40, '1'))) == std::string(40, '1') + ": no such revision");
  CHECK(error_of(repository.resolve("")) == "no such revision");
  CHECK(error_of(repository.resolve("main:b.py")) == "main:b.py: is no commit");
  CHECK(error_of(repository.resolve(std::string("main\0x", 6))) == "main\\x00x: no such revision");
  CHECK(files_of(repository.diff(first, "topic")) ==
        std::vector<FileDiff>{{FileKind::modified, "p/a.py", "p/a.py", false, {{1, 1, {"one"}, {"two"}}}}});
}

TEST_CASE("histories without a commit in common") {
  ScratchRepository scratch;
  scratch.commit();
  scratch.git("checkout -q --orphan other");
  scratch.write("a", "a");
  scratch.commit();
  CHECK(error_of(opened(scratch.root).merge_base("main", "other")) == "main and other: no commit in common");
}

TEST_CASE("no repository, no commit, no working tree") {
  ScratchRepository scratch;
  CHECK(error_of(GitRepository::open("/")) == "/: lies in no git repository");
  CHECK(error_of(GitRepository::open(scratch.scratch / "nowhere")) ==
        scratch.scratch / "nowhere" + ": lies in no git repository");
  CHECK(error_of(opened(scratch.root).resolve("HEAD")) == "HEAD: no such revision: the repository has no commit yet");
  scratch.write("a", "a\n");
  scratch.commit();
  scratch.shell("git clone -q --bare repository bare.git");
  const auto bare = opened(scratch.scratch / "bare.git");
  CHECK(bare.root().empty());
  CHECK(bare.resolve("HEAD").value() == scratch.head());
  CHECK(error_of(bare.diff_to_working_tree("HEAD")) ==
        scratch.scratch / "bare.git" + ": a bare repository has no working tree");
}

TEST_CASE("a shallow clone says that it is one") {
  ScratchRepository scratch;
  const auto first = scratch.commit();
  scratch.git("branch topic");
  scratch.write("a", "a\n");
  scratch.commit();
  scratch.git("checkout -q topic");
  scratch.write("b", "b\n");
  scratch.commit();
  scratch.shell("git clone -q --no-single-branch --depth 1 file://" + scratch.root + " shallow");
  const auto shallow = opened(scratch.scratch / "shallow");
  CHECK(shallow.is_shallow());
  const std::string advice =
      " (shallow clone: fetch more, with fetch-depth: 0 or git fetch --unshallow, or give the diff)";
  [[maybe_unused]] const KnownLeaks leaks;
  CHECK(error_of(shallow.merge_base("HEAD", "origin/main")) == "HEAD and origin/main: no commit in common" + advice);
  CHECK(error_of(shallow.diff(first, "HEAD")) == first + ": no such revision" + advice);
  CHECK(shallow.merge_base("HEAD", "HEAD").value() == scratch.head());
  // Two trees are enough for a diff.
  CHECK(files_of(shallow.diff("origin/main", "HEAD")).size() == 2);
  scratch.shell("git -C shallow fetch -q --unshallow");
  CHECK(opened(scratch.scratch / "shallow").merge_base("HEAD", "origin/main").value() == first);
}

TEST_CASE("detached heads, linked worktrees, submodules and a .git that is a file") {
  ScratchRepository scratch;
  scratch.write("a.py", "a\n");
  const auto first = scratch.commit();
  scratch.write("a.py", "b\n");
  const auto second = scratch.commit();
  scratch.git("checkout -q --detach " + first);
  CHECK(opened(scratch.root).resolve("HEAD").value() == first);

  scratch.git("worktree add -q ../linked main");
  const auto linked = opened(scratch.scratch / "linked");
  CHECK(linked.root() == scratch.scratch / "linked");
  CHECK(linked.resolve("HEAD").value() == second);
  CHECK(files_of(linked.diff_to_working_tree(first)).size() == 1);

  scratch.shell("git init -q -b main outer && git -C outer -c protocol.file.allow=always submodule --quiet add " +
                scratch.root + " sub && git -C outer commit -q -m m");
  CHECK(opened(scratch.scratch / "outer/sub").resolve("HEAD").value() == first);
  const auto outer = opened(scratch.scratch / "outer");
  scratch.shell("git -C outer/sub checkout -q " + second + " && git -C outer commit -q -a -m m");
  // Of a submodule the commit changed: no file of this repository.
  CHECK(files_of(outer.diff("HEAD~1", "HEAD")).empty());

  scratch.shell("git init -q -b main --separate-git-dir apart.git apart");
  CHECK(opened(scratch.scratch / "apart").root() == scratch.scratch / "apart");
}

TEST_CASE("a repository of another user is read") {
  ScratchRepository scratch;
  scratch.write("a", "a\n");
  const auto commit = scratch.commit();
  if (::getuid() != 0) return;  // only root can give it away
  scratch.shell("chown -R 12345:12345 repository");
  CHECK(opened(scratch.root).resolve("HEAD").value() == commit);
  CHECK(files_of(opened(scratch.root).diff_to_working_tree("HEAD")).empty());
}

TEST_CASE("configuration outside of the repository does not count") {
  ScratchRepository scratch;
  scratch.write("a.py", "a\r\n");
  scratch.commit();
  scratch.shell("git config --global core.autocrlf input; git config --global diff.renames false");
  scratch.write("a.py", "a\r\nb\r\n");
  CHECK(files_of(opened(scratch.root).diff_to_working_tree("HEAD")) ==
        std::vector<FileDiff>{{FileKind::modified, "a.py", "a.py", false, {{2, 2, {}, {"b\r"}}}}});
}

TEST_CASE("the repository's own filters count in the working tree") {
  ScratchRepository scratch;
  scratch.write(".gitattributes", "*.py text eol=crlf\nsecret.py -diff\n");
  scratch.write("a.py", "a\nb\n");
  scratch.write("secret.py", "a\n");
  scratch.commit();
  scratch.write("a.py", "a\r\nb\r\n");
  const auto repository = opened(scratch.root);
  CHECK(files_of(repository.diff_to_working_tree("HEAD")).empty());
  scratch.write("a.py", "a\r\nB\r\n");
  scratch.write("secret.py", "b\n");
  const auto files = files_of(repository.diff_to_working_tree("HEAD"));
  REQUIRE(files.size() == 2);
  CHECK(files[0].changes == std::vector<model::Change>{{2, 2, {"b"}, {"B"}}});
  CHECK(files[1].is_binary);
}

TEST_CASE("what checkouts of CI write into a repository's configuration") {
  ScratchRepository scratch;
  scratch.write("a/a.py", "a\n");
  scratch.write("b/b.py", "b\n");
  const auto commit = scratch.commit();
  [[maybe_unused]] const KnownLeaks leaks;
  scratch.git("sparse-checkout set a");  // sets extensions.worktreeConfig
  CHECK(opened(scratch.root).resolve("HEAD").value() == commit);
  scratch.git("config core.repositoryFormatVersion 1");
  scratch.git("config extensions.partialClone origin");
  CHECK(opened(scratch.root).resolve("HEAD").value() == commit);
  CHECK(files_of(opened(scratch.root).diff_to_working_tree("HEAD")).empty());
}

TEST_CASE("a repository with SHA-256 names is refused in one line") {
  ScratchRepository scratch("--object-format=sha256");
  scratch.write("a", "a\n");
  scratch.git("add -A");
  [[maybe_unused]] const KnownLeaks leaks;
  const auto error = error_of(GitRepository::open(scratch.root));
  CHECK(error == scratch.root + ": its objects are named by SHA-256, which cannot be read yet: give the diff");
}

TEST_CASE("a damaged repository is told of") {
  ScratchRepository scratch;
  scratch.write("a", "a\n");
  scratch.commit();
  const auto tree = scratch.git("rev-parse HEAD^{tree}");
  scratch.shell("rm -f repository/.git/objects/" + tree.substr(0, 2) + "/" + tree.substr(2, 38));
  const auto error = error_of(opened(scratch.root).diff("HEAD", "HEAD"));
  CHECK(error.starts_with("HEAD: object not found"));
  CHECK(error.find('\n') == error.npos);
}
