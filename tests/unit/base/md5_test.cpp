#include <doctest/doctest.h>
#include <covey/base/md5.hpp>
#include <string>
#include <vector>

namespace {

std::string md5_hex(std::string_view bytes) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string hex;
  for (auto byte : covey::base::md5(bytes)) hex += {k_digits[byte >> 4], k_digits[byte & 15]};
  return hex;
}

}  // namespace

TEST_CASE("MD5 of RFC 1321's examples, and around the block's end") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "d41d8cd98f00b204e9800998ecf8427e"},
      {"abc", "900150983cd24fb0d6963f7d28e17f72"},
      {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
       "57edf4a22be3c955ac49da2e2107b67a"},
      {std::string(55, 'x'), "04364420e25c512fd958a70738aa8f72"},
      {std::string(56, 'x'), "668a72d5ba17f08e62dabcafad6db14b"},
      {std::string(64, 'x'), "c1bb4f81d892b2d57947682aeb252456"},
  };
  for (const auto& [bytes, digest] : rows) CHECK(md5_hex(bytes) == digest);
}
