#include <algorithm>
#include <charconv>
#include <covey/source/characters.hpp>
#include <covey/source/constant_test.hpp>
#include <covey/source/tokenizer.hpp>
#include <string>

namespace covey::source {
namespace {

std::optional<bool> named_constant(std::string_view word) {
  if (word == "True" || word == "__debug__") return true;
  if (word == "False" || word == "None") return false;
  return std::nullopt;
}

std::string_view word_at(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && continues_name(text[length])) ++length;
  return text.substr(0, length);
}

// A quick look at what a test begins with: nearly every test is told to be no constant by that.
bool may_be_constant(std::string_view test) {
  while (!test.empty()) {
    auto kind = class_of(test.front());
    if (test.front() == '(' || kind == ByteClass::blank) {
      test.remove_prefix(1);
      continue;
    }
    if (kind != ByteClass::name) return kind != ByteClass::op && kind != ByteClass::opening;
    auto word = word_at(test);
    test.remove_prefix(word.size());
    if (word != "not") return named_constant(word) || (!test.empty() && class_of(test.front()) == ByteClass::quote);
  }
  return false;
}

// Whether a number in decimal digits is other than 0 as a double: 1e-400 is not.
bool is_float_true(const std::string& number) {
  double value = 0;
  auto end = number.data() + number.size();
  if (std::from_chars(number.data(), end, value).ec != std::errc::result_out_of_range) return value != 0;
  bool is_tiny = number.find("e-") != std::string::npos || word_at(number).find_first_not_of('0') == std::string::npos;
  return !is_tiny;
}

bool is_number_true(std::string_view literal) {
  std::string number;
  for (char c : literal)
    if (c != '_') number += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  bool has_base = number.size() > 1 && number[0] == '0' && number[1] >= 'b' && number[1] != 'e' && number[1] != 'j';
  if (has_base) return number.find_first_not_of('0', 2) != std::string::npos;
  if (number.back() == 'j') number.pop_back();
  if (number.find_first_of(".e") != std::string::npos) return is_float_true(number);
  return number.find_first_not_of('0') != std::string::npos;
}

// Whether a string or bytes literal has characters. An escaped end of line is none, but in a raw one.
bool is_string_true(std::string_view literal) {
  auto quote = literal.find_first_of("'\"");
  bool is_raw = literal.substr(0, quote).find_first_of("rR") != std::string_view::npos;
  literal.remove_prefix(quote);
  bool is_triple = literal.size() >= 6 && literal[1] == literal[0] && literal[2] == literal[0];
  std::size_t n_quotes = is_triple ? 3 : 1;
  auto content = literal.substr(n_quotes, literal.size() - 2 * n_quotes);
  while (!is_raw && content.substr(0, 2) == "\\\n") content.remove_prefix(2);
  return !content.empty();
}

// Recursion is as deep as brackets nest, which the tokenizer limits. Nothing, at any place, ends it all.
class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : m_tokens(text) {
    m_tokens.advance();
    m_tokens.advance();  // past the keyword
  }

  std::optional<bool> run() {
    auto value = disjunction();
    return m_tokens.token().op == ':' ? value : std::nullopt;
  }

 private:
  const Token& token() const { return m_tokens.token(); }
  bool at_word(std::string_view word) const {
    return token().kind == TokenKind::name && m_tokens.text_of(token()) == word;
  }

  std::optional<bool> disjunction() {
    bool any = false;
    for (;; m_tokens.advance()) {
      auto value = conjunction();
      if (!value) return value;
      any = any || *value;
      if (!at_word("or")) return any;
    }
  }

  std::optional<bool> conjunction() {
    bool all = true;
    for (;; m_tokens.advance()) {
      auto value = negation();
      if (!value) return value;
      all = all && *value;
      if (!at_word("and")) return all;
    }
  }

  std::optional<bool> negation() {
    bool negated = false;
    for (; at_word("not"); m_tokens.advance()) negated = !negated;
    auto value = atom();
    if (value) value = *value != negated;
    return value;
  }

  std::optional<bool> atom() {
    if (token().op == '(') return grouped();
    if (token().kind == TokenKind::string || token().kind == TokenKind::bytes) return strings();
    std::optional<bool> value;
    auto text = m_tokens.text_of(token());
    if (token().kind == TokenKind::name) value = named_constant(text);
    if (token().kind == TokenKind::number) value = is_number_true(text);
    if (token().kind == TokenKind::op && text == "...") value = true;
    m_tokens.advance();
    return value;
  }

  std::optional<bool> grouped() {
    m_tokens.advance();
    auto value = disjunction();
    if (token().op != ')') return std::nullopt;
    m_tokens.advance();
    return value;
  }

  std::optional<bool> strings() {
    bool any = false;
    for (; token().kind == TokenKind::string || token().kind == TokenKind::bytes; m_tokens.advance())
      any = any || is_string_true(m_tokens.text_of(token()));
    return any;
  }

  Tokenizer m_tokens;
};

}  // namespace

std::optional<bool> constant_test(std::string_view header) {
  auto test = header.substr(word_at(header).size());
  if (!may_be_constant(test)) return std::nullopt;
  std::string line(header);
  line += '\n';
  return Evaluator(line).run();
}

}  // namespace covey::source
