#include <locale.h>
#include <wctype.h>
#include <algorithm>
#include <covey/base/glob.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>

namespace covey::base {

namespace {

bool is_slash(char32_t character) { return character == U'/' || character == U'\\'; }

// Of the C library, whatever the process's own locale is. ASCII alone where the system lacks this one.
locale_t unicode_locale() {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  return locale;
}

char32_t lower(char32_t character) {
  if (character < 0x80) return character >= U'A' && character <= U'Z' ? character + 32 : character;
  auto locale = unicode_locale();
  return locale == locale_t{} ? character : static_cast<char32_t>(::towlower_l(static_cast<wint_t>(character), locale));
}

char32_t upper(char32_t character) {
  if (character < 0x80) return character >= U'a' && character <= U'z' ? character - 32 : character;
  auto locale = unicode_locale();
  return locale == locale_t{} ? character : static_cast<char32_t>(::towupper_l(static_cast<wint_t>(character), locale));
}

}  // namespace

// Reads one pattern from left to right, refusing forms in the order in which coverage.py does, so that the part it
// names is the same.
class GlobSet::Parser {
 public:
  explicit Parser(std::string_view pattern) : m_source(pattern) {
    std::replace(m_source.begin(), m_source.end(), '\\', '/');
    if (m_source.find('/') == std::string::npos) m_source.insert(0, "**/");
    m_text = decode_utf8(m_source);
  }

  Result<Pattern> parse() {
    while (m_at < m_text.size()) {
      if (auto size = forbidden(); size > 0) return refuse(size);
      if (!parse_wildcard() && !parse_characters()) return refuse(m_refused);
    }
    return std::move(m_tokens);
  }

 private:
  using Kind = Token::Kind;

  char32_t peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : U'\0'; }

  std::size_t stars_at(std::size_t at) const {
    auto end = std::min(m_text.find_first_not_of(U'*', at), m_text.size());
    return end - at;
  }

  // The length of the forbidden form that starts here; 0 where none does.
  std::size_t forbidden() const {
    auto stars = stars_at(m_at);
    if (stars > 2) return stars;
    auto part_end = std::min(m_text.find(U'/', m_at), m_text.size());
    for (auto at = part_end; at-- > m_at + 2;)  // the last ** with something before it
      if (m_text[at] == U'*' && m_text[at - 1] == U'*') return at + 1 - m_at;
    if (stars == 2 && part_end > m_at + 2) return part_end - m_at;
    if (stars == 2 && peek(2) == U'/' && stars_at(m_at + 3) >= 2) return 5;
    return 0;
  }

  void add(Kind kind, std::size_t size) {
    m_tokens.push_back({kind, peek(), false, {}});
    m_at += size;
  }

  bool parse_wildcard() {
    auto stars = stars_at(m_at);
    if (stars > 0 && peek(stars) == U'/' && (m_at == 0 || stars == 2)) {
      add(Kind::directories, stars + 1);
    } else if (peek() == U'/' && ends_after_stars()) {
      auto size = 1 + stars_at(m_at + 1);
      add(Kind::slash, 1);
      add(Kind::rest, size - 1);
    } else if (peek() == U'/') {
      add(Kind::slash, 1);
    } else if (stars > 0) {
      add(Kind::no_slashes, 1);
    } else if (peek() == U'?') {
      add(Kind::no_slash, 1);
    } else {
      return false;
    }
    return true;
  }

  // "/*" at the end, which a newline may follow: $ in Python's patterns allows for one.
  bool ends_after_stars() const {
    auto stars = stars_at(m_at + 1);
    auto end = m_at + 1 + stars;
    return stars > 0 && (end == m_text.size() || (end + 1 == m_text.size() && m_text[end] == U'\n'));
  }

  bool parse_characters() {
    if (peek() == U'[' || peek() == U']') return parse_set();
    add(Kind::literal, 1);
    return true;
  }

  // A regular expression's set. An empty one, and one whose range is empty, are no expression that compiles.
  bool parse_set() {
    m_refused = 1;
    auto end = m_text.find(U']', m_at);
    auto newline = m_text.find(U'\n', m_at);
    if (peek() == U']' || end == std::u32string::npos || newline < end) return false;
    m_refused = end + 1 - m_at;
    Token token{Kind::one_of, 0, peek(1) == U'^', {}};
    std::size_t at = m_at + 1 + (token.negated ? 1 : 0);
    if (at == end) return false;
    while (at < end) {
      bool is_range = at + 2 < end && m_text[at + 1] == U'-';
      auto last = m_text[is_range ? at + 2 : at];
      if (last < m_text[at]) return false;
      token.ranges.push_back({m_text[at], last});
      at += is_range ? 3 : 1;
    }
    m_tokens.push_back(std::move(token));
    m_at = end + 1;
    return true;
  }

  // Names the part of `size` characters that starts here.
  tl::unexpected<Error> refuse(std::size_t size) const {
    std::string_view rest = m_source;
    for (std::size_t i = 0; i < m_at; ++i) rest.remove_prefix(first_code_point(rest).size);
    std::size_t length = 0;
    for (std::size_t i = 0; i < size; ++i) length += first_code_point(rest.substr(length)).size;
    return fail(ErrorKind::usage, "", "File pattern can't include " + quoted(rest.substr(0, length)));
  }

  std::string m_source;
  std::u32string m_text;
  std::size_t m_at = 0;
  std::size_t m_refused = 0;
  Pattern m_tokens;
};

// Whether single characters are what a token asks for.
class GlobSet::Characters {
 public:
  explicit Characters(LetterCase letters) : m_ignored(letters == LetterCase::ignored) {}

  // For tokens that take exactly one.
  bool accepts(const Token& token, char32_t character) const {
    switch (token.kind) {
      case Token::Kind::literal:
        return character == token.character || (m_ignored && lower(character) == lower(token.character));
      case Token::Kind::slash:
        return is_slash(character);
      case Token::Kind::one_of:
        return is_one_of(token, character);
      default:
        return !is_slash(character);
    }
  }

  // For tokens that take any number.
  static bool goes_on(const Token& token, char32_t character) {
    return token.kind == Token::Kind::no_slashes ? !is_slash(character) : character != U'\n';
  }

 private:
  bool is_one_of(const Token& token, char32_t character) const {
    auto holds = [&](char32_t form) {
      return std::any_of(token.ranges.begin(), token.ranges.end(),
                         [&](const auto& range) { return range.first <= form && form <= range.last; });
    };
    bool any = holds(character) || (m_ignored && (holds(lower(character)) || holds(upper(character))));
    return any != token.negated;
  }

  bool m_ignored;
};

// The positions in the path that the tokens so far can have come to: each token takes this set to the next, so no
// pattern makes it go back and try again.
class GlobSet::Match {
 public:
  Match(std::string_view path, LetterCase letters) : m_path(decode_utf8(path)), m_characters(letters) {}

  bool matches(const Pattern& pattern) {
    m_positions.assign(1, 0);
    for (const auto& token : pattern) {
      step(token);
      if (m_positions.empty()) return false;
    }
    return m_positions.back() == m_path.size();
  }

 private:
  using Kind = Token::Kind;

  void step(const Token& token) {
    if (token.kind == Kind::directories) return take_directories();
    if (token.kind == Kind::no_slashes || token.kind == Kind::rest) return take_while(token);
    take_one(token);
  }

  void take_one(const Token& token) {
    std::size_t kept = 0;
    for (auto position : m_positions)
      if (position < m_path.size() && m_characters.accepts(token, m_path[position])) m_positions[kept++] = position + 1;
    m_positions.resize(kept);
  }

  void take_while(const Token& token) {
    m_next.clear();
    for (auto position : m_positions) {
      if (!m_next.empty() && position <= m_next.back()) continue;
      m_next.push_back(position);
      while (position < m_path.size() && Characters::goes_on(token, m_path[position])) m_next.push_back(++position);
    }
    m_positions.swap(m_next);
  }

  void take_directories() {
    std::size_t from =
        m_path.size();  // where the part being walked began; anything on its line may come before a slash
    m_next.clear();
    auto start = m_positions.begin();
    for (std::size_t position = m_positions.front(); position <= m_path.size(); ++position) {
      bool starts = start != m_positions.end() && *start == position;
      bool after_slash = from < position && is_slash(m_path[position - 1]);
      if (starts || after_slash) m_next.push_back(position);
      if (starts) {
        ++start;
        from = std::min(from, position);
      }
      if (position < m_path.size() && m_path[position] == U'\n') from = m_path.size();
    }
    m_positions.swap(m_next);
  }

  std::u32string m_path;
  Characters m_characters;
  std::vector<std::size_t> m_positions;  // ascending
  std::vector<std::size_t> m_next;
};

// Where a pattern ends that need not take the whole path: as a regular expression's engine does, tries what a wildcard
// can take from the most to the least. Remembers what failed, so that this stays in proportion to path times pattern
// times path.
class GlobSet::Prefix {
 public:
  Prefix(std::string_view path, const Pattern& pattern, LetterCase letters)
      : m_path(decode_utf8(path)),
        m_pattern(pattern),
        m_characters(letters),
        m_failed((m_path.size() + 1) * (pattern.size() + 1)) {}

  std::optional<std::size_t> end() { return take(0, 0) ? std::optional(m_end) : std::nullopt; }

 private:
  using Kind = Token::Kind;

  // Whether the tokens from `index` on fit at `position`.
  bool take(std::size_t index, std::size_t position) {
    for (; index < m_pattern.size() && !takes_many(m_pattern[index]); ++index, ++position)
      if (position == m_path.size() || !m_characters.accepts(m_pattern[index], m_path[position])) return false;
    if (index == m_pattern.size()) {
      m_end = position;
      return true;
    }
    auto place = index * (m_path.size() + 1) + position;
    if (m_failed[place]) return false;
    m_failed[place] = true;
    return take_many(index, position);
  }

  static bool takes_many(const Token& token) {
    return token.kind == Kind::directories || token.kind == Kind::no_slashes || token.kind == Kind::rest;
  }

  bool take_many(std::size_t index, std::size_t position) {
    const auto& token = m_pattern[index];
    auto end = position;
    while (end < m_path.size() && Characters::goes_on(token, m_path[end])) ++end;
    for (; end > position; --end)
      if ((token.kind != Kind::directories || is_slash(m_path[end - 1])) && take(index + 1, end)) return true;
    return take(index + 1, position);
  }

  std::u32string m_path;
  const Pattern& m_pattern;
  Characters m_characters;
  std::vector<bool> m_failed;  // by wildcard and position
  std::size_t m_end = 0;
};

Result<GlobSet> GlobSet::compile(const std::vector<std::string>& patterns, LetterCase letters) {
  GlobSet set;
  set.m_letters = letters;
  for (const auto& pattern : patterns) {
    auto parsed = Parser(pattern).parse();
    if (!parsed) return tl::unexpected(parsed.error());
    set.m_patterns.push_back(std::move(*parsed));
  }
  return set;
}

bool GlobSet::matches(std::string_view path) const {
  Match match(path, m_letters);
  return std::any_of(m_patterns.begin(), m_patterns.end(), [&](const auto& pattern) { return match.matches(pattern); });
}

std::optional<std::size_t> GlobSet::prefix(std::string_view path) const {
  for (const auto& pattern : m_patterns) {
    auto characters = Prefix(path, pattern, m_letters).end();
    if (!characters) continue;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < *characters; ++i) bytes += first_code_point(path.substr(bytes)).size;
    return bytes;
  }
  return std::nullopt;
}

std::vector<std::string> prepare_patterns(const std::vector<std::string>& patterns, std::string_view cwd) {
  std::vector<std::string> prepared;
  for (const auto& pattern : patterns) {
    prepared.push_back(pattern);
    if (!pattern.starts_with('*') && !pattern.starts_with('?')) prepared.push_back(canonical(pattern, cwd));
  }
  return prepared;
}

}  // namespace covey::base
