#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/launch/child_process.hpp>
#include <filesystem>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::launch;

namespace {

using Words = std::vector<std::string>;

base::Result<ProgramEnd> run(const std::string& file, const Words& command,
                             const base::Environment& environment = base::Environment()) {
  auto child = ChildProcess::start(file, command, environment);
  if (!child) return tl::unexpected(child.error());
  return child->wait();
}

base::Result<ProgramEnd> shell(const std::string& script) { return run("/bin/sh", {"sh", "-c", script}); }

}  // namespace

TEST_CASE("a program's end") {
  struct Row {
    std::string script;
    ProgramEnd end;
  };
  const Row rows[] = {
      {"exit 0", {0, {}}},
      {"exit 255", {255, {}}},
      {"kill -TERM $$", {{}, SIGTERM}},
      {"kill -KILL $$", {{}, SIGKILL}},
      {"ulimit -c 0; kill -SEGV $$", {{}, SIGSEGV}},
      {"trap 'exit 7' TERM; kill -TERM $$", {7, {}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    auto end = shell(row.script);
    REQUIRE(end);
    CHECK(*end == row.end);
  }
}

TEST_CASE("what cannot be executed is named") {
  ScratchDirectory scratch;
  REQUIRE(base::write_file_atomic(scratch / "text", "exit 3\n"));
  CHECK(run(scratch / "text", {"text"}).error().message() == scratch / "text" + ": permission denied");
  CHECK(run(scratch / "none", {"none"}).error().message() == scratch / "none" + ": no such file or directory");
  // A script without a first line that names its interpreter is the shell's, as for a shell itself.
  std::filesystem::permissions(scratch / "text", std::filesystem::perms::owner_all);
  CHECK(run(scratch / "text", {"text"})->status == 3);
}

TEST_CASE("the program gets its arguments and environment as they are") {
  ScratchDirectory scratch;
  auto out = scratch / "out";
  const Words command = {"named", "-c", "printf '[%s]' \"$0\" \"$@\" \"$X\" > \"$OUT\"", "zero", "a b", "", "c\nd"};
  REQUIRE(run("/bin/sh", command, base::Environment({"OUT=" + out, "X=1 2"})));
  CHECK(*base::read_file(out) == "[zero][a b][][c\nd][1 2]");
}

TEST_CASE("signals are taken again afterwards as before") {
  sigset_t before;
  ::sigprocmask(SIG_SETMASK, nullptr, &before);
  REQUIRE(shell("exit 0"));
  REQUIRE_FALSE(run("/nowhere", {"nowhere"}));
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, nullptr, &after);
  for (int number = 1; number < 32; ++number) CHECK(sigismember(&before, number) == sigismember(&after, number));
}

TEST_CASE("the program starts with the caller's signal mask") {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const Words blocked_usr1 = {"grep", "-q", "^SigBlk:.*0200$", "/proc/self/status"};  // shells clear the mask
  auto end = run("/bin/grep", blocked_usr1);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  REQUIRE(end);
  CHECK(end->status == 0);
  CHECK(run("/bin/grep", blocked_usr1)->status == 1);
}
