#include <covey/source/python_regex.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace covey::source {
namespace {

// What Python's \s matches, and what it does not, as members of a PCRE2 class. PCRE2's own lacks \x1c to \x1f, and with
// Unicode properties has U+180E.
constexpr std::string_view k_space_ascii = R"(\x09-\x0d\x1c-\x20)";
constexpr std::string_view k_no_space_ascii = R"(\x00-\x08\x0e-\x1b\x21-\xff)";
constexpr std::string_view k_space_flag_a = R"(\x09-\x0d\x20)";
constexpr std::string_view k_no_space_flag_a = R"(\x00-\x08\x0e-\x1f\x21-\xff)";
constexpr std::string_view k_beyond_flag_a = R"(\x{100}-\x{10ffff})";
constexpr std::string_view k_space_unicode =
    R"(\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view k_no_space_unicode =
    R"(\x00-\x08\x0e-\x1b\x21-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_name(std::string_view text) {
  if (text.empty() || is_digit(text[0])) return false;
  for (char c : text)
    if (!is_letter(c) && !is_digit(c) && c != '_' && static_cast<unsigned char>(c) < 128) return false;
  return true;
}

std::string code_point(std::uint32_t value) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::string digits;
  for (; value != 0 || digits.size() < 2; value >>= 4) digits.insert(digits.begin(), k_hex[value & 15]);
  return "\\x{" + digits + "}";
}

// One character of a class: a single one, or several such as \d.
struct Member {
  std::optional<std::uint32_t> code;
  std::string text;
};

class Translator {
 public:
  Translator(std::string_view pattern, bool unicode) : m_in(pattern), m_unicode(unicode) {}

  base::Result<Pcre2Pattern> run();

 private:
  bool done() const { return m_at == m_in.size(); }
  char peek(std::size_t ahead = 0) const { return m_at + ahead < m_in.size() ? m_in[m_at + ahead] : '\0'; }
  bool at(std::string_view text) const { return m_in.substr(m_at, text.size()) == text; }
  bool fail(std::string_view what);
  bool take_global_flags();
  bool take_element();
  bool take_group();
  bool take_group_name(std::string_view before, char close, std::string_view after);
  bool take_condition();
  bool take_scoped_flags();
  void take_brace();
  bool take_escape();
  bool take_numbered_escape();
  bool take_class();
  bool take_member(Member& member);
  std::optional<std::uint32_t> take_code();
  std::optional<std::uint32_t> take_hex(std::size_t digits);
  std::string category(char letter) const;
  std::uint32_t take_character();
  void skip_comment();

  std::string_view m_in;
  std::size_t m_at = 0;
  bool m_unicode;
  std::vector<bool> m_verbose{false};  // by group
  Pcre2Pattern m_out;
  std::string m_error;
};

bool Translator::fail(std::string_view what) {
  m_error = std::string(what) + " at position " + std::to_string(m_at);
  return false;
}

base::Result<Pcre2Pattern> Translator::run() {
  bool good = take_global_flags();
  while (good && !done()) good = take_element();
  if (good && m_verbose.size() > 1) good = fail("missing ), unterminated subpattern");
  if (!good) return base::fail(base::ErrorKind::usage, "", m_error);
  return std::move(m_out);
}

// "(?is)" at the very start.
bool Translator::take_global_flags() {
  if (!at("(?") || !is_letter(peek(2)) || peek(2) == 'P') return true;
  auto close = m_in.find_first_not_of("aiLmsux", m_at + 2);
  if (close == std::string_view::npos || m_in[close] != ')') return true;
  for (char flag : m_in.substr(m_at + 2, close - m_at - 2)) {
    if (flag == 'L') return fail("bad inline flags: cannot use 'L' flag with a str pattern");
    if (flag == 'i') m_out.ignore_case = true;
    if (flag == 's') m_out.dot_all = true;
    if (flag == 'a') m_out.ascii_only = true;
    if (flag == 'x') m_verbose[0] = true;
  }
  m_out.has_flags = true;
  m_at = close + 1;
  return take_global_flags();
}

bool Translator::take_element() {
  char c = peek();
  bool verbose = m_verbose.back();
  if (verbose && (c == ' ' || (c >= '\t' && c <= '\r'))) return ++m_at, true;
  if (verbose && c == '#') return skip_comment(), true;
  if (c == '\\') return take_escape();
  if (c == '[') return take_class();
  if (c == '(') return take_group();
  if (c == '{') return take_brace(), true;
  if (c == ')') {
    if (m_verbose.size() == 1) return fail("unbalanced parenthesis");
    m_verbose.pop_back();
  }
  if (static_cast<unsigned char>(c) >= 128) m_out.needs_unicode = true;
  m_out.text += c;
  ++m_at;
  return true;
}

void Translator::skip_comment() {
  auto end = m_in.find('\n', m_at);
  m_at = end == std::string_view::npos ? m_in.size() : end + 1;
}

// {,n} counts from zero for Python; braces that are no quantifier are themselves for both.
void Translator::take_brace() {
  auto end = m_at + 1;
  auto digits = [&] {
    auto begin = end;
    while (end < m_in.size() && is_digit(m_in[end])) ++end;
    return m_in.substr(begin, end - begin);
  };
  auto low = digits();
  bool comma = end < m_in.size() && m_in[end] == ',';
  if (comma) ++end;
  auto high = comma ? digits() : low;
  bool quantifier = end < m_in.size() && m_in[end] == '}' && (comma || !low.empty());
  if (!quantifier) {
    m_out.text += "\\{";
    ++m_at;
    return;
  }
  m_out.text.append("{").append(low.empty() ? "0" : low).append(comma ? "," : "").append(comma ? high : "").append("}");
  m_at = end + 1;
}

bool Translator::take_group() {
  bool verbose = m_verbose.back();
  if (at("(*")) return fail("nothing to repeat");
  if (at("(?#")) {
    auto end = m_in.find(')', m_at);
    if (end == std::string_view::npos) return fail("missing ), unterminated comment");
    m_at = end + 1;
    return true;
  }
  if (at("(?P=")) return m_at += 4, take_group_name("(?P=", ')', ")");
  if (at("(?(")) return take_condition();
  if (at("(?P<")) {
    m_at += 4;
    if (!take_group_name("(?P<", '>', ">")) return false;
    m_verbose.push_back(verbose);
    return true;
  }
  if (!at("(?")) {
    m_out.text += '(';
    ++m_at;
    m_verbose.push_back(verbose);
    return true;
  }
  for (std::string_view opening : {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
    if (!at(opening)) continue;
    m_out.text += opening;
    m_at += opening.size();
    m_verbose.push_back(verbose);
    return true;
  }
  return take_scoped_flags();
}

bool Translator::take_group_name(std::string_view before, char close, std::string_view after) {
  auto end = m_in.find(close, m_at);
  if (end == std::string_view::npos) return fail("missing group name");
  auto name = m_in.substr(m_at, end - m_at);
  if (!is_name(name)) return fail("bad character in group name");
  m_out.text.append(before).append(name).append(after);
  m_at = end + 1;
  return true;
}

bool Translator::take_condition() {
  m_at += 3;
  m_verbose.push_back(m_verbose.back());
  if (!is_digit(peek())) return take_group_name("(?(<", ')', ">)");
  auto end = m_in.find(')', m_at);
  if (end == std::string_view::npos) return fail("missing ), unterminated name");
  m_out.has_numbers = true;
  m_out.text.append("(?(").append(m_in.substr(m_at, end - m_at)).append(")");
  m_at = end + 1;
  return true;
}

// "(?i-s:": flags for what the group holds. Verbose text is made plain here, so PCRE2 never sees that flag.
bool Translator::take_scoped_flags() {
  std::string flags = "(?";
  bool verbose = m_verbose.back();
  bool off = false;
  for (m_at += 2; !done() && peek() != ':'; ++m_at) {
    char flag = peek();
    if (flag == ')') return fail("global flags not at the start of the expression");
    if (flag == 'x') verbose = !off;
    if (flag == '-' && !off)
      off = true, flags += '-';
    else if (flag == 'i' || flag == 'm' || flag == 's')
      flags += flag;
    else if (flag != 'x' && flag != 'u')
      return fail(flag == 'a' || flag == 'L' ? "unsupported flag" : "unknown extension");
  }
  if (done()) return fail("missing :");
  if (flags.back() == '-') flags.pop_back();
  m_out.text += flags + ":";
  m_verbose.push_back(verbose);
  ++m_at;
  return true;
}

bool Translator::take_escape() {
  char c = peek(1);
  if (m_at + 1 == m_in.size()) return fail("bad escape (end of pattern)");
  std::string_view as_is = "AbB";
  if (c >= '1' && c <= '9') return take_numbered_escape();
  if (as_is.find(c) != std::string_view::npos) {
    m_out.text += {'\\', c};
  } else if (c == 'Z' || c == 'z') {
    m_out.text += "\\z";
  } else if (auto members = category(c); !members.empty()) {
    m_out.text += "[" + members + "]";
  } else {
    auto code = take_code();
    if (!code) return false;
    m_out.text += code_point(*code);
    return true;
  }
  m_at += 2;
  return true;
}

// \1 to \99 refer to groups, but three octal digits are a character.
bool Translator::take_numbered_escape() {
  bool two = is_digit(peek(2));
  if (two && is_octal(peek(1)) && is_octal(peek(2)) && is_octal(peek(3))) {
    auto value = static_cast<std::uint32_t>((peek(1) - '0') * 64 + (peek(2) - '0') * 8 + (peek(3) - '0'));
    if (value > 0377) return fail("octal escape value outside of range 0-0o377");
    m_out.needs_unicode = m_out.needs_unicode || value > 127;
    m_out.text += code_point(value);
    m_at += 4;
    return true;
  }
  m_out.has_numbers = true;
  m_out.text.append("\\g{").append(m_in.substr(m_at + 1, two ? 2 : 1)).append("}");
  m_at += two ? 3 : 2;
  return true;
}

// The members that \d, \w, \s or their opposites stand for; nothing for any other letter.
std::string Translator::category(char letter) const {
  bool unicode = m_unicode && !m_out.ascii_only;
  switch (letter) {
    case 'd':
      return unicode ? "\\p{Nd}" : "0-9";
    case 'D':
      return unicode ? "\\P{Nd}" : "\\D";
    case 'w':
      return unicode ? "\\p{L}\\p{N}_" : "a-zA-Z0-9_";
    case 'W':
      return "\\W";
    case 's':
      return std::string(unicode ? k_space_unicode : m_out.ascii_only ? k_space_flag_a : k_space_ascii);
    case 'S':
      if (m_out.ascii_only) return std::string(k_no_space_flag_a).append(m_unicode ? k_beyond_flag_a : "");
      return std::string(unicode ? k_no_space_unicode : k_no_space_ascii);
    default:
      return "";
  }
}

// The character that an escape stands for, at its backslash.
std::optional<std::uint32_t> Translator::take_code() {
  constexpr std::pair<char, std::uint32_t> k_letters[] = {{'a', 7},  {'b', 8}, {'f', 12}, {'n', 10},
                                                          {'r', 13}, {'t', 9}, {'v', 11}};
  char c = peek(1);
  for (auto [letter, code] : k_letters)
    if (letter == c) return m_at += 2, code;
  if (c == 'x') return take_hex(2);
  if (c == 'u') return take_hex(4);
  if (c == 'U') return take_hex(8);
  if (is_octal(c)) {
    std::uint32_t value = 0;
    std::size_t length = 1;
    for (; length <= 3 && is_octal(peek(length)); ++length)
      value = value * 8 + static_cast<std::uint32_t>(peek(length) - '0');
    if (value > 0377) return fail("octal escape value outside of range 0-0o377"), std::nullopt;
    m_at += length;
    m_out.needs_unicode = m_out.needs_unicode || value > 127;
    return value;
  }
  if (is_letter(c) || is_digit(c)) return fail(std::string("bad escape \\") + c), std::nullopt;
  ++m_at;
  return take_character();
}

std::optional<std::uint32_t> Translator::take_hex(std::size_t digits) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    char c = static_cast<char>(peek(2 + i) | 0x20);
    bool hex = is_digit(peek(2 + i)) || (c >= 'a' && c <= 'f');
    if (!hex) return fail("incomplete escape"), std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(is_digit(peek(2 + i)) ? peek(2 + i) - '0' : c - 'a' + 10);
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return fail("bad escape"), std::nullopt;
  m_out.needs_unicode = m_out.needs_unicode || value > 127;
  m_at += 2 + digits;
  return value;
}

// One character of the pattern, of any length in bytes.
std::uint32_t Translator::take_character() {
  auto lead = static_cast<unsigned char>(peek());
  ++m_at;
  if (lead < 0xC0) return lead;
  m_out.needs_unicode = true;
  std::uint32_t value = lead & (lead < 0xE0 ? 0x1F : lead < 0xF0 ? 0x0F : 0x07);
  while (!done() && (static_cast<unsigned char>(peek()) & 0xC0) == 0x80)
    value = (value << 6) | (static_cast<unsigned char>(m_in[m_at++]) & 0x3F);
  return value;
}

bool Translator::take_class() {
  ++m_at;
  m_out.text += '[';
  if (peek() == '^') {
    m_out.text += '^';
    ++m_at;
  }
  for (bool first = true; done() || peek() != ']' || first; first = false) {
    if (done()) return fail("unterminated character set");
    Member low;
    if (!take_member(low)) return false;
    bool range = peek() == '-' && m_at + 1 < m_in.size() && peek(1) != ']';
    if (!range) {
      m_out.text += low.text;
      continue;
    }
    ++m_at;
    Member high;
    if (!take_member(high)) return false;
    if (!low.code || !high.code || *low.code > *high.code) return fail("bad character range");
    m_out.text += low.text + "-" + high.text;
  }
  ++m_at;
  m_out.text += ']';
  return true;
}

bool Translator::take_member(Member& member) {
  if (done()) return fail("unterminated character set");
  if (peek() == '\\') {
    if (m_at + 1 == m_in.size()) return fail("unterminated character set");
    member.text = category(peek(1));
    if (!member.text.empty()) return m_at += 2, true;
    member.code = take_code();
    if (!member.code) return false;
  } else {
    member.code = take_character();
  }
  member.text = code_point(*member.code);
  return true;
}

}  // namespace

base::Result<Pcre2Pattern> translate_regex(std::string_view pattern, bool unicode) {
  return Translator(pattern, unicode).run();
}

}  // namespace covey::source
