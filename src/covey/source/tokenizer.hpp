// The tokens of a Python text, as CPython's own tokenizer finds them.
#pragma once

#include <array>
#include <covey/base/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

enum class TokenKind : std::uint8_t {
  end,
  error,
  newline,  // the end of a logical line
  indent,
  dedent,
  name,  // keywords too
  number,
  string,
  bytes,
  template_string,  // an f-string or t-string, whole, whatever it nests
  op,
};

struct Token {
  TokenKind kind = TokenKind::end;
  char op = 0;  // of an operator of one character: that character
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // byte offsets
  int line = 0;           // of its first character
  int end_line = 0;       // of its last
};

struct Place {
  std::uint32_t offset = 0;
  int line = 0;
};

// One logical line: a simple statement or several with ';' between, or a header with what follows its colon.
struct LogicalLine {
  int first = 0;   // line of its first token
  int last = 0;    // line of its end, past trailing continuations
  int indent = 0;  // how many blocks deep
  int colon = 0;   // line of its first ':' outside all brackets; 0 where it has none
};

// A further line of a logical line that has a ':' outside all brackets.
struct LaterColon {
  std::uint32_t logical_line = 0;  // index
  int line = 0;
};

struct LogicalLines {
  std::vector<LogicalLine> lines;
  std::vector<LaterColon> later_colons;  // ascending
};

// Reads one token after the other. The text must end in \n and outlive the tokenizer. Memory is that of the logical
// lines, time is linear, and nothing recurses: nesting is limited as in CPython (100 indents, 200 brackets).
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text);

  // Moves to the next token. After `end` or `error` it stays there.
  void advance();
  // These two stay within a logical line and are faster than token by token. The first moves to the next ':', ';' or
  // `lambda` outside brackets, or to the newline; the second to the ';' or newline that ends a simple statement.
  void advance_to_mark();
  void advance_to_end();
  // After one of those: the end of the token before the current one.
  const Place& last_end() const { return m_last_end; }
  const Token& token() const { return m_token; }
  std::string_view text_of(const Token& token) const {
    return std::string_view(m_start + token.begin, token.end - token.begin);
  }
  // Brackets open before what comes next.
  int nesting() const { return m_nesting; }
  // Why the token is `error`: "unterminated string literal at line 3".
  const base::Error& error() const { return m_error; }
  // Those read so far; none are left.
  LogicalLines take_lines() { return std::move(m_lines); }

 private:
  static constexpr int k_max_indents = 100;
  static constexpr int k_max_nesting = 200;
  static constexpr std::size_t k_max_templates = 150;

  struct Indent {
    int column = 0;       // tabs to the next multiple of 8
    int alternative = 0;  // tabs as one column: must agree, or the indentation depends on the width of a tab
  };
  struct Bracket {
    char opening = 0;
    int line = 0;
  };
  // An f-string or t-string being read; the names are those of PEP 701.
  struct Template {
    int line = 0;
    char quote = 0;
    bool triple = false;
    bool raw = false;
    bool in_literal = true;  // else in a replacement field
    bool in_format_spec = false;
    int brackets = 0;  // open inside this string
    int fields = -1;   // depth of the replacement field, -1 outside all
  };

  struct Scanned {
    const char* begin = nullptr;
    int line = 0;
    char op = 0;
  };

  TokenKind scan(Scanned& out);
  void emit(TokenKind kind, const Scanned& scanned);
  void emit_layout(TokenKind kind);
  void fail(std::string what, int line);
  bool begin_line();
  bool measure_indent(Indent& indent);
  bool change_indent(const Indent& indent);
  void open_logical_line();
  void note_colon();
  bool skip_continuation();
  TokenKind scan_name(const char* begin);
  TokenKind scan_string(const char* begin);
  TokenKind scan_newline();
  char scan_op();
  TokenKind scan_to_end(Scanned& out);
  const char* plain_run();
  void skip_number();
  void skip_comment();
  bool next_line_in_brackets();
  bool open_bracket(char c);
  bool close_bracket(char c);
  bool skip_string();
  bool skip_escape();
  bool skip_triple(char quote, int line);
  bool open_template(bool raw);
  bool skip_templates();
  bool skip_literal(Template& string);
  bool skip_field();
  bool skip_field_name();
  bool close_in_field(char c);

  const char* m_start;
  const char* m_end;
  const char* m_at;
  int m_line = 1;
  int m_depth = 0;  // index of the innermost indent
  int m_pending_dedents = 0;
  int m_nesting = 0;
  bool m_at_line_start = true;
  Token m_token;
  Place m_last_end;
  std::array<Indent, k_max_indents> m_indents{};
  std::array<Bracket, k_max_nesting> m_brackets{};
  std::vector<Template> m_templates;
  LogicalLines m_lines;
  base::Error m_error;
};

}  // namespace covey::source
