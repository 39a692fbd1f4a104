#include <covey/source/header.hpp>
#include <covey/source/structure.hpp>
#include <cstring>
#include <string>
#include <utility>

namespace covey::source {
namespace {

using Kind = StatementKind;

// The kind of the statement or clause that the hard keyword `word` begins; `simple` where none does. `async` and
// `match` are told elsewhere.
Kind kind_of(std::string_view word) {
  struct Keyword {
    std::string_view word;
    Kind kind;
  };
  static constexpr Keyword k_keywords[] = {
      {"if", Kind::if_},          {"def", Kind::function}, {"return", Kind::return_},     {"for", Kind::for_},
      {"try", Kind::try_},        {"with", Kind::with},    {"class", Kind::class_},       {"while", Kind::while_},
      {"raise", Kind::raise_},    {"else", Kind::else_},   {"elif", Kind::elif},          {"except", Kind::except},
      {"finally", Kind::finally}, {"break", Kind::break_}, {"continue", Kind::continue_},
  };
  if (word.size() < 2 || word.size() > 8) return Kind::simple;
  for (const auto& keyword : k_keywords)
    if (keyword.word == word) return keyword.kind;
  return Kind::simple;
}

constexpr bool is_compound(Kind kind) { return kind >= Kind::function && kind < Kind::elif; }

bool takes_clause(Kind statement, Kind clause) {
  switch (statement) {
    case Kind::if_:
      return clause == Kind::elif || clause == Kind::else_;
    case Kind::for_:
    case Kind::while_:
      return clause == Kind::else_;
    case Kind::try_:
      return clause == Kind::except || clause == Kind::else_ || clause == Kind::finally;
    default:
      return false;
  }
}

// Recursion is as deep as blocks nest, which the tokenizer limits.
class Parser {
 public:
  explicit Parser(std::string_view text) : m_text(text), m_tokens(text) { m_statements.reserve(text.size() / 36 + 1); }

  base::Result<Structure> run();

 private:
  const Token& token() const { return m_tokens.token(); }
  std::string_view word() const { return m_tokens.text_of(token()); }
  bool at(TokenKind kind) const { return token().kind == kind; }
  bool at_op(char c) const { return token().op == c; }
  Statement& statement(std::size_t index) { return m_statements[index]; }

  bool fail(std::string what);
  bool unexpected();
  std::size_t open(Kind kind);
  void close(std::size_t index);

  bool parse_statement();
  bool parse_simple_line(Kind kind);
  bool parse_simple(std::size_t index);
  bool parse_literal(std::size_t index);
  bool parse_rest_of_line();
  bool parse_match();
  bool parse_case();
  bool parse_decorated();
  bool parse_decorator(int& line);
  bool parse_async(int decorator_line);
  bool parse_compound(Kind kind, int decorator_line);
  bool parse_clause(Kind kind);
  bool parse_after_keyword(std::size_t index);
  bool parse_header(std::size_t index);
  bool collect_line();
  bool parse_suite();
  bool enter_block();

  std::string_view m_text;
  Tokenizer m_tokens;
  std::vector<Statement> m_statements;
  std::vector<HeaderToken> m_header;  // of the one header that is looked at more closely
  Place m_end;                        // of the last token that was no newline, indent or dedent
  base::Error m_error;
};

bool Parser::fail(std::string what) {
  if (at(TokenKind::error))
    m_error = m_tokens.error();
  else
    m_error = {base::ErrorKind::format, "", std::move(what) + " at line " + std::to_string(token().line)};
  return false;
}

bool Parser::unexpected() {
  switch (token().kind) {
    case TokenKind::indent:
      return fail("unexpected indent");
    case TokenKind::dedent:
    case TokenKind::end:
      return fail("unexpected end of a block");
    case TokenKind::newline:
      return fail("unexpected end of line");
    default:
      return fail("unexpected '" + std::string(word().substr(0, 40)) + "'");
  }
}

std::size_t Parser::open(Kind kind) {
  auto& added = m_statements.emplace_back();
  added.kind = kind;
  added.first = added.head_first = added.head_last = token().line;
  added.begin = token().begin;
  return m_statements.size() - 1;
}

void Parser::close(std::size_t index) {
  auto& closed = statement(index);
  closed.last = m_end.line;
  closed.next = static_cast<std::uint32_t>(m_statements.size());
}

base::Result<Structure> Parser::run() {
  m_statements.emplace_back().kind = Kind::module;
  m_tokens.advance();
  while (!at(TokenKind::end))
    if (!parse_statement()) return tl::unexpected<base::Error>(std::move(m_error));
  close(0);
  if (m_statements.size() > 1) statement(0).first = m_statements[1].first;
  Structure out{std::move(m_statements), m_tokens.take_lines(), {}};
  std::vector<MultilineMap::Range> ranges;
  for (const auto& line : out.logical.lines)
    if (line.last != line.first) ranges.push_back({line.first, line.last});
  out.multiline = MultilineMap(std::move(ranges));
  return out;
}

// One statement, at its first token, to past its end.
bool Parser::parse_statement() {
  if (at_op('@')) return parse_decorated();
  if (!at(TokenKind::name)) {
    bool starts = at(TokenKind::op) || at(TokenKind::string) || at(TokenKind::number) || at(TokenKind::bytes) ||
                  at(TokenKind::template_string);
    return starts ? parse_simple_line(Kind::simple) : unexpected();
  }
  Kind kind = kind_of(word());
  if (is_clause(kind)) return unexpected();
  if (is_compound(kind)) return parse_compound(kind, 0);
  if (kind == Kind::simple && word() == "async") return parse_async(0);
  if (kind == Kind::simple && word() == "match") return parse_match();
  return parse_simple_line(kind);
}

// Simple statements with ';' between, to past the end of the line.
bool Parser::parse_simple_line(Kind kind) { return parse_simple(open(kind)) && parse_rest_of_line(); }

// After one simple statement.
bool Parser::parse_rest_of_line() {
  while (at_op(';')) {
    m_end = {token().end, token().line};
    m_tokens.advance();
    if (at(TokenKind::newline)) break;
    Kind kind = at(TokenKind::name) ? kind_of(word()) : Kind::simple;
    if (is_compound(kind) || is_clause(kind)) return unexpected();
    if (!parse_simple(open(kind))) return false;
  }
  if (!at(TokenKind::newline)) return unexpected();
  m_tokens.advance();
  return true;
}

// One simple statement, to its ';' or the end of its line.
bool Parser::parse_simple(std::size_t index) {
  if (at_op('(') || at(TokenKind::string)) {
    if (!parse_literal(index)) return false;
  } else if (at(TokenKind::newline) || at_op(';')) {
    return unexpected();
  }
  if (!at(TokenKind::newline) && !(at_op(';') && m_tokens.nesting() == 0)) {
    m_tokens.advance_to_end();
    m_end = m_tokens.last_end();
  }
  if (at(TokenKind::error)) return fail("");
  auto& simple = statement(index);
  simple.header_end = m_end.offset;
  simple.header_last = m_end.line;
  close(index);
  return true;
}

// The start of a statement as far as it is a str literal, in brackets or not; all of it if that is all.
bool Parser::parse_literal(std::size_t index) {
  auto step = [this] {
    m_end = {token().end, token().end_line};
    m_tokens.advance();
  };
  while (at_op('(')) step();
  if (!at(TokenKind::string)) return true;
  while (at(TokenKind::string)) step();
  while (at_op(')')) step();
  bool whole = at(TokenKind::newline) || (at_op(';') && m_tokens.nesting() == 0);
  if (whole) statement(index).kind = Kind::string;
  return at(TokenKind::error) ? fail("") : true;
}

// `match` begins a match statement exactly where its line ends in a colon: no other statement ends so.
bool Parser::parse_match() {
  auto index = open(Kind::simple);
  if (!parse_simple(index)) return false;
  bool ends_in_colon = m_text[m_end.offset - 1] == ':';
  if (!ends_in_colon || !at(TokenKind::newline)) return parse_rest_of_line();
  statement(index).kind = Kind::match;
  if (!enter_block()) return false;
  while (!at(TokenKind::dedent))
    if (!parse_case()) return false;
  m_tokens.advance();
  close(index);
  return true;
}

bool Parser::parse_case() {
  if (!at(TokenKind::name) || word() != "case") return at(TokenKind::error) ? fail("") : unexpected();
  auto index = open(Kind::case_);
  m_tokens.advance();
  m_header.clear();
  for (int lambdas = 0; !(at_op(':') && m_tokens.nesting() == 0 && lambdas == 0); m_tokens.advance()) {
    if (at(TokenKind::newline) || at(TokenKind::error)) return unexpected();
    m_header.push_back(header_token(token(), word()));
    if (m_tokens.nesting() > 0) continue;
    if (m_header.back().code == HeaderToken::lambda) ++lambdas;
    if (at_op(':')) --lambdas;
  }
  if (m_header.empty()) return unexpected();
  auto pattern = case_pattern(m_header);
  auto& opened = statement(index);
  opened.is_irrefutable = pattern.is_irrefutable;
  opened.head_first = pattern.first;
  opened.head_last = pattern.last;
  return parse_after_keyword(index);
}

bool Parser::parse_decorated() {
  int first = 0;
  while (at_op('@')) {
    int line = 0;
    if (!parse_decorator(line)) return false;
    if (first == 0) first = line;
  }
  if (!at(TokenKind::name)) return unexpected();
  Kind kind = kind_of(word());
  if (kind == Kind::function || kind == Kind::class_) return parse_compound(kind, first);
  return word() == "async" ? parse_async(first) : unexpected();
}

// `line`: where the expression starts in the ast, which is not where a bracket around all of it stands.
bool Parser::parse_decorator(int& line) {
  m_tokens.advance();
  line = token().line;
  bool bracketed = at_op('(');
  m_header.clear();
  for (; !at(TokenKind::newline); m_tokens.advance()) {
    if (at(TokenKind::error)) return fail("");
    if (bracketed) m_header.push_back(header_token(token(), word()));
  }
  if (bracketed) line = without_grouping(m_header).front().line;
  m_tokens.advance();
  return true;
}

bool Parser::parse_async(int decorator_line) {
  Token async = token();
  m_tokens.advance();
  Kind kind = at(TokenKind::name) ? kind_of(word()) : Kind::simple;
  if (kind != Kind::function && kind != Kind::for_ && kind != Kind::with) return unexpected();
  auto index = m_statements.size();
  if (!parse_compound(kind, decorator_line)) return false;
  auto& parsed = statement(index);
  parsed.is_async = true;
  parsed.first = parsed.head_last = async.line;
  parsed.begin = async.begin;
  if (decorator_line == 0) parsed.head_first = async.line;
  return true;
}

bool Parser::parse_compound(Kind kind, int decorator_line) {
  auto index = open(kind);
  if (decorator_line != 0) statement(index).head_first = decorator_line;
  m_tokens.advance();
  if (kind == Kind::function || kind == Kind::class_) {
    if (!at(TokenKind::name)) return unexpected();
    statement(index).name_begin = token().begin;
    statement(index).name_end = token().end;
  }
  if (!parse_after_keyword(index)) return false;
  while (at(TokenKind::name) && takes_clause(kind, kind_of(word())))
    if (!parse_clause(kind_of(word()))) return false;
  close(index);
  return true;
}

bool Parser::parse_clause(Kind kind) {
  auto index = open(kind);
  m_tokens.advance();
  return parse_after_keyword(index);
}

bool Parser::parse_after_keyword(std::size_t index) {
  if (!parse_header(index) || !parse_suite()) return false;
  close(index);
  return true;
}

// To past the colon that ends a header: the first outside brackets that is not a lambda's.
bool Parser::parse_header(std::size_t index) {
  for (int lambdas = 0; !at_op(':') || lambdas > 0 || m_tokens.nesting() > 0; m_tokens.advance_to_mark()) {
    if (at(TokenKind::newline) || at(TokenKind::error) || at_op(';')) return fail("expected ':'");
    if (m_tokens.nesting() > 0) continue;
    if (at(TokenKind::name) && word() == "lambda") ++lambdas;
    if (at_op(':')) --lambdas;
  }
  m_end = {token().end, token().line};
  statement(index).header_last = m_end.line;
  statement(index).header_end = m_end.offset;
  m_tokens.advance();
  return true;
}

// What follows a header's colon: a block, or simple statements on the same line.
bool Parser::parse_suite() {
  if (!at(TokenKind::newline)) {
    Kind kind = at(TokenKind::name) ? kind_of(word()) : Kind::simple;
    if (is_compound(kind) || is_clause(kind)) return unexpected();
    return parse_simple_line(kind);
  }
  if (!enter_block()) return false;
  while (!at(TokenKind::dedent))
    if (!parse_statement()) return false;
  m_tokens.advance();
  return true;
}

bool Parser::enter_block() {
  m_tokens.advance();
  if (!at(TokenKind::indent)) return fail("expected an indented block");
  m_tokens.advance();
  return true;
}

}  // namespace

base::Result<Structure> parse(std::string_view text) {
  if (text.empty() || text.back() == '\n') return Parser(text).run();
  std::string ended(text);
  ended += '\n';
  return Parser(ended).run();
}

model::LineSet docstring_lines(const Structure& structure) {
  model::LineSet lines;
  const auto& statements = structure.statements;
  for (std::size_t i = 0; i + 1 < statements.size(); ++i) {
    Kind kind = statements[i].kind;
    if (kind != Kind::module && kind != Kind::function && kind != Kind::class_) continue;
    const auto& first = statements[i + 1];
    if (first.kind == Kind::string) lines.insert_range(first.first, first.last);
  }
  return lines;
}

}  // namespace covey::source
