#include <doctest/doctest.h>
#include <covey/base/hash.hpp>
#include <unordered_set>
#include <vector>

using namespace covey::base;

TEST_CASE("SHA-256 of the published vectors") {
  struct Row {
    std::string bytes;
    const char* digest;
  };
  // FIPS 180-4's examples, and short messages of NIST's CAVP set.
  const std::vector<Row> rows = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrst"
       "u",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
      {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
      {std::string(55, '\0'), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
      {std::string(56, '\0'), "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
      {std::string(64, '\0'), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"}};
  for (const auto& row : rows) {
    CAPTURE(row.bytes.size());
    CHECK(sha256_hex(row.bytes) == row.digest);
  }
}

TEST_CASE("XXH3 digests, which stand in files, do not change between machines and versions") {
  CHECK(digest128("").hex() == "99aa06d3014798d86001c324468d497f");
  CHECK(hash64("") == 0x2d06800538d394c2);
  CHECK(digest128("abc").hex() == "06b05ab6733a618578af5f94892f3950");
  CHECK(hash64("abc") == 0x78af5f94892f3950);
}

TEST_CASE("digests are values") {
  std::unordered_set<Digest128> digests;
  for (int i = 0; i < 10000; ++i) digests.insert(digest128(std::to_string(i)));
  CHECK(digests.size() == 10000);
  CHECK(digests.contains(digest128("4711")));
  CHECK(digest128("a") == digest128("a"));
  CHECK(digest128("a") != digest128("b"));
  CHECK(Digest128{} < digest128(""));
}
