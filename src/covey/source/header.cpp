#include <covey/source/header.hpp>

namespace covey::source {
namespace {

bool is_opening(char code) { return code == '(' || code == '[' || code == '{'; }
bool is_closing(char code) { return code == ')' || code == ']' || code == '}'; }

// Calls `visit(index)` for each token outside all brackets, until it returns true.
template <class Visit>
void for_each_outer(HeaderTokens tokens, Visit visit) {
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_closing(tokens[i].code)) --depth;
    if (depth == 0 && visit(i)) return;
    if (is_opening(tokens[i].code)) ++depth;
  }
}

std::size_t find_outer(HeaderTokens tokens, char code) {
  std::size_t found = tokens.size();
  for_each_outer(tokens, [&](std::size_t i) {
    if (tokens[i].code != code) return false;
    found = i;
    return true;
  });
  return found;
}

// Whether the first bracket of `tokens` is closed by the last.
bool is_bracketed(HeaderTokens tokens) {
  if (tokens.size() < 3 || tokens.front().code != '(') return false;
  std::size_t close = 0;
  for_each_outer(tokens, [&](std::size_t i) {
    close = i;
    return i > 0;
  });
  return close == tokens.size() - 1 && tokens.back().code == ')';
}

// Whether brackets around `inner` are no tuple's and no generator's. Commas between a lambda's parameters do not count.
bool is_grouped(HeaderTokens inner) {
  if (inner.front().code == HeaderToken::yield) return true;
  bool grouped = true;
  int lambdas = 0;
  for_each_outer(inner, [&](std::size_t i) {
    char code = inner[i].code;
    if (code == HeaderToken::lambda) ++lambdas;
    if (code == ':' && lambdas > 0) --lambdas;
    grouped = !(code == HeaderToken::for_ || (code == ',' && lambdas == 0));
    return !grouped;
  });
  return grouped;
}

// The last alternative of A | B | C, within grouping brackets as well.
HeaderTokens last_alternative(HeaderTokens pattern) {
  for (;;) {
    pattern = without_grouping(pattern);
    if (find_outer(pattern, HeaderToken::as) != pattern.size()) return pattern;
    std::size_t bar = pattern.size();
    for_each_outer(pattern, [&](std::size_t i) {
      if (pattern[i].code == '|') bar = i;
      return false;
    });
    if (bar == pattern.size()) return pattern;
    pattern = pattern.subspan(bar + 1);
    if (pattern.empty()) return pattern;
  }
}

// What "… as name" names, within grouping brackets as well.
HeaderTokens without_names(HeaderTokens pattern) {
  for (;;) {
    auto as = find_outer(pattern, HeaderToken::as);
    if (as == pattern.size()) return pattern;
    pattern = without_grouping(pattern.first(as));
  }
}

}  // namespace

HeaderToken header_token(const Token& token, std::string_view text) {
  HeaderToken out{HeaderToken::other, token.line, token.end_line};
  if (token.kind == TokenKind::op && token.op != 0) out.code = token.op;
  if (token.kind != TokenKind::name) return out;
  bool constant = text == "None" || text == "True" || text == "False";
  out.code = text == "as"       ? HeaderToken::as
             : text == "if"     ? HeaderToken::if_
             : text == "for"    ? HeaderToken::for_
             : text == "lambda" ? HeaderToken::lambda
             : text == "yield"  ? HeaderToken::yield
             : constant         ? HeaderToken::other
                                : HeaderToken::name;
  return out;
}

HeaderTokens without_grouping(HeaderTokens tokens) {
  while (is_bracketed(tokens) && is_grouped(tokens.subspan(1, tokens.size() - 2)))
    tokens = tokens.subspan(1, tokens.size() - 2);
  return tokens;
}

CasePattern case_pattern(HeaderTokens header) {
  auto guard = find_outer(header, HeaderToken::if_);
  auto pattern = without_grouping(header.first(guard));
  if (pattern.empty()) return {};
  CasePattern out{false, pattern.front().line, pattern.back().end_line};
  bool is_sequence = find_outer(pattern, ',') != pattern.size();
  if (is_sequence || guard != header.size()) return out;
  auto last = without_names(last_alternative(pattern));
  out.is_irrefutable = last.size() == 1 && last[0].code == HeaderToken::name;
  return out;
}

}  // namespace covey::source
