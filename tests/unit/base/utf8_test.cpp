#include <doctest/doctest.h>
#include <covey/base/utf8.hpp>
#include <vector>

using namespace covey::base;

TEST_CASE("code points, and bytes that are none") {
  struct Row {
    std::string text;
    std::u32string characters;
  };
  const std::vector<Row> rows = {
      {"", U""},
      {"abc", U"abc"},
      {"\xc3\xa9", U"\u00e9"},
      {"\xe2\x82\xac!", U"\u20ac!"},
      {"\xf0\x9f\x98\x80", U"\U0001F600"},
      {"\xf4\x8f\xbf\xbf", U"\U0010FFFF"},
      {"\xff", {0xDCFF}},
      {"a\x80", {U'a', 0xDC80}},
      {"\xc0\xaf", {0xDCC0, 0xDCAF}},                          // overlong
      {"\xe0\x9f\xbf", {0xDCE0, 0xDC9F, 0xDCBF}},              // overlong
      {"\xf0\x8f\xbf\xbf", {0xDCF0, 0xDC8F, 0xDCBF, 0xDCBF}},  // overlong
      {"\xed\xa0\x80", {0xDCED, 0xDCA0, 0xDC80}},              // a surrogate
      {"\xf4\x90\x80\x80", {0xDCF4, 0xDC90, 0xDC80, 0xDC80}},  // above U+10FFFF
      {"\xe2\x82", {0xDCE2, 0xDC82}},                          // cut off
      {"\xe2\x82z", {0xDCE2, 0xDC82, U'z'}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK((decode_utf8(row.text) == row.characters));
  }
  CHECK(first_code_point("\xe2\x82\xac!").size == 3);
  CHECK(first_code_point("\xe2\x82!").size == 1);
}
