#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <covey/base/file.hpp>
#include <set>
#include "scratch_directory.hpp"

using namespace covey::base;

namespace {

using Names = std::vector<std::string>;

std::string error_of(const Result<std::string>& result) { return result ? "" : result.error().what; }

}  // namespace

TEST_CASE("a file comes back as it was written") {
  ScratchDirectory scratch;
  for (std::size_t size : {0UL, 1UL, 4096UL, 65536UL, 1000003UL}) {
    CAPTURE(size);
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 7 + i / 251);
    REQUIRE(write_file_atomic(scratch / "data", bytes));
    CHECK(read_file(scratch / "data").value() == bytes);
  }
}

TEST_CASE("files of /proc, which claim no size, are read whole") {
  auto status = read_file("/proc/self/status");
  REQUIRE(status);
  CHECK(status->find("VmPeak") != std::string::npos);
}

TEST_CASE("what is no readable file is an error that says why") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "ten", "0123456789"));
  REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);

  auto missing = read_file(scratch / "missing");
  CHECK(error_of(missing) == "no such file or directory");
  CHECK(missing.error().where == scratch / "missing");
  CHECK(missing.error().kind == ErrorKind::not_found);
  CHECK(read_file(scratch / "ten/below").error().kind == ErrorKind::not_found);
  CHECK(error_of(read_file(scratch.path)) == "is a directory");
  CHECK(error_of(read_file(scratch / "pipe")) == "is not a regular file");
  CHECK(error_of(read_file("/dev/null")) == "is not a regular file");
  CHECK(error_of(read_file(scratch / "ten", 9)) == "is larger than 9 bytes");
  CHECK(read_file(scratch / "ten", 10).value().size() == 10);
}

TEST_CASE("files that are the same have the same sample") {
  ScratchDirectory scratch;
  std::string bytes(100000, 'x');
  auto sample_of = [&](const std::string& content) {
    REQUIRE(write_file_atomic(scratch / "a", content));
    return read_sample(scratch / "a").value();
  };
  const auto sample = sample_of(bytes);
  CHECK(sample.size() < 10000);
  CHECK(sample_of(bytes) == sample);
  CHECK(sample_of(bytes + "x") != sample);
  bytes[50000] = 'y';
  CHECK(sample_of(bytes) != sample);
  CHECK(sample_of("").starts_with("0"));
  CHECK(error_of(read_sample(scratch / "missing")) == "no such file or directory");
  CHECK(error_of(read_sample(scratch.path)) == "is a directory");
}

TEST_CASE("writing replaces the file and leaves nothing else behind") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "a", "one"));
  REQUIRE(write_file_atomic(scratch / "a", "two"));
  CHECK(read_file(scratch / "a").value() == "two");
  CHECK(names_in(scratch.path) == Names{"a"});

  REQUIRE(make_directories(scratch / "taken/below"));
  auto refused = write_file_atomic(scratch / "taken", "three");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().where == scratch / "taken");
  CHECK(names_in(scratch.path) == Names{"a", "taken"});

  auto nowhere = write_file_atomic(scratch / "none/a", "four");
  CHECK(nowhere.error().message() == scratch / "none/a: no such file or directory");
}

TEST_CASE("a file that is written over keeps nothing of what it held") {
  ScratchDirectory scratch;
  for (const char* bytes : {"one", "longer than that", "", "x"}) {
    REQUIRE(overwrite_file(scratch / "a", bytes));
    CHECK(read_file(scratch / "a").value() == bytes);
  }
  CHECK(names_in(scratch.path) == Names{"a"});
  CHECK(overwrite_file(scratch.path, "").error().message() == scratch.path + ": is a directory");
  CHECK(overwrite_file(scratch / "none/a", "").error().message() == scratch / "none/a: no such file or directory");
}

TEST_CASE("a link is replaced, whichever way a file is written, and what it leads to is left alone") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "other", "mine"));
  for (const auto write : {+[](const std::string& path) { return write_file_atomic(path, "new"); },
                           +[](const std::string& path) { return overwrite_file(path, "new"); }})
    for (const char* target : {"other", "missing", "link"}) {
      CAPTURE(target);
      ::unlink((scratch / "link").c_str());
      REQUIRE(::symlink((scratch / target).c_str(), (scratch / "link").c_str()) == 0);
      CHECK(write(scratch / "link"));
      CHECK(read_file(scratch / "link").value() == "new");
      CHECK(read_file(scratch / "other").value() == "mine");
      CHECK_FALSE(exists(scratch / "missing"));
    }
}

TEST_CASE("a name with a NUL is none, for it would be another file's") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "a", "mine"));
  const auto name = (scratch / "a") + std::string("\0,cover", 7);
  CHECK(error_of(read_file(name)) == "has a NUL in its name");
  CHECK_FALSE(write_file_atomic(name, "new"));
  CHECK_FALSE(overwrite_file(name, "new"));
  CHECK(read_file(scratch / "a").value() == "mine");
}

TEST_CASE("directories are made with all above them") {
  ScratchDirectory scratch;
  CHECK(make_directories(scratch / "a/b//c/"));
  CHECK(is_directory(scratch / "a/b/c"));
  CHECK(make_directories(scratch / "a/b/c"));
  CHECK(make_directories(""));
  REQUIRE(write_file_atomic(scratch / "file", ""));
  auto refused = make_directories(scratch / "file/d");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() == scratch / "file: is not a directory");
}

TEST_CASE("what a path is") {
  ScratchDirectory scratch;
  REQUIRE(write_file_atomic(scratch / "file", ""));
  REQUIRE(::symlink("file", (scratch / "link").c_str()) == 0);
  REQUIRE(::symlink("gone", (scratch / "dangling").c_str()) == 0);
  struct Row {
    std::string path;
    bool exists, is_directory, is_file;
  };
  for (const auto& row : {Row{scratch / "file", true, false, true}, Row{scratch / "link", true, false, true},
                          Row{scratch.path, true, true, false}, Row{"/dev/null", true, false, false},
                          Row{scratch / "dangling", false, false, false}, Row{"", false, false, false}}) {
    CAPTURE(row.path);
    CHECK(exists(row.path) == row.exists);
    CHECK(is_directory(row.path) == row.is_directory);
    CHECK(is_file(row.path) == row.is_file);
  }
}

TEST_CASE("a descriptor has one owner, which closes it") {
  auto is_open = [](int fd) { return ::fcntl(fd, F_GETFD) != -1; };
  int raw = ::open("/dev/null", O_RDONLY);
  UniqueFd fd(raw);
  UniqueFd other(std::move(fd));
  CHECK_FALSE(fd);
  CHECK(other.get() == raw);
  CHECK(is_open(raw));
  other = UniqueFd();
  CHECK_FALSE(is_open(raw));

  int kept = ::open("/dev/null", O_RDONLY);
  CHECK(UniqueFd(kept).release() == kept);
  CHECK(is_open(kept));
  UniqueFd(kept).reset();
  CHECK_FALSE(is_open(kept));
}

TEST_CASE("random names have the asked length, are hex and do not repeat") {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) names.insert(random_hex(16));
  CHECK(names.size() == 1000);
  for (int digits : {0, 1, 7, 16, 33, 100}) {
    auto name = random_hex(digits);
    CHECK(name.size() == static_cast<std::size_t>(digits));
    CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
}

TEST_CASE("the names in a directory") {
  ScratchDirectory scratch;
  CHECK(names_in(scratch.path).empty());
  for (const char* name : {"b", ".a", "a"}) REQUIRE(write_file_atomic(scratch / name, ""));
  REQUIRE(make_directories(scratch / "c/d"));
  CHECK(names_in(scratch.path) == Names{".a", "a", "b", "c"});
  CHECK(names_in(scratch / "b").empty());
  CHECK(names_in(scratch / "none").empty());
}
