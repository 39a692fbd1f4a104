// RFC 1321.
#include <bit>
#include <cmath>
#include <covey/base/md5.hpp>
#include <cstring>
#include <string>

namespace covey::base {

namespace {

using State = std::array<std::uint32_t, 4>;

constexpr int k_rotations[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

// The RFC's table: 2 to the 32nd times the sine of each step's number.
const std::array<std::uint32_t, 64>& sines() {
  static const auto table = [] {
    std::array<std::uint32_t, 64> made{};
    for (int i = 0; i < 64; ++i)
      made[static_cast<std::size_t>(i)] =
          static_cast<std::uint32_t>(std::floor(std::fabs(std::sin(i + 1)) * 4294967296.0));
    return made;
  }();
  return table;
}

void add_block(State& state, const char* block) {
  static_assert(std::endian::native == std::endian::little);
  std::uint32_t words[16];
  std::memcpy(words, block, sizeof words);
  auto [a, b, c, d] = state;
  for (unsigned step = 0; step < 64; ++step) {
    std::uint32_t mixed = 0;
    unsigned word = step;
    switch (step / 16) {
      case 0:
        mixed = (b & c) | (~b & d);
        break;
      case 1:
        mixed = (b & d) | (c & ~d), word = 5 * step + 1;
        break;
      case 2:
        mixed = b ^ c ^ d, word = 3 * step + 5;
        break;
      default:
        mixed = c ^ (b | ~d), word = 7 * step;
        break;
    }
    const auto sum = a + mixed + sines()[step] + words[word % 16];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, k_rotations[step / 16][step % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

}  // namespace

std::array<std::uint8_t, 16> md5(std::string_view bytes) {
  State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (; bytes.size() >= 64; bytes.remove_prefix(64)) add_block(state, bytes.data());
  std::string rest(bytes);
  rest += '\x80';
  rest.resize(rest.size() <= 56 ? 56 : 120);
  rest.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  for (std::size_t at = 0; at < rest.size(); at += 64) add_block(state, rest.data() + at);
  std::array<std::uint8_t, 16> digest{};
  std::memcpy(digest.data(), state.data(), digest.size());
  return digest;
}

}  // namespace covey::base
