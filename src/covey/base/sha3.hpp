// SHA3-256, which coverage.py names files by.
#pragma once

#include <string>
#include <string_view>

namespace covey::base {

// The digest as 64 lower-case hex digits. Our own implementation, for names of a few bytes.
std::string sha3_256_hex(std::string_view bytes);

}  // namespace covey::base
