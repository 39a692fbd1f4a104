// The names are FIPS 202's.
#include <array>
#include <bit>
#include <covey/base/sha3.hpp>
#include <cstdint>

namespace covey::base {

namespace {

constexpr std::size_t k_rate = 136;  // bytes taken in by each permutation: 1600 bits less twice the digest's 256
constexpr std::size_t k_digest_size = 32;

// Lane (x, y) is at x + 5 * y.
using State = std::array<std::uint64_t, 25>;

constexpr std::array<std::uint64_t, 24> k_iota = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

void theta(State& a) {
  std::array<std::uint64_t, 5> parity{};
  for (std::size_t i = 0; i < a.size(); ++i) parity[i % 5] ^= a[i];
  for (std::size_t i = 0; i < a.size(); ++i) a[i] ^= parity[(i + 4) % 5] ^ std::rotl(parity[(i + 1) % 5], 1);
}

void rho_and_pi(State& a) {
  std::size_t x = 1, y = 0;
  std::uint64_t moving = a[x];
  for (int t = 0; t < 24; ++t) {
    const std::size_t next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
    const auto rotated = std::rotl(moving, (t + 1) * (t + 2) / 2 % 64);
    moving = a[x + 5 * y];
    a[x + 5 * y] = rotated;
  }
}

void chi(State& a) {
  for (std::size_t row = 0; row < a.size(); row += 5) {
    const std::array<std::uint64_t, 5> old = {a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]);
  }
}

void keccak_f(State& a) {
  for (auto constant : k_iota) {
    theta(a);
    rho_and_pi(a);
    chi(a);
    a[0] ^= constant;
  }
}

void add_byte(State& a, std::size_t at, std::uint8_t byte) { a[at / 8] ^= std::uint64_t{byte} << (at % 8 * 8); }

}  // namespace

std::string sha3_256_hex(std::string_view bytes) {
  State state{};
  std::size_t at = 0;  // in the block
  for (char byte : bytes) {
    add_byte(state, at, static_cast<std::uint8_t>(byte));
    if (++at < k_rate) continue;
    keccak_f(state);
    at = 0;
  }
  add_byte(state, at, 0x06);
  add_byte(state, k_rate - 1, 0x80);
  keccak_f(state);

  static constexpr char k_digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < k_digest_size; ++i) {
    const auto byte = state[i / 8] >> (i % 8 * 8) & 0xff;
    text += {k_digits[byte >> 4], k_digits[byte & 15]};
  }
  return text;
}

}  // namespace covey::base
