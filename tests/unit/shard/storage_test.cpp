#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/shard/context_log.hpp>
#include <covey/shard/losses.hpp>
#include <covey/shard/reader.hpp>
#include <covey/shard/writer.hpp>
#include <functional>
#include "../base/scratch_directory.hpp"

using namespace covey;

namespace {

constexpr const char* k_run = "0123456789abcdef";

// What fallocate fails with; 0: it does not.
int g_fallocate_error = 0;

class FallocateFails {
 public:
  explicit FallocateFails(int error) { g_fallocate_error = error; }
  ~FallocateFails() { g_fallocate_error = 0; }
  FallocateFails(const FallocateFails&) = delete;
  FallocateFails& operator=(const FallocateFails&) = delete;
};

class SizeLimit {
 public:
  explicit SizeLimit(rlim_t size) {
    getrlimit(RLIMIT_FSIZE, &m_before);
    const rlimit limit{size, m_before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit m_before{};
};

shard::ShardStart start_in(const ScratchDirectory& scratch) {
  return {scratch.path + "/jobs/unit", k_run, 0x030e08f0, {{"job", "unit"}}, scratch.path + "/losses"};
}

std::unique_ptr<shard::Writer> new_shard(const ScratchDirectory& scratch) {
  REQUIRE(shard::create_losses(scratch.path + "/losses"));
  auto writer = shard::Writer::create(start_in(scratch));
  REQUIRE(writer);
  return std::move(*writer);
}

std::uint32_t new_file(shard::Writer& writer) { return *writer.add_file({"/src/a.py", "a", 0, {}}); }

std::vector<std::uint8_t> points_in(const std::string& path, std::size_t code = 0) {
  auto shard = shard::read_shard(path);
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  return {shard->codes[code].points.begin(), shard->codes[code].points.end()};
}

}  // namespace

// In the place of the C library's.
extern "C" int fallocate(int fd, int mode, off_t offset, off_t size) {
  if (g_fallocate_error == 0) return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, size));
  errno = g_fallocate_error;
  return -1;
}

TEST_CASE("where nothing can be reserved, what was kept is in the file") {
  FallocateFails fails(EOPNOTSUPP);
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  CHECK_FALSE(writer->is_mapped());
  const auto file = new_file(*writer);
  auto* points = *writer->add_code(file, 10, 4, 10);
  CHECK(points_in(writer->path()) == std::vector<std::uint8_t>{0, 0, 0, 0});
  points[1] = 1;
  writer->keep_point(points + 1, false);
  points[3] = 3;
  writer->keep_point(points + 3, true);
  CHECK(points_in(writer->path()) == std::vector<std::uint8_t>{0, 1, 0, 3});
  for (std::uint32_t number = 0; number < 200; ++number) REQUIRE(writer->add_code(file, 1, 1000 + number));
  auto* last = *writer->add_code(file, 1, 3'000'000);
  last[2'999'999] = 1;
  writer->keep_point(last + 2'999'999, false);
  CHECK(points_in(writer->path(), 201).back() == 1);
  CHECK(shard::read_losses(scratch.path + "/losses")->n_processes == 0);
}

TEST_CASE("bits that another process set stay") {
  FallocateFails fails(EOPNOTSUPP);
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  auto* points = *writer->add_code(new_file(*writer), 1, 1, 1);
  auto bytes = *base::read_file(writer->path());
  const auto empty = bytes;
  points[0] = 1;
  writer->keep_point(points, true);
  bytes = *base::read_file(writer->path());
  points[0] = 4;  // as a forked child's copy has it
  writer->keep_point(points, true);
  CHECK(points_in(writer->path()) == std::vector<std::uint8_t>{5});
  points[0] = 1;
  writer->keep_point(points, false);
  CHECK(*base::read_file(writer->path()) == bytes);
  CHECK(bytes != empty);
}

TEST_CASE("a context log without maps") {
  FallocateFails fails(EOPNOTSUPP);
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  const auto file = new_file(*writer);
  REQUIRE(writer->add_code(file, 1, 500));
  REQUIRE(writer->add_context("one"));
  shard::ContextLog log(*writer);
  for (int line = 1; line <= 500; ++line) {
    REQUIRE(log.ran({0, 0, 1}, line, 0));
    auto shard = shard::read_shard(writer->path());
    int n_lines = 0;
    shard::for_each_context_event(*shard, [&](const shard::ContextEvent& event) { n_lines += event.line != 0; });
    CHECK(n_lines == line);
  }
}

TEST_CASE("no room, when the shard is made") {
  for (int error : {ENOSPC, EDQUOT, EFBIG}) {
    FallocateFails fails(error);
    ScratchDirectory scratch;
    auto writer = shard::Writer::create(start_in(scratch));
    REQUIRE_FALSE(writer);
    CHECK(writer.error().kind == base::ErrorKind::io);
    CHECK(rmdir((scratch.path + "/jobs/unit").c_str()) == 0);  // nothing is in it
  }
}

TEST_CASE("no room, later: the shard says so, for good, and what is there can be set on") {
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  const auto file = new_file(*writer);
  auto* points = *writer->add_code(file, 1, 10);
  {
    FallocateFails fails(ENOSPC);
    errno = 77;
    CHECK_FALSE(writer->add_code(file, 1, 50'000));
    CHECK(errno == 77);
  }
  CHECK_FALSE(writer->accepts());
  CHECK_FALSE(writer->add_code(file, 1, 1));
  points[0] = 1;
  CHECK(points_in(writer->path())[0] == 1);
  CHECK(shard::read_shard(writer->path())->incomplete == "could not grow: no space left on device");
  CHECK(shard::read_losses(scratch.path + "/losses")->n_processes == 0);
}

TEST_CASE("what a shard cannot say, the losses do") {
  struct Row {
    const char* what;
    std::function<void(const std::string& path)> fault;
    std::string reason;
  };
  const Row rows[] = {
      {"deleted", [](const auto& path) { unlink(path.c_str()); }, "could not grow: no such file or directory"},
      {"replaced", [](const auto& path) { REQUIRE(base::write_file_atomic(path, "the user's")); },
       "could not grow: was replaced by another file"},
  };
  for (int error : {0, EOPNOTSUPP}) {
    FallocateFails fails(error);
    for (const auto& row : rows) {
      CAPTURE(row.what);
      ScratchDirectory scratch;
      auto writer = new_shard(scratch);
      const auto file = new_file(*writer);
      row.fault(writer->path());
      CHECK_FALSE(writer->add_code(file, 1, 100'000));
      writer->mark_incomplete("again");
      auto losses = shard::read_losses(scratch.path + "/losses");
      REQUIRE(losses);
      CHECK(losses->n_processes == 1);
      CHECK(losses->reason == writer->path() + ": " + row.reason);
    }
  }
}

TEST_CASE("no file grows beyond RLIMIT_FSIZE, which would be a signal") {
  for (int error : {0, EOPNOTSUPP}) {
    FallocateFails fails(error);
    ScratchDirectory scratch;
    auto writer = new_shard(scratch);
    const auto file = new_file(*writer);
    {
      SizeLimit limit(4096 * 5 + 100);
      int n_codes = 0;
      while (writer->add_code(file, 1, 500)) ++n_codes;
      CHECK(n_codes > 20);  // the first chunk, and one of a page
      CHECK(base::file_size(writer->path()) == std::size_t{4096 * 5});
      CHECK(shard::read_shard(writer->path())->incomplete == "could not grow: file too large");
    }
    SizeLimit limit(0);
    CHECK_FALSE(shard::Writer::create(start_in(scratch)));
    shard::note_loss(scratch.path + "/losses", "with that limit, too");
    CHECK(shard::read_losses(scratch.path + "/losses")->reason == "with that limit, too");
  }
}

TEST_CASE("losses are counted, and the first reason stays") {
  ScratchDirectory scratch;
  const auto path = shard::losses_path(scratch.path + "/settings");
  CHECK(path == scratch.path + "/losses");
  errno = 77;
  shard::note_loss(path, "there is no such file yet");
  CHECK(errno == 77);
  REQUIRE(shard::create_losses(path));
  CHECK(shard::read_losses(path)->n_processes == 0);
  CHECK(shard::read_losses(path)->reason.empty());
  shard::note_loss(path, "first");
  shard::note_loss(path, std::string(10'000, 'x'));
  CHECK(shard::read_losses(path)->n_processes == 2);
  CHECK(shard::read_losses(path)->reason == "first");
  CHECK(base::file_size(path) == std::size_t{4096});
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0666);
  REQUIRE(base::write_file_atomic(path, "the user's"));
  shard::note_loss(path, "in another's file");
  CHECK(*base::read_file(path) == "the user's");
  CHECK_FALSE(shard::read_losses(path));
}
