// Cells of tables, filled up as Python's str.format does: by code points.
#pragma once

#include <covey/base/printable.hpp>
#include <string>
#include <string_view>

namespace covey::report {

inline std::string padding(std::string_view text, std::size_t width) {
  const auto length = base::length_of(text);
  return std::string(width > length ? width - length : 0, ' ');
}

// `text` with spaces after it until it has `width` code points; as it is where it has as many.
inline std::string padded_right(std::string_view text, std::size_t width) {
  return std::string(text) + padding(text, width);
}

// The same with the spaces before it.
inline std::string padded_left(std::string_view text, std::size_t width) { return padding(text, width).append(text); }

}  // namespace covey::report
