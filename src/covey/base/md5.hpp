// MD5, because LCOV's line checksums are made with it. For nothing that must be safe.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace covey::base {

// The digest's bytes in the order in which they are written as hex.
std::array<std::uint8_t, 16> md5(std::string_view bytes);

}  // namespace covey::base
