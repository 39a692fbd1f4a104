#include <covey/base/python_repr.hpp>
#include <covey/base/utf8.hpp>

namespace covey::base {

namespace {

void append_hex(std::string& text, unsigned value, int digits) {
  static constexpr char k_digits[] = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += k_digits[(value >> shift) & 15U];
}

}  // namespace

std::string python_repr(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string shown(1, quote);
  while (!text.empty()) {
    const auto [character, size] = first_code_point(text);
    const auto bytes = text.substr(0, size);
    text.remove_prefix(size);
    if (character == static_cast<char32_t>(quote) || character == U'\\') {
      (shown += '\\') += bytes;
    } else if (character == U'\n' || character == U'\r' || character == U'\t') {
      shown += character == U'\n' ? "\\n" : character == U'\r' ? "\\r" : "\\t";
    } else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
      append_hex(shown += "\\x", character, 2);
    } else if (character >= 0xdc80 && character <= 0xdcff) {
      append_hex(shown += "\\u", character, 4);
    } else {
      shown += bytes;
    }
  }
  return shown += quote;
}

}  // namespace covey::base
