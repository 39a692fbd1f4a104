#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>

namespace covey::base {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode's categories Cc, Cf, Cs, Co, Zl, Zp and Zs (but for the space), noncharacters, and the planes without any
// character. Ascending.
constexpr Range k_unprintable[] = {
    {0x0000, 0x001F},     // controls
    {0x007F, 0x00A0},     // controls, no-break space
    {0x00AD, 0x00AD},     // soft hyphen
    {0x0600, 0x0605},     // Arabic number signs
    {0x061C, 0x061C},     // Arabic letter mark
    {0x06DD, 0x06DD},     // Arabic end of ayah
    {0x070F, 0x070F},     // Syriac abbreviation mark
    {0x0890, 0x0891},     // Arabic currency marks above
    {0x08E2, 0x08E2},     // Arabic disputed end of ayah
    {0x1680, 0x1680},     // Ogham space
    {0x180E, 0x180E},     // Mongolian vowel separator
    {0x2000, 0x200F},     // spaces, joiners, direction marks
    {0x2028, 0x202F},     // line and paragraph separators, embeddings and overrides, narrow space
    {0x205F, 0x206F},     // spaces, invisible operators, isolates
    {0x3000, 0x3000},     // ideographic space
    {0xD800, 0xF8FF},     // surrogates, private use
    {0xFDD0, 0xFDEF},     // noncharacters
    {0xFEFF, 0xFEFF},     // byte order mark
    {0xFFF0, 0xFFFB},     // unassigned, interlinear annotations
    {0xFFFE, 0xFFFF},     // noncharacters
    {0x110BD, 0x110BD},   // Kaithi number sign
    {0x110CD, 0x110CD},   // Kaithi number sign above
    {0x13430, 0x1343F},   // Egyptian hieroglyph format controls
    {0x1BCA0, 0x1BCA3},   // shorthand format controls
    {0x1D173, 0x1D17A},   // musical beams and slurs
    {0x1FFFE, 0x1FFFF},   // noncharacters
    {0x2FFFE, 0x2FFFF},   // noncharacters
    {0x3FFFE, 0xE00FF},   // unassigned planes, tags
    {0xE01F0, 0x10FFFF},  // unassigned, private use
};

bool is_printable(char32_t character) {
  auto after = std::upper_bound(std::begin(k_unprintable), std::end(k_unprintable), character,
                                [](char32_t wanted, const Range& range) { return wanted < range.first; });
  return after == std::begin(k_unprintable) || std::prev(after)->last < character;
}

// A byte that is not UTF-8, as first_code_point() gives it.
bool is_stray_byte(char32_t character) { return character >= 0xDC80 && character <= 0xDCFF; }

// Controls but the tab, what ends lines or turns their direction, and stray bytes, which may be controls elsewhere.
bool commands_terminals(char32_t character) {
  return (character < 0x20 && character != U'\t') || (character >= 0x7F && character < 0xA0) || character == 0x061C ||
         (character >= 0x200E && character <= 0x200F) || (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069) || is_stray_byte(character);
}

// \x1b, \u200b or \U000e0001: in as many digits as the character needs.
void add_escape(std::string& text, char32_t character) {
  static constexpr char k_digits[] = "0123456789abcdef";
  const int n_digits = character < 0x100 ? 2 : character < 0x10000 ? 4 : 8;
  text += '\\';
  text += n_digits == 2 ? 'x' : n_digits == 4 ? 'u' : 'U';
  for (int shift = 4 * (n_digits - 1); shift >= 0; shift -= 4) text += k_digits[character >> shift & 15];
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    shown.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    auto [character, size] = first_code_point(text);
    if (is_printable(character)) {
      shown += text.substr(0, size);
    } else {
      shown += '?';
    }
    text.remove_prefix(size);
  }
  return shown;
}

std::string harmless(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto [character, size] = first_code_point(text);
    if (commands_terminals(character))
      add_escape(shown, is_stray_byte(character) ? character & 0xFF : character);
    else
      shown += text.substr(0, size);
    text.remove_prefix(size);
  }
  for (auto at = command_in(shown); at != shown.npos; at = command_in(shown)) {
    std::string escape;
    add_escape(escape, static_cast<unsigned char>(shown[at]));
    shown.replace(at, 1, escape);
  }
  return shown;
}

std::size_t command_in(std::string_view line) {
  const auto first = std::find_if(line.begin(), line.end(), [](char c) { return c > ' ' && c <= '~'; });
  const auto at = static_cast<std::size_t>(first - line.begin());
  return line.substr(at).starts_with("::") ? at : line.find("##[");
}

std::string quoted(std::string_view text) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string shown(1, quote);
  while (!text.empty()) {
    auto [character, size] = first_code_point(text);
    if (character == U'\n') {
      shown += "\\n";
    } else if (character == U'\r') {
      shown += "\\r";
    } else if (character == U'\t') {
      shown += "\\t";
    } else if (!is_printable(character)) {
      add_escape(shown, character);
    } else {
      if (character == U'\\' || character == static_cast<char32_t>(quote)) shown += '\\';
      shown += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return shown += quote;
}

std::size_t length_of(std::string_view text) { return decode_utf8(text).size(); }

}  // namespace covey::base
