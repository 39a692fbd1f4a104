// UTF-8 as Python decodes file names: what is not UTF-8 is kept, not refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::base {

struct CodePoint {
  char32_t character = 0;  // U+DC80 to U+DCFF for a byte that is not UTF-8 (Python's "surrogateescape")
  std::size_t size = 0;    // in bytes
};

// The first code point of `text`, which must not be empty.
CodePoint first_code_point(std::string_view text);

// All of them.
std::u32string decode_utf8(std::string_view text);

}  // namespace covey::base
