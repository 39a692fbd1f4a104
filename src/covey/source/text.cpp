#include <algorithm>
#include <covey/source/encodings.hpp>
#include <covey/source/text.hpp>
#include <cstdint>
#include <cstring>

namespace covey::source {
namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t k_block = 64;                         // what the compiler turns into a few vector instructions

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The bytes of one character at the start of `bytes`, or of what the Unicode standard calls the longest start of one:
// that is what one U+FFFD stands for.
struct Character {
  std::size_t length;
  bool valid;
};

Character first_character(std::string_view bytes) {
  auto at = [&](std::size_t i) -> unsigned { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0; };
  unsigned lead = at(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < length; ++i) {
    if (at(i) < low || at(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

bool is_valid_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    auto [length, valid] = first_character(bytes);
    if (!valid) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

// The length of the start of `bytes` that needs no change: UTF-8 without \r and \f.
std::size_t clean_length(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (i + k_block <= bytes.size()) {
      std::uint8_t odd = 0;
      for (std::size_t j = 0; j < k_block; ++j) {
        auto byte = static_cast<std::uint8_t>(bytes[i + j]);
        odd = static_cast<std::uint8_t>(odd | (byte & 0x80) | (byte == '\r') | (byte == '\f'));
      }
      if (odd == 0) {
        i += k_block;
        continue;
      }
    }
    auto stop = std::min(i + k_block, bytes.size());
    while (i < stop) {
      if (bytes[i] == '\r' || bytes[i] == '\f') return i;
      auto [length, valid] = first_character(bytes.substr(i));
      if (!valid) return i;
      i += length;
    }
  }
  return i;
}

// Newlines and form feeds are replaced among the bytes, before they are decoded, as coverage.py does.
std::string with_plain_newlines(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\f') {
      out += ' ';
    } else if (bytes[i] == '\r') {
      out += '\n';
      if (i + 1 < bytes.size() && bytes[i + 1] == '\n') ++i;
    } else {
      out += bytes[i];
    }
  }
  return out;
}

std::string replacing_invalid(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 1);
  while (!bytes.empty()) {
    auto [length, valid] = first_character(bytes);
    out += valid ? bytes.substr(0, length) : k_replacement;
    bytes.remove_prefix(length);
  }
  return out;
}

struct Cookie {
  std::string_view name;  // empty: none
  int line = 0;
  std::string_view lines;  // what was looked at
};

std::string_view first_line(std::string_view bytes) { return bytes.substr(0, bytes.find_first_of("\r\n")); }

std::string_view without_blanks(std::string_view line) {
  auto start = line.find_first_not_of(" \t\f");
  return start == std::string_view::npos ? std::string_view() : line.substr(start);
}

// "# -*- coding: latin-1 -*-": the name after the first "coding:" or "coding=" of a comment that has one.
std::string_view cookie_name(std::string_view line) {
  auto comment = without_blanks(line);
  if (comment.empty() || comment[0] != '#') return {};
  for (auto at = comment.find("coding"); at != std::string_view::npos; at = comment.find("coding", at + 1)) {
    auto rest = comment.substr(at + 6);
    if (rest.empty() || (rest[0] != ':' && rest[0] != '=')) continue;
    rest.remove_prefix(1);
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
    auto end = std::find_if_not(rest.begin(), rest.end(), [](char c) { return is_word(c) || c == '-' || c == '.'; });
    if (end != rest.begin()) return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  }
  return {};
}

Cookie find_cookie(std::string_view bytes) {
  auto first = first_line(bytes);
  if (auto name = cookie_name(first); !name.empty()) return {name, 1, first};
  auto text = without_blanks(first);
  if (!text.empty() && text[0] != '#') return {{}, 0, first};
  auto rest = bytes.substr(first.size());
  if (rest.empty()) return {{}, 0, first};
  rest.remove_prefix(rest.substr(0, 2) == "\r\n" ? 2 : 1);
  auto second = first_line(rest);
  auto both = bytes.substr(0, static_cast<std::size_t>(second.data() + second.size() - bytes.data()));
  if (auto name = cookie_name(second); !name.empty()) return {name, 2, both};
  return {{}, 0, both};
}

// `in_python` is what tokenize says, which coverage.py repeats.
tl::unexpected<base::Error> bad_encoding(std::string what, int line, std::string in_python) {
  what += " at line " + std::to_string(line);
  return tl::unexpected(base::Error{base::ErrorKind::format, "", std::move(what), "", std::move(in_python)});
}

// CPython takes the first twelve characters for these two: "utf-8-unix" is UTF-8, "latin-1-unix" is Latin 1.
std::string encoding_of(const Cookie& cookie) {
  auto name = normalized_encoding(cookie.name);
  for (std::string_view known : {"utf_8", "latin_1", "iso_8859_1", "iso_latin_1"}) {
    bool longer = name.size() > known.size() && name.compare(0, known.size(), known) == 0 && name[known.size()] == '_';
    if (name == known || longer) return known == "utf_8" ? "utf_8" : "latin_1";
  }
  return name;
}

std::string ended(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

}  // namespace

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + k_block <= text.size(); i += k_block) {
    unsigned char all = 0;
    for (std::size_t j = 0; j < k_block; ++j) all = static_cast<unsigned char>(all | text[i + j]);
    if (all >= 0x80) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

base::Result<std::string> decode(std::string_view bytes) {
  bool marked = bytes.substr(0, k_byte_order_mark.size()) == k_byte_order_mark;
  if (marked) bytes.remove_prefix(k_byte_order_mark.size());
  Cookie cookie = find_cookie(bytes);
  std::string encoding = cookie.name.empty() ? "utf_8" : encoding_of(cookie);
  const std::string name(cookie.name);
  if (marked && encoding != "utf_8")
    return bad_encoding("byte order mark of UTF-8 beside the encoding '" + name + "'", cookie.line,
                        "encoding problem: utf-8");
  if (!is_utf8_name(encoding)) {
    auto text = to_utf8(with_plain_newlines(bytes), encoding);
    if (!text) return bad_encoding("unknown encoding '" + name + "'", cookie.line, "unknown encoding: " + name);
    return ended(std::move(*text));
  }
  auto clean = clean_length(bytes);
  if (clean == bytes.size()) {
    std::string text;
    text.reserve(bytes.size() + 1);
    text = bytes;
    return ended(std::move(text));
  }
  if (!is_valid_utf8(cookie.lines)) {
    auto line = is_valid_utf8(first_line(bytes)) ? 2 : 1;
    return bad_encoding("not UTF-8, and no encoding declared,", line, "invalid or missing encoding declaration");
  }
  return ended(replacing_invalid(with_plain_newlines(bytes)));
}

std::string_view leading_line(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    std::size_t size = 0;  // of the line's end, where one stands here
    if (byte == '\n' || byte == '\v' || byte == '\f' || (byte >= 0x1c && byte <= 0x1e)) size = 1;
    if (byte == 0xc2 && text.substr(at, 2) == "\xc2\x85") size = 2;
    if (byte == 0xe2 && (text.substr(at, 3) == "\xe2\x80\xa8" || text.substr(at, 3) == "\xe2\x80\xa9")) size = 3;
    if (size != 0) return text.substr(0, at + size);
  }
  return text;
}

int count_lines(std::string_view text) {
  int lines = 0;
  for (; !text.empty(); text.remove_prefix(leading_line(text).size())) ++lines;
  return lines;
}

}  // namespace covey::source
