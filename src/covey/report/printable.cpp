#include <algorithm>
#include <covey/base/utf8.hpp>
#include <covey/report/printable.hpp>

namespace covey::report {

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

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    auto [character, size] = base::first_code_point(text);
    if (is_printable(character)) {
      shown += text.substr(0, size);
    } else {
      shown += '?';
    }
    text.remove_prefix(size);
  }
  return shown;
}

std::size_t length_of(std::string_view text) { return base::decode_utf8(text).size(); }

}  // namespace covey::report
