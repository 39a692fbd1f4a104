#include <array>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>
#include <covey/report/html_text.hpp>

namespace covey::report {

namespace {

// What append_escaped() has to look at.
constexpr std::array<bool, 256> k_special = [] {
  std::array<bool, 256> special{};
  for (unsigned c = 0; c < 0x20; ++c) special[c] = c != '\t' && c != '\n';
  // The last two begin, among others, U+0080 to U+009F and U+FFFE.
  for (unsigned c : {'&' + 0U, '<' + 0U, '>' + 0U, '"' + 0U, '\'' + 0U, 0x7FU, 0xC2U, 0xEFU}) special[c] = true;
  return special;
}();

// In UTF-8.
constexpr std::string_view k_replacement = "\xEF\xBF\xBD";

bool is_control(char32_t c) { return c >= 0x80 && c < 0xA0; }
bool is_no_character(char32_t c) { return c == 0xFFFE || c == 0xFFFF || (c >= 0xFDD0 && c <= 0xFDEF); }

void append_picture(std::string& html, unsigned char control) {
  const auto offset = control == 0x7F ? 0x21 : control;  // from U+2400
  html += "\xE2\x90";
  html += static_cast<char>(0x80 + offset);
}

// Adds the first character of `text`, one of the special ones, and returns its size.
std::size_t append_special(std::string& html, std::string_view text) {
  switch (text[0]) {
    case '&':
      html += "&amp;";
      return 1;
    case '<':
      html += "&lt;";
      return 1;
    case '>':
      html += "&gt;";
      return 1;
    case '"':
      html += "&quot;";
      return 1;
    case '\'':
      html += "&#x27;";
      return 1;
    default:
      break;
  }
  const auto [character, size] = base::first_code_point(text);
  if (character < 0x80) {
    append_picture(html, static_cast<unsigned char>(character));
  } else if (is_control(character) || is_no_character(character)) {
    html += k_replacement;
  } else {
    html += text.substr(0, size);
  }
  return size;
}

bool is_plain_in_links(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

void append_escaped(std::string& html, std::string_view text) {
  std::size_t plain = 0;  // where what has not been added yet begins
  for (std::size_t at = 0; at < text.size();) {
    if (!k_special[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    html += text.substr(plain, at - plain);
    at += append_special(html, text.substr(at));
    plain = at;
  }
  html += text.substr(plain);
}

std::string escaped_name(std::string_view name) {
  std::string html;
  append_escaped(html, base::printable(name));
  return html;
}

std::string link_to(std::string_view name) {
  static constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string link;
  for (char c : name) {
    if (is_plain_in_links(c)) {
      link += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      link += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  return link;
}

}  // namespace covey::report
