// What each byte of a Python text can begin.
#pragma once

#include <array>
#include <cstdint>

namespace covey::source {

enum class ByteClass : std::uint8_t {
  bad,
  blank,
  newline,
  comment,
  name,
  digit,
  quote,
  dot,
  op,
  opening,
  closing,
  backslash
};

inline constexpr std::array<ByteClass, 256> k_byte_class = [] {
  std::array<ByteClass, 256> table{};
  auto set = [&](const char* bytes, ByteClass kind) {
    for (; *bytes != 0; ++bytes) table[static_cast<unsigned char>(*bytes)] = kind;
  };
  set(" \t\f\r", ByteClass::blank);
  set("\n", ByteClass::newline);
  set("#", ByteClass::comment);
  set("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", ByteClass::name);
  for (int i = 128; i < 256; ++i) table[i] = ByteClass::name;  // the compiler judges which of them may stand in names
  set("0123456789", ByteClass::digit);
  set("'\"", ByteClass::quote);
  set(".", ByteClass::dot);
  set("!%&*+,-/:;<=>@^|~", ByteClass::op);
  set("([{", ByteClass::opening);
  set(")]}", ByteClass::closing);
  set("\\", ByteClass::backslash);
  return table;
}();

inline ByteClass class_of(char c) { return k_byte_class[static_cast<unsigned char>(c)]; }

// Whether a name may have the byte behind its first one.
inline bool continues_name(char c) { return class_of(c) == ByteClass::name || class_of(c) == ByteClass::digit; }

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of names, numbers, blanks and operators: all that can stand in a statement without any bearing on where it
// ends.
inline constexpr std::array<bool, 256> k_is_plain = [] {
  std::array<bool, 256> table{};
  for (int i = 0; i < 256; ++i) {
    auto kind = k_byte_class[i];
    table[i] = kind == ByteClass::blank || kind == ByteClass::name || kind == ByteClass::digit ||
               kind == ByteClass::dot || (kind == ByteClass::op && i != ':' && i != ';');
  }
  return table;
}();

// What the letters before a quote make of a string.
struct StringPrefix {
  bool valid = false;
  bool is_raw = false;
  bool is_bytes = false;
  bool is_template = false;
};

// "", "r", "Rb", "f", "tr"…: the case does not matter, the order neither but for u, which stands alone.
constexpr StringPrefix string_prefix(const char* letters, std::size_t length) {
  StringPrefix prefix{true};
  bool unicode = false;
  for (std::size_t i = 0; i < length; ++i) {
    char c = static_cast<char>(letters[i] | 0x20);
    bool first_of_kind = !prefix.is_bytes && !prefix.is_template && !unicode;
    if (c == 'r' && !prefix.is_raw && !unicode)
      prefix.is_raw = true;
    else if (c == 'b' && first_of_kind)
      prefix.is_bytes = true;
    else if ((c == 'f' || c == 't') && first_of_kind)
      prefix.is_template = true;
    else if (c == 'u' && length == 1)
      unicode = true;
    else
      return {};
  }
  return prefix;
}

}  // namespace covey::source
