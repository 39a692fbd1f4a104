#include <covey/base/utf8.hpp>

namespace covey::base {

namespace {

// The length of the well-formed sequence at the start of `text`, 1 where there is none: no overlong forms, no
// surrogates, nothing above U+10FFFF.
std::size_t sequence_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80; };
  unsigned lead = byte(0);
  unsigned second = byte(1);
  if (lead >= 0xC2 && lead < 0xE0 && is_tail(1)) return 2;
  if (lead >= 0xE0 && lead < 0xF0 && is_tail(1) && is_tail(2)) {
    bool overlong = lead == 0xE0 && second < 0xA0;
    bool surrogate = lead == 0xED && second >= 0xA0;
    return overlong || surrogate ? 1 : 3;
  }
  if (lead >= 0xF0 && lead < 0xF5 && is_tail(1) && is_tail(2) && is_tail(3)) {
    bool overlong = lead == 0xF0 && second < 0x90;
    bool too_large = lead == 0xF4 && second >= 0x90;
    return overlong || too_large ? 1 : 4;
  }
  return 1;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  auto size = sequence_length(text);
  if (size == 1) return {char32_t{0xDC00} + lead, 1};
  char32_t character = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {character, size};
}

std::u32string decode_utf8(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  while (!text.empty()) {
    auto [character, size] = first_code_point(text);
    characters += character;
    text.remove_prefix(size);
  }
  return characters;
}

}  // namespace covey::base
