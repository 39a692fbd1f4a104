#include <algorithm>
#include <charconv>
#include <covey/base/utf8.hpp>
#include <covey/config/python_text.hpp>
#include <cstdlib>
#include <limits>
#include <string>

namespace covey::config {

namespace {

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool ends_line(char32_t c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number's text without the underscores, which Python allows between digits; nothing where they stand elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (text[i] != '_') {
      plain += text[i];
    } else if (!between) {
      return std::nullopt;
    }
  }
  return plain;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

std::string_view left_stripped(std::string_view text) {
  while (!text.empty()) {
    auto [character, size] = base::first_code_point(text);
    if (!is_space(character)) break;
    text.remove_prefix(size);
  }
  return text;
}

std::string_view stripped(std::string_view text) { return right_stripped(left_stripped(text)); }

std::string_view right_stripped(std::string_view text) {
  std::size_t end = 0;  // after the last character that is no blank
  for (std::size_t at = 0; at < text.size();) {
    auto [character, size] = base::first_code_point(text.substr(at));
    at += size;
    if (!is_space(character)) end = at;
  }
  return text.substr(0, end);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto [character, size] = base::first_code_point(text.substr(at));
    if (!ends_line(character)) {
      at += size;
      continue;
    }
    lines.push_back(text.substr(start, at - start));
    at += text.substr(at).starts_with("\r\n") ? 2 : size;
    start = at;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const auto end = text.find(separator, start);
    parts.push_back(text.substr(start, end == text.npos ? text.npos : end - start));
    if (end == text.npos) return parts;
    start = end + 1;
  }
}

std::optional<std::int64_t> python_int(std::string_view text) {
  auto plain = without_underscores(stripped(text));
  if (!plain || plain->empty()) return std::nullopt;
  std::string_view digits = *plain;
  if (digits[0] == '+') digits.remove_prefix(1);
  if (plain->starts_with("+-")) return std::nullopt;
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<double> python_float(std::string_view text) {
  auto plain = without_underscores(stripped(text));
  if (!plain) return std::nullopt;
  std::string_view number = *plain;
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  const auto word = lower(number);
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::infinity();
  if (word != "inf" && word != "infinity") {
    if (number.empty() || !(is_digit(number[0]) || number[0] == '.')) return std::nullopt;
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (end != number.data() + number.size() || error == std::errc::invalid_argument) return std::nullopt;
    // Python makes what is too large infinite, and what is too small zero: strtod says which.
    if (error != std::errc()) value = std::strtod(std::string(number).c_str(), nullptr);
  }
  return negative ? -value : value;
}

std::optional<std::size_t> find_bad_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    auto [character, size] = base::first_code_point(text.substr(at));
    if (character >= 0xDC80 && character <= 0xDCFF) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace covey::config
