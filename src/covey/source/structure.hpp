// The statements of a Python text: a flat tree, without expressions.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/line_set.hpp>
#include <covey/source/multiline.hpp>
#include <covey/source/tokenizer.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace covey::source {

enum class StatementKind : std::uint8_t {
  module,
  // Simple statements. `string` is one that is nothing but a str literal, as docstrings are.
  simple,
  string,
  break_,
  continue_,
  raise_,
  return_,
  // Compound statements.
  function,
  class_,
  if_,
  for_,
  while_,
  try_,
  with,
  match,
  // Clauses: children of the compound statement, after its body.
  elif,
  else_,
  except,
  finally,
  case_,
};

constexpr bool is_clause(StatementKind kind) { return kind >= StatementKind::elif; }

// Lines are 1-based and are those of CPython's ast. What expressions a header holds is for whoever needs it to read
// again, from `begin` to `header_end`.
struct Statement {
  StatementKind kind = StatementKind::simple;
  bool is_async = false;
  bool is_irrefutable = false;   // a case: matches whatever comes, as an `else` does
  int first = 0;                 // of its first token; of a decorated one that is `def`, `class` or `async`
  int last = 0;                  // of the last token of its last statement
  int header_last = 0;           // of the colon that ends its header; of a simple statement, `last`
  int head_first = 0;            // of a def or class: its first decorator, else `first`; of a case: its pattern's first
  int head_last = 0;             // of a def or class: `first`; of a case: its pattern's last
  std::uint32_t begin = 0;       // byte offset of its first token
  std::uint32_t header_end = 0;  // byte offset past the colon of its header; past a simple statement
  std::uint32_t name_begin = 0;  // of a def or class
  std::uint32_t name_end = 0;
  std::uint32_t next = 0;  // index past the last statement within it
};

// Statements in the order of the text, each followed by those within it; the first is the module, whose `next` is
// their number. A file without tokens has only that, with no lines.
struct Structure {
  std::vector<Statement> statements;
  LogicalLines logical;
  MultilineMap multiline;
};

// The structure of `text`, whatever of it CPython 3.11 to 3.15 accept. Fails with the line where it cannot be Python:
// what the tokenizer refuses, blocks and clauses that are out of place. Other errors of syntax go unnoticed.
base::Result<Structure> parse(std::string_view text);

// Lines of the docstrings of the module, its classes and functions.
model::LineSet docstring_lines(const Structure& structure);

}  // namespace covey::source
