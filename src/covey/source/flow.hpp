// Where control can go from line to line, by the statements of a text alone.
#pragma once

#include <covey/model/arc_set.hpp>
#include <covey/model/line_set.hpp>
#include <covey/source/structure.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

// Why an arc that did not happen may not have happened. In the order of their texts, so that arcs from one line to one
// other are always described in the same order.
enum class Cause : std::uint8_t {
  none,   // the arc is not described at all
  plain,  // one thing simply follows the other
  break_,
  always_true,
  never_true,
  continue_,
  exception,
  loop_completes,
  loop_starts,
  always_matches,
  never_matches,
  raise_,
  return_,
};

// What an arc does where it does not just go on to a line.
enum class ArcAction : std::uint8_t { next_line, exit_module, exit_class, return_from, raise_from };

struct FlowArc {
  model::Arc arc;
  Cause cause = Cause::none;
  ArcAction action = ArcAction::next_line;
  bool enters_with = false;  // from a with statement into its own body
  std::uint32_t code = 0;    // index of the statement that is left: a function or class
};

struct Flow {
  std::vector<FlowArc> arcs;           // in the order of coverage.py's analyzer; the same arc may be in it repeatedly
  model::LineSet with_lines;           // of with statements
  std::vector<model::Arc> with_exits;  // from the end of a with statement's body back to its line
};

// The flow within each function, each class and the module of `text`. Lines are the first ones of their logical lines;
// a statement that holds no line of `raw`, the lines of the interpreter's tables, is none: the compiler dropped it.
// Time and memory are linear; recursion is as deep as blocks nest, which the tokenizer limits.
Flow find_flow(std::string_view text, const Structure& structure, const model::LineSet& raw);

}  // namespace covey::source
