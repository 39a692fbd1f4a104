#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/base/zip.hpp>
#include "scratch_directory.hpp"

using namespace covey;

namespace {

// a/b.py, fifty lines `x = 1`, as Python's zipfile packs it; the numbers are in the order of the parts of the format.
std::string archive() {
  constexpr std::string_view k_hex =
      "504b03041400000008000000215c2227a78d0c0000002c01000006000000612f622e7079"  // local header and name
      "ab50b05530e4aa1825892001"                                                  // packed bytes
      "504b010214031400000008000000215c2227a78d0c0000002c010000060000000000000000000000800100000000612f622e7079"
      "504b0506000000000100010034000000300000000000";
  std::string bytes;
  for (std::size_t i = 0; i < k_hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(k_hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

std::string lines(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "x = 1\n";
  return text;
}

}  // namespace

TEST_CASE("a file of an archive is what was packed") {
  ScratchDirectory scratch;
  const auto path = scratch / "a.zip";
  REQUIRE(base::write_file_atomic(path, archive()));
  CHECK(base::read_zip_member(path, "a/b.py", 300) == lines(50));
  struct Row {
    const char* what;
    std::string member;
    std::size_t limit;
    std::string error;
  };
  const Row rows[] = {
      {"no such file", "a/c.py", 300, path + "/a/c.py: no such file in the archive"},
      {"another case", "A/B.py", 300, path + "/A/B.py: no such file in the archive"},
      {"too large", "a/b.py", 299, path + "/a/b.py: more than 299 bytes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const auto read = base::read_zip_member(path, row.member, row.limit);
    REQUIRE(!read);
    CHECK(read.error().message() == row.error);
  }
  CHECK(!base::read_zip_member(scratch / "none.zip", "a", 300));
  CHECK(!base::read_zip_member(scratch.path, "a", 300));
}

TEST_CASE("a damaged archive is an error, or says what it said before") {
  const auto whole = archive();
  ScratchDirectory scratch;
  const auto path = scratch / "a.zip";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    for (const auto& bytes : {damaged, whole.substr(0, at)}) {
      REQUIRE(base::write_file_atomic(path, bytes));
      const auto read = base::read_zip_member(path, "a/b.py", 300);
      CHECK((!read || *read == lines(50)));
    }
  }
}
