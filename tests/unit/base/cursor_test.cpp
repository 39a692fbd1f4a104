#include <doctest/doctest.h>
#include <covey/base/cursor.hpp>
#include <limits>

using covey::base::Cursor;

namespace {

const std::string_view k_bytes("\x01\x02\x03\x04\x05\x06\x07\x08tail", 12);

enum class Colour : std::uint16_t { none = 0, mixed = 0x0201 };

}  // namespace

TEST_CASE("a cursor reads little-endian values one after the other") {
  Cursor cursor(k_bytes);
  CHECK(cursor.read<std::uint8_t>() == 0x01);
  CHECK(cursor.read<std::uint16_t>() == 0x0302);
  CHECK(cursor.read<std::uint8_t>() == 0x04);
  CHECK(cursor.read<std::uint32_t>() == 0x08070605);
  CHECK(cursor.position() == 8);
  CHECK(cursor.string(4) == "tail");
  CHECK(cursor.at_end());
  CHECK(cursor.remaining() == 0);
  CHECK_FALSE(cursor.failed());

  CHECK(Cursor(k_bytes).read<std::uint64_t>() == 0x0807060504030201);
  CHECK(Cursor(k_bytes).read<Colour>() == Colour::mixed);
  CHECK(Cursor("\xff\xff").read<std::int16_t>() == -1);
}

TEST_CASE("what would leave the bytes fails, and stays failed") {
  auto most = std::numeric_limits<std::uint64_t>::max();
  for (std::uint64_t size : {std::uint64_t{5}, std::uint64_t{12}, most, most - 7}) {
    CAPTURE(size);
    Cursor cursor(k_bytes);
    cursor.skip(8);
    CHECK(cursor.string(size).empty());
    CHECK(cursor.failed());
    CHECK(cursor.position() == 8);
    CHECK(cursor.read<std::uint8_t>() == 0);  // although four bytes are there
    CHECK(cursor.bytes(1) == nullptr);
    CHECK(cursor.remaining() == 0);
    cursor.skip_to(0);
    CHECK(cursor.failed());
  }
  Cursor empty("");
  CHECK(empty.string(0).empty());
  CHECK_FALSE(empty.failed());
  CHECK(empty.read<std::uint64_t>() == 0);
  CHECK(empty.failed());
}

TEST_CASE("a cursor can be put anywhere inside its bytes") {
  Cursor cursor(k_bytes);
  cursor.skip_to(8);
  CHECK(cursor.string(4) == "tail");
  cursor.skip_to(0);
  CHECK(cursor.read<std::uint8_t>() == 1);
  cursor.skip_to(12);
  CHECK(cursor.at_end());
  cursor.skip_to(13);
  CHECK(cursor.failed());
}
