// What CPython 3.14's re._parser refuses, in the order in which it would notice, and the look-behind that its compiler
// refuses. Every item of the pattern is read for its width and for whether it may be repeated, and is not kept.
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>
#include <covey/source/python_regex_syntax.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace covey::source {
namespace {

constexpr std::uint64_t k_unlimited = 0xFFFFFFFF;  // MAXREPEAT, and the widest match there is
constexpr int k_deepest = 2000;                    // Python raises RecursionError long before
constexpr std::uint64_t k_most_groups = 0x3FFFFFFF;
constexpr std::u32string_view k_flags = U"iLmsxau";

// Widths of what can match, in characters.
struct Width {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  void add(const Width& other) {
    low = std::min(low + other.low, k_unlimited);
    high = std::min(high + other.high, k_unlimited);
  }
  static Width either(const Width& one, const Width& other) {
    return {std::min(one.low, other.low), std::max(one.high, other.high)};
  }
};

// One item of a sequence. The first are those that cannot be repeated.
struct Item {
  enum class Kind { place, repeat, other };
  Kind kind = Kind::other;
  Width width;
};

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_octal(char32_t c) { return c >= U'0' && c <= U'7'; }
bool is_hex(char32_t c) { return is_digit(c) || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F'); }
bool is_ascii_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_letter(char32_t c) { return is_ascii_letter(c) || c >= 0x80; }
bool is_blank(char32_t c) { return c == U' ' || (c >= U'\t' && c <= U'\r'); }
bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != set.npos; }

std::string utf8(std::u32string_view text) {
  std::string out;
  for (char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
              static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
  }
  return out;
}

bool is_name(std::u32string_view text) {
  if (text.empty() || is_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return is_letter(c) || is_digit(c) || c == U'_'; });
}

bool is_number(std::u32string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// The value of decimal digits, or something above every limit.
std::uint64_t value_of(std::u32string_view digits) {
  std::uint64_t value = 0;
  for (char32_t c : digits) value = std::min<std::uint64_t>(value * 10 + (c - U'0'), k_unlimited + 1);
  return value;
}

class Checker {
 public:
  explicit Checker(std::string_view pattern) : m_in(base::decode_utf8(pattern)) {
    const auto last_other = m_in.find_last_not_of(U'\\');
    const auto backslashes = m_in.size() - (last_other == m_in.npos ? 0 : last_other + 1);
    if (backslashes % 2 == 1) m_lone_backslash = m_in.size() - 1;
  }

  base::Result<void> run();

 private:
  // A character of the pattern, or a backslash with what it escapes; empty at the end.
  using Token = std::u32string_view;

  Token next() const;
  bool done() const { return m_at >= m_in.size(); }
  bool at(char32_t c) const { return next() == Token(&c, 1); }
  bool take(char32_t c) { return at(c) ? (m_at += 1, true) : false; }
  Token take();
  std::size_t take_while(std::size_t most, bool (*fits)(char32_t));

  // Remembers the first error, `back` characters before the place reached; always false.
  bool fail(const std::string& what, std::size_t back = 0);
  bool fail_at(const std::string& what, std::size_t position);

  bool take_alternatives(bool verbose, int depth, Width& width);
  bool take_sequence(bool verbose, int depth, bool first, Width& width);
  bool take_item(Token token, bool& verbose, int depth, bool first, std::vector<Item>& items);
  bool take_class();
  bool take_class_member(Token token, std::optional<std::uint32_t>& code);
  bool take_repeat(Token token, std::vector<Item>& items);
  std::optional<Width> take_bounds(Token token, std::size_t here);
  bool take_group(bool& verbose, int depth, bool first, std::vector<Item>& items);
  bool take_extension(bool& verbose, int depth, bool first, std::size_t start, std::vector<Item>& items);
  bool take_named(bool verbose, int depth, std::size_t start, std::vector<Item>& items);
  bool take_comment(std::size_t start);
  bool take_look_around(bool verbose, int depth, std::size_t start, char32_t kind, std::vector<Item>& items);
  bool take_condition(bool verbose, int depth, std::size_t start, std::vector<Item>& items);
  bool take_flags(char32_t flag, bool& verbose, int depth, bool first, std::size_t start, std::vector<Item>& items);
  bool take_flags_off(bool& verbose, const std::u32string& on);
  bool take_group_body(bool verbose, int depth, std::size_t start, std::optional<std::size_t> group,
                       std::vector<Item>& items);
  bool take_escape(Token token, Item& item);
  bool take_code(Token token, std::uint32_t& code);
  bool take_hex(Token token, std::size_t digits, std::uint32_t& code);
  bool take_group_reference(Token token, Item& item);
  bool take_name(char32_t end, std::string_view what, std::u32string_view& name);
  bool refer(std::size_t group, std::size_t back, Item& item);
  bool check_look_behind(std::size_t group);
  bool is_closed(std::size_t group) const { return group < m_groups.size() && m_groups[group].has_value(); }

  std::u32string m_in;
  std::optional<std::size_t> m_lone_backslash;  // one at the very end, which escapes nothing
  std::size_t m_at = 0;
  std::vector<std::optional<Width>> m_groups{std::nullopt};  // by number; without a width while they are open
  std::map<std::u32string_view, std::size_t> m_names;
  std::map<std::uint64_t, std::size_t> m_conditions;  // groups asked for by number, and where first
  std::optional<std::size_t> m_look_behind;           // how many groups there were where the outermost one began
  bool m_verbose = false;                             // the flag for all of the pattern
  bool m_uneven_look_behind = false;
  std::string m_error;
};

Checker::Token Checker::next() const {
  if (done()) return {};
  return Token(m_in).substr(m_at, m_in[m_at] == U'\\' ? 2 : 1);
}

Checker::Token Checker::take() {
  auto token = next();
  m_at += token.size();
  return token;
}

std::size_t Checker::take_while(std::size_t most, bool (*fits)(char32_t)) {
  std::size_t taken = 0;
  while (taken < most && !done() && fits(m_in[m_at])) ++taken, ++m_at;
  return taken;
}

bool Checker::fail(const std::string& what, std::size_t back) { return fail_at(what, m_at - back); }

bool Checker::fail_at(const std::string& what, std::size_t position) {
  if (!m_error.empty()) return false;
  // Python's tokenizer looks one character ahead, and fails there before anything else does.
  const bool reached_end = m_lone_backslash && m_at >= *m_lone_backslash;
  if (reached_end) position = *m_lone_backslash;
  m_error = (reached_end ? "bad escape (end of pattern)" : what) + " at position " + std::to_string(position);
  auto begin = m_in.begin();
  auto end = begin + static_cast<std::ptrdiff_t>(std::min(position, m_in.size()));
  if (std::find(begin, m_in.end(), U'\n') == m_in.end()) return false;
  const auto line = std::count(begin, end, U'\n') + 1;
  auto line_start = std::find(std::make_reverse_iterator(end), std::make_reverse_iterator(begin), U'\n').base();
  const auto column = static_cast<std::ptrdiff_t>(position) - (line_start - begin) + 1;
  m_error += " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
  return false;
}

base::Result<void> Checker::run() {
  Width width;
  bool good = take_alternatives(false, 0, width);
  if (good && !done()) good = fail("unbalanced parenthesis");
  for (auto condition = m_conditions.begin(); good && condition != m_conditions.end(); ++condition)
    if (condition->first >= m_groups.size())
      good = fail_at("invalid group reference " + std::to_string(condition->first), condition->second);
  if (good && m_uneven_look_behind) {
    m_error = "look-behind requires fixed-width pattern";
    good = false;
  }
  if (!good) return base::fail(base::ErrorKind::usage, "", m_error);
  return {};
}

bool Checker::take_alternatives(bool verbose, int depth, Width& width) {
  if (depth > k_deepest) return fail("groups are nested too deeply");
  for (bool first = true;; first = false) {
    Width one;
    if (!take_sequence(verbose, depth + 1, depth == 0 && first, one)) return false;
    width = first ? one : Width::either(width, one);
    if (!take(U'|')) return true;
    if (depth == 0) verbose = m_verbose;
  }
}

bool Checker::take_sequence(bool verbose, int depth, bool first, Width& width) {
  std::vector<Item> items;
  while (!done() && !at(U'|') && !at(U')')) {
    auto token = take();
    if (token == U"\\") return fail("");
    if (verbose && is_blank(token[0])) continue;
    if (verbose && token == U"#") {
      while (!done() && token != U"\n") token = take();
      if (token == U"\\") return fail("");
      continue;
    }
    if (!take_item(token, verbose, depth, first, items)) return false;
  }
  for (const auto& item : items) width.add(item.width);
  return true;
}

bool Checker::take_item(Token token, bool& verbose, int depth, bool first, std::vector<Item>& items) {
  const char32_t c = token[0];
  if (c == U'\\') return take_escape(token, items.emplace_back());
  if (is_one_of(c, U"*+?{")) return take_repeat(token, items);
  if (c == U'(') return take_group(verbose, depth, first, items);
  if (c == U'^' || c == U'$') {
    items.push_back({Item::Kind::place, {}});
    return true;
  }
  items.push_back({Item::Kind::other, {1, 1}});
  return c != U'[' || take_class();
}

bool Checker::take_class() {
  const auto start = m_at - 1;
  auto unterminated = [&] { return fail_at("unterminated character set", start); };
  take(U'^');
  for (bool first = true;; first = false) {
    if (done()) return unterminated();
    auto token = take();
    if (token == U"]" && !first) return true;
    std::optional<std::uint32_t> low;
    if (!take_class_member(token, low)) return false;
    // The whole escape, as Python shows it, is longer than its token for \x41 and the like; only the token is shown.
    if (!take(U'-')) continue;
    if (done()) return unterminated();
    auto that = take();
    if (that == U"]") return true;
    std::optional<std::uint32_t> high;
    if (!take_class_member(that, high)) return false;
    if (!low || !high || *high < *low)
      return fail("bad character range " + utf8(token) + "-" + utf8(that), token.size() + 1 + that.size());
  }
}

bool Checker::take_class_member(Token token, std::optional<std::uint32_t>& code) {
  if (token[0] != U'\\') {
    code = token[0];
    return true;
  }
  if (token.size() < 2) return fail("");
  const char32_t c = token[1];
  if (is_one_of(c, U"dDsSwW")) return true;
  std::uint32_t value = 0;
  if (c == U'b') {
    value = 8;
  } else if (is_octal(c)) {
    const auto begin = m_at - 1;
    take_while(2, is_octal);
    for (char32_t digit : std::u32string_view(m_in).substr(begin, m_at - begin)) value = value * 8 + (digit - U'0');
    const auto length = m_at - begin + 1;
    if (value > 0377)
      return fail("octal escape value " + utf8(std::u32string_view(m_in).substr(begin - 1, length)) +
                      " outside of range 0-0o377",
                  length);
  } else if (is_digit(c)) {
    return fail("bad escape " + utf8(token), 2);
  } else if (!take_code(token, value)) {
    return false;
  }
  code = value;
  return true;
}

// The letters that stand for a character, both in and outside of sets, and the punctuation that stands for itself.
bool Checker::take_code(Token token, std::uint32_t& code) {
  constexpr std::pair<char32_t, std::uint32_t> k_letters[] = {{U'a', 7},  {U'f', 12}, {U'n', 10},
                                                              {U'r', 13}, {U't', 9},  {U'v', 11}};
  const char32_t c = token[1];
  for (auto [letter, value] : k_letters)
    if (letter == c) return code = value, true;
  if (c == U'x') return take_hex(token, 2, code);
  if (c == U'u') return take_hex(token, 4, code);
  if (c == U'U') return take_hex(token, 8, code);
  if (c == U'N') {
    if (!take(U'{')) return fail("missing {");
    std::u32string_view name;
    return take_name(U'}', "character name", name);
  }
  if (is_ascii_letter(c)) return fail("bad escape " + utf8(token), 2);
  code = c;
  return true;
}

bool Checker::take_hex(Token token, std::size_t digits, std::uint32_t& code) {
  const auto begin = m_at;
  const auto taken = take_while(digits, is_hex);
  auto escape = utf8(token) + utf8(std::u32string_view(m_in).substr(begin, taken));
  if (taken < digits) return fail("incomplete escape " + escape, taken + 2);
  code = static_cast<std::uint32_t>(std::stoul(escape.substr(2), nullptr, 16));
  return code <= 0x10FFFF || fail("bad escape " + escape, taken + 2);
}

bool Checker::take_escape(Token token, Item& item) {
  const char32_t c = token[1];
  item.width = {1, 1};
  if (is_one_of(c, U"AbBZz")) {
    item = {Item::Kind::place, {}};
    return true;
  }
  if (is_one_of(c, U"dDsSwW")) return true;
  if (c == U'0') return take_while(2, is_octal), true;
  if (is_digit(c)) return take_group_reference(token, item);
  std::uint32_t code = 0;
  return take_code(token, code);
}

// \1 to \99, but three octal digits are a character.
bool Checker::take_group_reference(Token token, Item& item) {
  const auto begin = m_at - 1;
  auto digits = [&] { return std::u32string_view(m_in).substr(begin, m_at - begin); };
  if (!done() && is_digit(m_in[m_at])) {
    ++m_at;
    if (is_octal(token[1]) && is_octal(m_in[m_at - 1]) && !done() && is_octal(m_in[m_at])) {
      ++m_at;
      return token[1] < U'4' ||
             fail("octal escape value \\" + utf8(digits()) + " outside of range 0-0o377", digits().size() + 1);
    }
  }
  const auto group = value_of(digits());
  if (group >= m_groups.size()) return fail("invalid group reference " + std::to_string(group), digits().size());
  return refer(group, digits().size() + 1, item);
}

// A reference to a group that there is, `back` characters before the place reached.
bool Checker::refer(std::size_t group, std::size_t back, Item& item) {
  if (!is_closed(group)) return fail("cannot refer to an open group", back);
  if (!check_look_behind(group)) return false;
  item.width = *m_groups[group];
  return true;
}

bool Checker::check_look_behind(std::size_t group) {
  if (!m_look_behind) return true;
  if (!is_closed(group)) return fail("cannot refer to an open group");
  return group < *m_look_behind || fail("cannot refer to group defined in the same lookbehind subpattern");
}

bool Checker::take_repeat(Token token, std::vector<Item>& items) {
  const auto here = m_at;
  auto bounds = take_bounds(token, here);
  if (!bounds) {
    if (!m_error.empty()) return false;
    items.push_back({Item::Kind::other, {1, 1}});  // a brace that is no quantifier is itself
    return true;
  }
  if (items.empty() || items.back().kind == Item::Kind::place) return fail_at("nothing to repeat", here - 1);
  auto& item = items.back();
  if (item.kind == Item::Kind::repeat) return fail_at("multiple repeat", here - 1);
  if (!take(U'?')) take(U'+');
  const bool endless = bounds->high == k_unlimited && item.width.high > 0;
  item.kind = Item::Kind::repeat;
  item.width.low = std::min(item.width.low * bounds->low, k_unlimited);
  item.width.high = endless ? k_unlimited : std::min(item.width.high * bounds->high, k_unlimited);
  return true;
}

// How often to repeat; nothing for a brace that is no quantifier, and after an error.
std::optional<Width> Checker::take_bounds(Token token, std::size_t here) {
  if (token == U"?") return Width{0, 1};
  if (token == U"*") return Width{0, k_unlimited};
  if (token == U"+") return Width{1, k_unlimited};
  auto digits = [&] {
    const auto begin = m_at;
    take_while(m_in.size(), is_digit);
    return std::u32string_view(m_in).substr(begin, m_at - begin);
  };
  const bool empty = at(U'}');
  auto low = digits();
  auto high = take(U',') ? digits() : low;
  if (empty || !take(U'}')) {
    m_at = here;
    return std::nullopt;
  }
  Width bounds{low.empty() ? 0 : value_of(low), high.empty() ? k_unlimited : value_of(high)};
  if ((!low.empty() && bounds.low >= k_unlimited) || (!high.empty() && bounds.high >= k_unlimited)) {
    m_error = "the repetition number is too large";
    return std::nullopt;
  }
  if (bounds.high < bounds.low) {
    fail_at("min repeat greater than max repeat", here);
    return std::nullopt;
  }
  return bounds;
}

// Up to `end`, which is taken too.
bool Checker::take_name(char32_t end, std::string_view what, std::u32string_view& name) {
  const auto begin = m_at;
  while (!done() && !at(end)) take();
  name = std::u32string_view(m_in).substr(begin, m_at - begin);
  if (done()) {
    if (name.empty()) return fail("missing " + std::string(what));
    return fail("missing " + utf8({&end, 1}) + ", unterminated name", name.size());
  }
  ++m_at;
  return !name.empty() || fail("missing " + std::string(what), 1);
}

bool Checker::take_group(bool& verbose, int depth, bool first, std::vector<Item>& items) {
  const auto start = m_at - 1;
  if (take(U'?')) return take_extension(verbose, depth, first, start, items);
  m_groups.emplace_back();
  return take_group_body(verbose, depth, start, m_groups.size() - 1, items);
}

bool Checker::take_extension(bool& verbose, int depth, bool first, std::size_t start, std::vector<Item>& items) {
  auto token = take();
  if (token.empty()) return fail("unexpected end of pattern");
  const char32_t c = token[0];
  if (c == U'P') return take_named(verbose, depth, start, items);
  if (c == U':' || c == U'>') return take_group_body(verbose, depth, start, std::nullopt, items);
  if (c == U'#') return take_comment(start);
  if (is_one_of(c, U"=!<")) return take_look_around(verbose, depth, start, c, items);
  if (c == U'(') return take_condition(verbose, depth, start, items);
  if (c == U'-' || is_one_of(c, k_flags)) return take_flags(c, verbose, depth, first, start, items);
  return fail("unknown extension ?" + utf8(token), token.size() + 1);
}

bool Checker::take_named(bool verbose, int depth, std::size_t start, std::vector<Item>& items) {
  std::u32string_view name;
  auto bad_name = [&] { return fail("bad character in group name " + base::quoted(utf8(name)), name.size() + 1); };
  if (take(U'<')) {
    if (!take_name(U'>', "group name", name)) return false;
    if (!is_name(name)) return bad_name();
    const auto group = m_groups.size();
    if (auto known = m_names.find(name); known != m_names.end())
      return fail("redefinition of group name " + base::quoted(utf8(name)) + " as group " + std::to_string(group) +
                      "; was group " + std::to_string(known->second),
                  name.size() + 1);
    m_names.emplace(name, group);
    m_groups.emplace_back();
    return take_group_body(verbose, depth, start, group, items);
  }
  if (take(U'=')) {
    if (!take_name(U')', "group name", name)) return false;
    if (!is_name(name)) return bad_name();
    auto known = m_names.find(name);
    if (known == m_names.end()) return fail("unknown group name " + base::quoted(utf8(name)), name.size() + 1);
    return refer(known->second, name.size() + 1, items.emplace_back());
  }
  auto token = take();
  if (token.empty()) return fail("unexpected end of pattern");
  return fail("unknown extension ?P" + utf8(token), token.size() + 2);
}

bool Checker::take_comment(std::size_t start) {
  while (!done())
    if (take() == U")") return true;
  return fail_at("missing ), unterminated comment", start);
}

bool Checker::take_look_around(bool verbose, int depth, std::size_t start, char32_t kind, std::vector<Item>& items) {
  const bool behind = kind == U'<';
  if (behind) {
    auto token = take();
    if (token.empty()) return fail("unexpected end of pattern");
    if (token != U"=" && token != U"!") return fail("unknown extension ?<" + utf8(token), token.size() + 2);
  }
  const auto outer = m_look_behind;
  if (behind && !m_look_behind) m_look_behind = m_groups.size();
  Width width;
  if (!take_alternatives(verbose, depth + 1, width)) return false;
  if (behind) m_look_behind = outer;
  if (!take(U')')) return fail_at("missing ), unterminated subpattern", start);
  if (behind && width.low != width.high) m_uneven_look_behind = true;
  items.emplace_back();
  return true;
}

bool Checker::take_condition(bool verbose, int depth, std::size_t start, std::vector<Item>& items) {
  std::u32string_view name;
  if (!take_name(U')', "group name", name)) return false;
  std::uint64_t group = 0;
  if (is_number(name)) {
    group = value_of(name);
    if (group == 0) return fail("bad group number", name.size() + 1);
    if (group >= k_most_groups) return fail("invalid group reference " + utf8(name), name.size() + 1);
    m_conditions.emplace(group, m_at - name.size() - 1);
  } else {
    if (!is_name(name)) return fail("bad character in group name " + base::quoted(utf8(name)), name.size() + 1);
    auto known = m_names.find(name);
    if (known == m_names.end()) return fail("unknown group name " + base::quoted(utf8(name)), name.size() + 1);
    group = known->second;
  }
  if (!check_look_behind(group)) return false;
  Width width;
  if (!take_sequence(verbose, depth + 1, false, width)) return false;
  Width otherwise;
  if (take(U'|')) {
    if (!take_sequence(verbose, depth + 1, false, otherwise)) return false;
    if (at(U'|')) return fail("conditional backref with more than two branches");
  }
  if (!take(U')')) return fail_at("missing ), unterminated subpattern", start);
  items.push_back({Item::Kind::other, Width::either(width, otherwise)});
  return true;
}

bool Checker::take_flags(char32_t flag, bool& verbose, int depth, bool first, std::size_t start,
                         std::vector<Item>& items) {
  std::u32string on;
  auto token = Token(&flag, 1);
  while (token != U")" && token != U":" && token != U"-") {
    const char32_t c = token.empty() ? U'\0' : token[0];
    if (token.empty()) return fail("missing -, : or )");
    if (!is_one_of(c, k_flags)) return fail(is_letter(c) ? "unknown flag" : "missing -, : or )", token.size());
    if (c == U'L') return fail("bad inline flags: cannot use 'L' flag with a str pattern");
    on += c;
    if (is_one_of(U'a', on) && is_one_of(U'u', on))
      return fail("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    token = take();
  }
  bool sub_verbose = verbose || is_one_of(U'x', on);
  if (token == U")") {
    if (is_one_of(U'x', on)) m_verbose = true;
    if (!first || !items.empty()) return fail_at("global flags not at the start of the expression", start);
    verbose = m_verbose;
    return true;
  }
  if (token == U"-" && !take_flags_off(sub_verbose, on)) return false;
  return take_group_body(sub_verbose, depth, start, std::nullopt, items);
}

// After the minus sign, up to the colon.
bool Checker::take_flags_off(bool& verbose, const std::u32string& on) {
  std::u32string off;
  for (std::string_view missing = "missing flag";; missing = "missing :") {
    auto token = take();
    if (token.empty()) return fail(std::string(missing));
    if (token == U":" && !off.empty()) break;
    if (!is_one_of(token[0], k_flags))
      return fail(is_letter(token[0]) ? "unknown flag" : std::string(missing), token.size());
    if (is_one_of(token[0], U"aLu")) return fail("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
    off += token[0];
  }
  for (char32_t flag : off)
    if (is_one_of(flag, on)) return fail("bad inline flags: flag turned on and off", 1);
  if (is_one_of(U'x', off)) verbose = false;
  return true;
}

bool Checker::take_group_body(bool verbose, int depth, std::size_t start, std::optional<std::size_t> group,
                              std::vector<Item>& items) {
  Width width;
  if (!take_alternatives(verbose, depth + 1, width)) return false;
  if (!take(U')')) return fail_at("missing ), unterminated subpattern", start);
  if (group) m_groups[*group] = width;
  items.push_back({Item::Kind::other, width});
  return true;
}

}  // namespace

base::Result<void> check_regex(std::string_view pattern) { return Checker(pattern).run(); }

}  // namespace covey::source
