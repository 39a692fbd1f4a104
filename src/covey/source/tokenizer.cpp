#include <covey/source/characters.hpp>
#include <covey/source/tokenizer.hpp>
#include <cstring>

namespace covey::source {
namespace {

constexpr std::size_t k_max_text = std::size_t{1} << 28;  // so that columns and offsets fit, tabs counted as eight
constexpr int k_tab = 8;

char closing_of(char opening) { return opening == '(' ? ')' : opening == '[' ? ']' : '}'; }

// The length of the operator at `at`, by the longest match.
int op_length(const char* at) {
  char c = at[0];
  char next = at[1];
  if (c == ';' || c == ',' || c == '~') return 1;
  if (next == '=') return 2;
  if (next == c && (c == '*' || c == '/' || c == '<' || c == '>')) return at[2] == '=' ? 3 : 2;
  return c == '-' && next == '>' ? 2 : 1;
}

}  // namespace

Tokenizer::Tokenizer(std::string_view text)
    : m_start(text.data()), m_end(text.data() + text.size()), m_at(text.data()) {
  m_token.kind = TokenKind::newline;
  m_lines.lines.reserve(text.size() / 40);
  if (text.size() > k_max_text) fail("more than 256 MiB of source", 1);
}

void Tokenizer::fail(std::string what, int line) {
  m_error = base::Error{base::ErrorKind::format, "", std::move(what) + " at line " + std::to_string(line)};
  m_token = Token{TokenKind::error, 0, 0, 0, line, line};
  m_at = m_end;
}

void Tokenizer::emit(TokenKind kind, const Scanned& scanned) {
  m_token.kind = kind;
  m_token.op = scanned.op;
  m_token.begin = static_cast<std::uint32_t>(scanned.begin - m_start);
  m_token.end = static_cast<std::uint32_t>(m_at - m_start);
  m_token.line = scanned.line;
  m_token.end_line = m_line;
}

// A token without text.
void Tokenizer::emit_layout(TokenKind kind) { emit(kind, {m_at, m_line, 0}); }

void Tokenizer::advance() {
  if (m_token.kind == TokenKind::error) return;
  if (m_pending_dedents > 0) {
    --m_pending_dedents;
    return emit_layout(TokenKind::dedent);
  }
  if (m_at_line_start && !begin_line()) return;
  Scanned scanned;
  auto kind = scan(scanned);
  if (kind == TokenKind::error) return;
  emit(kind, scanned);
  if (kind == TokenKind::newline) m_token.end_line = m_line++;
}

void Tokenizer::advance_to_mark() {
  if (m_token.kind == TokenKind::error) return;
  m_last_end = {m_token.end, m_token.end_line};
  for (;;) {
    Scanned scanned;
    auto kind = scan(scanned);
    bool mark = kind == TokenKind::newline;
    if (kind == TokenKind::error) return;
    if (m_nesting == 0 && kind == TokenKind::op) mark = scanned.op == ':' || scanned.op == ';';
    if (m_nesting == 0 && kind == TokenKind::name)
      mark = m_at - scanned.begin == 6 && std::memcmp(scanned.begin, "lambda", 6) == 0;
    if (mark) {
      emit(kind, scanned);
      if (kind == TokenKind::newline) m_token.end_line = m_line++;
      return;
    }
    m_last_end = {static_cast<std::uint32_t>(m_at - m_start), m_line};
  }
}

void Tokenizer::advance_to_end() {
  if (m_token.kind == TokenKind::error) return;
  m_last_end = {m_token.end, m_token.end_line};
  Scanned scanned;
  auto kind = scan_to_end(scanned);
  if (kind == TokenKind::error) return;
  emit(kind, scanned);
  if (kind == TokenKind::newline) m_token.end_line = m_line++;
}

// Goes over what a statement's end cannot lie in; where the letters that end it begin, which may prefix a string.
const char* Tokenizer::plain_run() {
  const char* begin = m_at;
  while (k_is_plain[static_cast<unsigned char>(*m_at)]) ++m_at;
  const char* end = m_at;
  while (end != begin && class_of(end[-1]) == ByteClass::blank) --end;
  if (end != begin) m_last_end = {static_cast<std::uint32_t>(end - m_start), m_line};
  const char* letters = m_at;
  while (letters != begin && continues_name(letters[-1])) --letters;
  return letters;
}

TokenKind Tokenizer::scan_to_end(Scanned& out) {
  for (;;) {
    const char* letters = plain_run();
    char c = *m_at;
    out = {m_at, m_line, c};
    auto kind = class_of(c);
    switch (kind) {
      case ByteClass::opening:
      case ByteClass::closing:
        ++m_at;
        if (!(kind == ByteClass::opening ? open_bracket(c) : close_bracket(c))) return TokenKind::error;
        break;
      case ByteClass::quote:
        if (!string_prefix(letters, static_cast<std::size_t>(m_at - letters)).valid) letters = m_at;
        if (scan_string(letters) == TokenKind::error) return TokenKind::error;
        break;
      case ByteClass::newline:
        out.op = 0;
        if (m_nesting == 0) return scan_newline();
        if (!next_line_in_brackets()) return TokenKind::error;
        continue;
      case ByteClass::comment:
        skip_comment();
        continue;
      case ByteClass::backslash:
        if (!skip_continuation()) return TokenKind::error;
        continue;
      case ByteClass::bad:
        fail(c == 0 ? "null byte" : "invalid character", m_line);
        return TokenKind::error;
      default:  // ':' or ';'
        if (scan_op() == ';' && m_nesting == 0) return TokenKind::op;
    }
    m_last_end = {static_cast<std::uint32_t>(m_at - m_start), m_line};
  }
}

// Goes over one token, and over what may stand before it in its line.
[[gnu::always_inline]] inline TokenKind Tokenizer::scan(Scanned& out) {
  for (;;) {
    m_at += *m_at == ' ' ? 1 : 0;  // the one blank that nearly every token follows, without a jump to mispredict
    char c = *m_at;
    out = {m_at, m_line, 0};
    switch (class_of(c)) {
      case ByteClass::blank:
        ++m_at;
        continue;
      case ByteClass::name:
        do ++m_at;
        while (continues_name(*m_at));
        return class_of(*m_at) == ByteClass::quote ? scan_name(out.begin) : TokenKind::name;
      case ByteClass::opening:
      case ByteClass::closing:
        out.op = c;
        ++m_at;
        return (class_of(c) == ByteClass::opening ? open_bracket(c) : close_bracket(c)) ? TokenKind::op
                                                                                        : TokenKind::error;
      case ByteClass::dot:
      case ByteClass::op:
      case ByteClass::digit:
        if (class_of(c) != ByteClass::digit && (c != '.' || !is_digit(m_at[1]))) {
          out.op = scan_op();
          return TokenKind::op;
        }
        skip_number();
        return TokenKind::number;
      case ByteClass::quote:
        return scan_string(m_at);
      case ByteClass::newline:
        if (m_nesting == 0) return scan_newline();
        if (!next_line_in_brackets()) return TokenKind::error;
        continue;
      case ByteClass::comment:
        skip_comment();
        continue;
      case ByteClass::backslash:
        if (!skip_continuation()) return TokenKind::error;
        continue;
      case ByteClass::bad:
        fail(c == 0 ? "null byte" : "invalid character", m_line);
        return TokenKind::error;
    }
  }
}

void Tokenizer::skip_comment() {
  m_at = static_cast<const char*>(std::memchr(m_at, '\n', static_cast<std::size_t>(m_end - m_at)));
}

bool Tokenizer::next_line_in_brackets() {
  ++m_line;
  if (++m_at != m_end) return true;
  const auto& open = m_brackets[m_nesting - 1];
  return fail(std::string("'") + open.opening + "' was never closed", open.line), false;
}

// Goes over blank lines and comments to the next logical line. False where that made a token: the indentation changed,
// the text ended, or an error.
bool Tokenizer::begin_line() {
  Indent indent;
  for (;;) {
    if (m_at == m_end) {
      m_pending_dedents = std::exchange(m_depth, 0);
      emit_layout(m_pending_dedents > 0 ? TokenKind::dedent : TokenKind::end);
      if (m_pending_dedents > 0) --m_pending_dedents;
      return false;
    }
    const char* begin = m_at;
    while (*m_at == ' ') ++m_at;
    indent.column = indent.alternative = static_cast<int>(m_at - begin);
    bool plain = class_of(*m_at) != ByteClass::blank && *m_at != '\\';
    if (!plain && !measure_indent(indent)) return false;
    if (*m_at == '#') skip_comment();
    if (*m_at != '\n') break;
    ++m_at;
    ++m_line;
  }
  m_at_line_start = false;
  const auto& current = m_indents[m_depth];
  if (indent.column != current.column || indent.alternative != current.alternative) return change_indent(indent);
  open_logical_line();
  return true;
}

// Indentation with tabs, form feeds or continuations, after leading spaces. A backslash that follows blanks fixes the
// column of the whole logical line; one at the very start of a line does not.
bool Tokenizer::measure_indent(Indent& indent) {
  Indent fixed;
  for (;; ++m_at) {
    if (*m_at == ' ') {
      ++indent.column;
      ++indent.alternative;
    } else if (*m_at == '\t') {
      indent.column = (indent.column / k_tab + 1) * k_tab;
      ++indent.alternative;
    } else if (*m_at == '\f') {
      indent = {};
    } else if (*m_at == '\\') {
      // CPython takes the column for both here, so that a tab before a backslash is never inconsistent.
      if (fixed.column == 0) fixed = {indent.column, indent.column};
      if (!skip_continuation()) return false;
      --m_at;
    } else if (*m_at != '\r') {
      break;
    }
  }
  if (fixed.column != 0) indent = fixed;
  return true;
}

bool Tokenizer::change_indent(const Indent& indent) {
  constexpr auto k_inconsistent = "inconsistent use of tabs and spaces in indentation";
  int old_depth = m_depth;
  if (indent.column > m_indents[m_depth].column) {
    if (m_depth + 1 >= k_max_indents) return fail("too many levels of indentation", m_line), false;
    if (indent.alternative <= m_indents[m_depth].alternative) return fail(k_inconsistent, m_line), false;
    m_indents[++m_depth] = indent;
  } else {
    while (m_depth > 0 && indent.column < m_indents[m_depth].column) --m_depth;
    if (indent.column != m_indents[m_depth].column)
      return fail("unindent does not match any outer indentation level", m_line), false;
    if (indent.alternative != m_indents[m_depth].alternative) return fail(k_inconsistent, m_line), false;
  }
  open_logical_line();
  if (m_depth > old_depth) return emit_layout(TokenKind::indent), false;
  m_pending_dedents = old_depth - m_depth - 1;
  return emit_layout(TokenKind::dedent), false;
}

void Tokenizer::open_logical_line() { m_lines.lines.push_back({m_line, m_line, m_depth, 0}); }

void Tokenizer::note_colon() {
  auto& current = m_lines.lines.back();
  auto index = static_cast<std::uint32_t>(m_lines.lines.size() - 1);
  if (current.colon == 0) {
    current.colon = m_line;
  } else if (current.colon != m_line) {
    auto& later = m_lines.later_colons;
    bool noted = !later.empty() && later.back().logical_line == index && later.back().line == m_line;
    if (!noted) later.push_back({index, m_line});
  }
}

bool Tokenizer::skip_continuation() {
  if (m_at[1] != '\n') return fail("unexpected character after line continuation", m_line), false;
  m_at += 2;
  ++m_line;
  if (m_at == m_end) return fail("unexpected end of file after line continuation", m_line - 1), false;
  return true;
}

TokenKind Tokenizer::scan_newline() {
  m_lines.lines.back().last = m_line;
  m_at_line_start = true;
  ++m_at;
  return TokenKind::newline;
}

// A name with a quote right behind it: the prefix of a string, or a keyword before one.
TokenKind Tokenizer::scan_name(const char* begin) {
  auto length = static_cast<std::size_t>(m_at - begin);
  return length <= 2 && string_prefix(begin, length).valid ? scan_string(begin) : TokenKind::name;
}

// A keyword may follow without a blank ("1if x else y"), so only what can belong to the number is taken.
void Tokenizer::skip_number() {
  char base = static_cast<char>(m_at[1] | 0x20);
  auto digits = [&] {
    while (is_digit(*m_at) || *m_at == '_') ++m_at;
  };
  if (*m_at == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    auto is_hex = [](char c) { return is_digit(c) || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
    m_at += 2;
    while (base == 'x' ? is_hex(*m_at) : is_digit(*m_at) || *m_at == '_') ++m_at;
    return;
  }
  digits();
  if (*m_at == '.') {
    ++m_at;
    digits();
  }
  if ((*m_at | 0x20) == 'e') {
    int sign = m_at[1] == '+' || m_at[1] == '-' ? 1 : 0;
    if (is_digit(m_at[1 + sign])) {
      m_at += 1 + sign;
      digits();
    }
  }
  if ((*m_at | 0x20) == 'j') ++m_at;
}

// Goes over an operator; what it is, where it is of one character, else 0.
char Tokenizer::scan_op() {
  char c = *m_at;
  int length = c == '.' ? (m_at[1] == '.' && m_at[2] == '.' ? 3 : 1) : op_length(m_at);
  m_at += length;
  if (length > 1) return 0;
  if (c == ':' && m_nesting == 0) note_colon();
  return c;
}

bool Tokenizer::open_bracket(char c) {
  if (m_nesting == k_max_nesting) return fail("too many nested parentheses", m_line), false;
  m_brackets[m_nesting++] = {c, m_line};
  return true;
}

bool Tokenizer::close_bracket(char c) {
  if (m_nesting == 0) return fail(std::string("unmatched '") + c + "'", m_line), false;
  char opening = m_brackets[m_nesting - 1].opening;
  if (closing_of(opening) != c)
    return fail(std::string("closing '") + c + "' does not match '" + opening + "'", m_line), false;
  --m_nesting;
  return true;
}

// From `begin`, where the prefix starts, with the quote next to be read.
TokenKind Tokenizer::scan_string(const char* begin) {
  auto prefix = string_prefix(begin, static_cast<std::size_t>(m_at - begin));
  if (prefix.is_template)
    return open_template(prefix.is_raw) && skip_templates() ? TokenKind::template_string : TokenKind::error;
  if (!skip_string()) return TokenKind::error;
  return prefix.is_bytes ? TokenKind::bytes : TokenKind::string;
}

// From the opening quote to past the closing one.
bool Tokenizer::skip_string() {
  char quote = *m_at;
  int line = m_line;
  if (m_at[1] == quote && m_at[2] == quote) {
    m_at += 3;
    return skip_triple(quote, line);
  }
  ++m_at;
  while (*m_at != quote) {
    if (*m_at == '\n') return fail("unterminated string literal", line), false;
    if (*m_at != '\\')
      ++m_at;
    else if (!skip_escape())
      return fail("unterminated string literal", line), false;
  }
  ++m_at;
  return true;
}

bool Tokenizer::skip_triple(char quote, int line) {
  for (;;) {
    char c = *m_at;
    if (c == quote && m_at[1] == quote && m_at[2] == quote) break;
    if (c == '\\') {
      if (!skip_escape()) return fail("unterminated triple-quoted string literal", line), false;
      continue;
    }
    ++m_at;
    if (c != '\n') continue;
    ++m_line;
    if (m_at == m_end) return fail("unterminated triple-quoted string literal", line), false;
  }
  m_at += 3;
  return true;
}

// A backslash and what it escapes. False where the text ends there.
bool Tokenizer::skip_escape() {
  m_at += 2;
  if (m_at[-1] == '\n') ++m_line;
  return m_at != m_end;
}

}  // namespace covey::source
