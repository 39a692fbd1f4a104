// The part of the tokenizer that reads f-strings and t-strings, as PEP 701 has CPython read them since 3.12. What 3.11
// accepts, it reads the same: there the quote of the string cannot occur in its fields, here it may.
#include <covey/source/characters.hpp>
#include <covey/source/tokenizer.hpp>
#include <cstring>

namespace covey::source {
namespace {

constexpr int k_max_fields = 3;  // fields within format specifications within fields, CPython's MAX_EXPR_NESTING

}  // namespace

// At the opening quote.
bool Tokenizer::open_template(bool raw) {
  if (m_templates.size() == k_max_templates) return fail("too many nested f-strings", m_line), false;
  Template string;
  string.line = m_line;
  string.quote = *m_at;
  string.triple = m_at[1] == string.quote && m_at[2] == string.quote;
  string.raw = raw;
  m_at += string.triple ? 3 : 1;
  m_templates.push_back(string);
  return true;
}

// From past the opening quote of the one open string to past its closing one, and so for each string within it.
bool Tokenizer::skip_templates() {
  while (!m_templates.empty()) {
    Template& string = m_templates.back();
    if (!(string.in_literal ? skip_literal(string) : skip_field())) return false;
  }
  return true;
}

// Up to the bracket of a replacement field, or past the closing quote. Doubled braces stand for themselves, outside
// format specifications.
bool Tokenizer::skip_literal(Template& string) {
  bool named = false;  // within \N{...}
  bool in_spec = string.in_format_spec && string.fields >= 0;
  auto to_field = [&] {
    string.in_literal = string.in_format_spec = false;
    return true;
  };
  for (;;) {
    if (m_at == m_end) return fail("unterminated f-string literal", string.line), false;
    char c = *m_at;
    if (c == string.quote) {
      if (!string.triple || (m_at[1] == c && m_at[2] == c)) break;
    } else if (c == '\n') {
      // A newline ends the format specification of a string that must end on its line.
      if (!string.triple && in_spec) return to_field();
      if (!string.triple) return fail("unterminated f-string literal", string.line), false;
      ++m_line;
    } else if (c == '{') {
      if (m_at[1] != '{' || in_spec) {
        if (++string.fields >= k_max_fields) return fail("f-string: fields nested too deeply", m_line), false;
        return to_field();
      }
      ++m_at;
    } else if (c == '}' && named) {
      named = false;
    } else if (c == '}') {
      if (m_at[1] != '}' || in_spec || string.brackets != 0) return to_field();
      ++m_at;
    } else if (c == '\\' && m_at[1] != '{' && m_at[1] != '}') {
      bool name = !string.raw && m_at[1] == 'N' && m_at[2] == '{';
      named = named || name;
      if (name) ++m_at;
      skip_escape();
      continue;
    }
    ++m_at;
  }
  if (string.brackets != 0) return fail("f-string: expecting '}'", m_line), false;
  m_at += string.triple ? 3 : 1;
  m_templates.pop_back();
  return true;
}

// Expressions, up to where a literal part goes on or another f-string begins.
bool Tokenizer::skip_field() {
  for (;;) {
    char c = *m_at;
    Template& string = m_templates.back();
    switch (class_of(c)) {
      case ByteClass::name:
      case ByteClass::digit:
        if (!skip_field_name()) return false;
        if (m_templates.back().in_literal) return true;
        continue;
      case ByteClass::quote:
        if (!skip_string()) return false;
        continue;
      case ByteClass::comment:
        m_at = static_cast<const char*>(std::memchr(m_at, '\n', static_cast<std::size_t>(m_end - m_at)));
        continue;
      case ByteClass::newline:
        ++m_line;
        if (m_at + 1 == m_end) return fail("f-string: expecting '}'", string.line), false;
        break;
      case ByteClass::backslash:
        if (!skip_continuation()) return false;
        continue;
      case ByteClass::opening:
        if (!open_bracket(c)) return false;
        ++string.brackets;
        break;
      case ByteClass::closing:
        if (!close_in_field(c)) return false;
        if (!string.in_literal) break;
        ++m_at;
        return true;
      case ByteClass::op:
        if (c != ':' || string.brackets - 1 != string.fields) break;
        string.in_literal = string.in_format_spec = true;
        ++m_at;
        return true;
      case ByteClass::blank:
      case ByteClass::dot:
        break;
      case ByteClass::bad:
        return fail(c == 0 ? "null byte" : "invalid character", m_line), false;
    }
    ++m_at;
  }
}

bool Tokenizer::skip_field_name() {
  const char* begin = m_at;
  while (continues_name(*m_at)) ++m_at;
  auto length = static_cast<std::size_t>(m_at - begin);
  if (class_of(*m_at) != ByteClass::quote || length > 2) return true;
  auto prefix = string_prefix(begin, length);
  if (!prefix.valid) return true;  // a keyword before a string
  return prefix.is_template ? open_template(prefix.is_raw) : skip_string();
}

bool Tokenizer::close_in_field(char c) {
  Template& string = m_templates.back();
  if (string.brackets == 0) return fail(std::string("f-string: single '") + c + "' is not allowed", m_line), false;
  if (!close_bracket(c)) return false;
  --string.brackets;
  if (c == '}' && string.brackets == string.fields) {
    --string.fields;
    string.in_literal = true;
    string.in_format_spec = false;
  }
  return true;
}

}  // namespace covey::source
