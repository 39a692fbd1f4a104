// Digests: XXH3 names sources and tables, SHA-256 makes names that others must be able to repeat.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace covey::base {

// 16 bytes in an order fixed for all machines (XXH128's canonical form, the most significant byte first).
struct Digest128 {
  std::array<std::uint8_t, 16> bytes{};

  std::string hex() const;  // 32 lower-case hex digits
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
};

// XXH3-128: good against accidents, not against an adversary.
Digest128 digest128(std::string_view bytes);

// XXH3-64 of the bytes.
std::uint64_t hash64(std::string_view bytes);

// The SHA-256 digest as 64 lower-case hex digits. Our own implementation, for names of a few bytes: the extension must
// not pull libcrypto into every measured process, where it would meet the one that Python's ssl module links.
std::string sha256_hex(std::string_view bytes);

}  // namespace covey::base

template <>
struct std::hash<covey::base::Digest128> {
  std::size_t operator()(const covey::base::Digest128& digest) const noexcept {
    std::size_t value;  // the digest's own bits are as mixed as can be
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};
