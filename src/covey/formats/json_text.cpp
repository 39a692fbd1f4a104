#include <algorithm>
#include <charconv>
#include <covey/base/float_text.hpp>
#include <covey/base/utf8.hpp>
#include <covey/formats/json_text.hpp>
#include <iterator>

namespace covey::formats {

void JsonText::open(char bracket) {
  begin_item();
  m_text += bracket;
  ++m_depth;
  m_is_first = true;
}

void JsonText::close(char bracket) {
  --m_depth;
  if (!m_is_first) break_line();
  m_text += bracket;
  m_is_first = false;
}

void JsonText::key(const char* name) {
  begin_item();
  m_text += '"';
  m_text += name;
  m_text += "\": ";
  m_follows_key = true;
}

void JsonText::key(const std::string& name) {
  begin_item();
  add_string(name);
  m_text += ": ";
  m_follows_key = true;
}

void JsonText::value(std::int64_t number) {
  begin_item();
  char digits[24];
  m_text.append(digits, std::to_chars(digits, std::end(digits), number).ptr);
}

void JsonText::value(double number) {
  begin_item();
  m_text += base::float_repr(number);
}

void JsonText::value(bool truth) {
  begin_item();
  m_text += truth ? "true" : "false";
}

void JsonText::null() {
  begin_item();
  m_text += "null";
}

void JsonText::value(std::string_view text) {
  begin_item();
  add_string(text);
}

void JsonText::begin_item() {
  if (std::exchange(m_follows_key, false)) return;
  if (!m_is_first) m_text += m_pretty ? "," : ", ";
  if (m_depth > 0) break_line();
  m_is_first = false;
}

void JsonText::break_line() {
  if (!m_pretty) return;
  m_text += '\n';
  m_text.append(m_depth * 4, ' ');
}

void JsonText::add_string(std::string_view text) {
  auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  m_text += '"';
  for (;;) {
    auto plain = std::find_if_not(text.begin(), text.end(), is_plain);
    m_text.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    auto [character, size] = base::first_code_point(text);
    text.remove_prefix(size);
    if (character > 0xFFFF) {
      add_escape(0xD800 + ((character - 0x10000) >> 10));
      add_escape(0xDC00 + (character & 0x3FF));
    } else {
      add_escape(character);
    }
  }
  m_text += '"';
}

// A UTF-16 unit.
void JsonText::add_escape(char32_t unit) {
  static constexpr std::string_view k_named = "\"\\\b\f\n\r\t";
  static constexpr std::string_view k_names = "\"\\bfnrt";
  static constexpr std::string_view k_digits = "0123456789abcdef";
  m_text += '\\';
  auto named = unit < 0x7F ? k_named.find(static_cast<char>(unit)) : std::string_view::npos;
  if (named != std::string_view::npos) {
    m_text += k_names[named];
    return;
  }
  m_text += 'u';
  for (int shift = 12; shift >= 0; shift -= 4) m_text += k_digits[unit >> shift & 0xF];
}

}  // namespace covey::formats
