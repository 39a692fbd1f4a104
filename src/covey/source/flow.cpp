#include <algorithm>
#include <compare>
#include <covey/source/constant_test.hpp>
#include <covey/source/flow.hpp>
#include <utility>

namespace covey::source {
namespace {

using Kind = StatementKind;

// A place that control comes from, on its way to whatever is next.
struct Start {
  int line = 0;
  Cause cause = Cause::plain;

  friend auto operator<=>(const Start&, const Start&) = default;
};

// The blocks around the current statement, as far as jumps out of it go: each kind of jump looks for its own.
struct Blocks {
  int loop = 0;            // line of the innermost loop; 0 outside all
  bool in_try = false;     // a raise ends in a try statement
  int handler = 0;         // first line of its handlers; 0 where it is past them
  int function = 0;        // first line; 0 in a module or class
  std::uint32_t code = 0;  // index of the function
};

// Pending starts lie on one stack. Whatever handles a statement finds those that lead into it, or pushes them itself,
// from `base` on, and leaves those that lead out of it there.
class FlowFinder {
 public:
  FlowFinder(std::string_view text, const Structure& structure, const model::LineSet& raw)
      : m_text(text), m_structure(structure), m_statements(structure.statements) {
    m_compiled = structure.multiline.first_lines(raw);
    m_flow.arcs.reserve(m_statements.size() + m_statements.size() / 4);
    find_lines();
  }

  Flow run();

 private:
  using Index = std::uint32_t;

  void find_lines();
  void add(int from, int to, Cause cause, ArcAction action = ArcAction::next_line, Index code = 0);
  void push(int line, Cause cause) { m_starts.push_back({line, cause}); }
  void settle(std::size_t base);
  void flow_to(std::size_t base, int line, ArcAction action = ArcAction::next_line, Index code = 0);

  void walk_code(Index index);
  Index walk_body(Index owner, std::size_t base);
  Index walk_clause(Index clause, Start start);
  void walk_statement(Index index);
  void walk_jump(Index index);
  void walk_definition(Index index);
  void walk_if(Index index);
  void walk_loop(Index index);
  void walk_match(Index index);
  void walk_try(Index index);
  void walk_with(Index index);

  bool is_within(Index index, Index owner) const { return index < m_statements[owner].next; }
  std::optional<bool> constant(Index index) const {
    const auto& statement = m_statements[index];
    return constant_test(m_text.substr(statement.begin, statement.header_end - statement.begin));
  }

  std::string_view m_text;
  const Structure& m_structure;
  const std::vector<Statement>& m_statements;
  std::vector<int> m_lines;   // of each statement: the first of its logical line, or of its first decorator's
  model::LineSet m_compiled;  // first lines that the compiler made code of
  std::vector<Start> m_starts;
  std::vector<Start> m_breaks;  // of the loops around the current statement, outermost first
  Blocks m_blocks;
  model::LineSet m_open_withs;
  int m_n_open_withs = 0;
  Flow m_flow;
};

// One sweep: statements and logical lines are in the same order.
void FlowFinder::find_lines() {
  const auto& ranges = m_structure.multiline.ranges();
  auto range = ranges.begin();
  m_lines.reserve(m_statements.size());
  m_lines.push_back(1);
  for (std::size_t i = 1; i < m_statements.size(); ++i) {
    const auto& statement = m_statements[i];
    bool decorated = statement.kind == Kind::function || statement.kind == Kind::class_;
    int line = decorated ? statement.head_first : statement.first;
    while (range != ranges.end() && range->last < line) ++range;
    m_lines.push_back(range != ranges.end() && range->first <= line ? range->first : line);
  }
}

void FlowFinder::add(int from, int to, Cause cause, ArcAction action, Index code) {
  bool enters_with = m_n_open_withs > 0 && m_open_withs.contains(from);
  m_flow.arcs.push_back({{from, to}, cause, action, enters_with, code});
}

// Starts are a set: two ways from one line for one reason are one.
void FlowFinder::settle(std::size_t base) {
  if (m_starts.size() - base < 2) return;
  auto first = m_starts.begin() + static_cast<std::ptrdiff_t>(base);
  std::sort(first, m_starts.end());
  m_starts.erase(std::unique(first, m_starts.end()), m_starts.end());
}

void FlowFinder::flow_to(std::size_t base, int line, ArcAction action, Index code) {
  settle(base);
  for (auto i = base; i < m_starts.size(); ++i) add(m_starts[i].line, line, m_starts[i].cause, action, code);
  m_starts.resize(base);
}

Flow FlowFinder::run() {
  if (m_statements.size() == 1) add(1, -1, Cause::none);
  for (Index i = 0; i < m_statements.size(); ++i) {
    Kind kind = m_statements[i].kind;
    if (kind == Kind::module || kind == Kind::function || kind == Kind::class_) walk_code(i);
  }
  return std::move(m_flow);
}

void FlowFinder::walk_code(Index index) {
  int start = m_lines[index];
  Kind kind = m_statements[index].kind;
  m_blocks = {};
  if (kind == Kind::function) {
    m_blocks.function = start;
    m_blocks.code = index;
  }
  walk_body(index, 0);
  auto action = kind == Kind::function ? ArcAction::return_from
                : kind == Kind::class_ ? ArcAction::exit_class
                                       : ArcAction::exit_module;
  flow_to(0, -start, action, index);
}

// The statements of `owner` up to its first clause; the index of that, or of what follows the owner.
FlowFinder::Index FlowFinder::walk_body(Index owner, std::size_t base) {
  Index index = owner + 1;
  for (; is_within(index, owner) && !is_clause(m_statements[index].kind); index = m_statements[index].next) {
    if (!m_compiled.contains(m_lines[index])) continue;
    flow_to(base, m_lines[index]);
    walk_statement(index);
  }
  return index;
}

// The statements of a clause, entered from `start` alone; the index past it.
FlowFinder::Index FlowFinder::walk_clause(Index clause, Start start) {
  auto base = m_starts.size();
  m_starts.push_back(start);
  return walk_body(clause, base);
}

void FlowFinder::walk_statement(Index index) {
  switch (m_statements[index].kind) {
    case Kind::break_:
    case Kind::continue_:
    case Kind::raise_:
    case Kind::return_:
      return walk_jump(index);
    case Kind::function:
    case Kind::class_:
      return walk_definition(index);
    case Kind::if_:
      return walk_if(index);
    case Kind::for_:
    case Kind::while_:
      return walk_loop(index);
    case Kind::match:
      return walk_match(index);
    case Kind::try_:
      return walk_try(index);
    case Kind::with:
      return walk_with(index);
    default:
      return push(m_lines[index], Cause::plain);
  }
}

void FlowFinder::walk_jump(Index index) {
  int line = m_lines[index];
  Kind kind = m_statements[index].kind;
  if (kind == Kind::break_ && m_blocks.loop != 0) m_breaks.push_back({line, Cause::break_});
  if (kind == Kind::continue_ && m_blocks.loop != 0) add(line, m_blocks.loop, Cause::continue_);
  if (kind == Kind::raise_) {
    if (m_blocks.in_try && m_blocks.handler != 0)
      add(line, m_blocks.handler, Cause::raise_);
    else if (!m_blocks.in_try && m_blocks.function != 0)
      add(line, -m_blocks.function, Cause::raise_, ArcAction::raise_from, m_blocks.code);
  }
  if (kind == Kind::return_ && m_blocks.function != 0)
    add(line, -m_blocks.function, Cause::return_, ArcAction::return_from, m_blocks.code);
}

// From decorator to decorator, each a logical line of its own, to the def or class.
void FlowFinder::walk_definition(Index index) {
  int line = m_statements[index].first;
  int last = m_lines[index];
  if (last != line) {
    const auto& logical = m_structure.logical.lines;
    auto decorator = std::lower_bound(logical.begin(), logical.end(), last,
                                      [](const LogicalLine& at, int wanted) { return at.first < wanted; });
    for (++decorator; decorator != logical.end() && decorator->first <= line; ++decorator)
      add(std::exchange(last, decorator->first), decorator->first, Cause::none);
  }
  push(line, Cause::plain);
}

// An elif is an if of its own in the else of the one before it: a chain of any length, so it is no recursion.
void FlowFinder::walk_if(Index index) {
  const Index statement = index;
  for (;;) {
    int line = m_lines[index];
    auto value = constant(index);
    Index clause = m_statements[index].next;
    if (value.value_or(true))
      clause = walk_clause(index, {line, Cause::never_true});
    else if (index == statement)
      for (clause = index + 1; is_within(clause, index) && !is_clause(m_statements[clause].kind);)
        clause = m_statements[clause].next;
    if (value.value_or(false)) return;
    const Start otherwise{line, Cause::always_true};
    if (!is_within(clause, statement)) return push(line, otherwise.cause);
    if (m_statements[clause].kind == Kind::else_) {
      walk_clause(clause, otherwise);
      return;
    }
    if (!m_compiled.contains(m_lines[clause])) return push(line, otherwise.cause);
    add(line, m_lines[clause], otherwise.cause);
    index = clause;
  }
}

void FlowFinder::walk_loop(Index index) {
  int line = m_lines[index];
  bool is_while = m_statements[index].kind == Kind::while_;
  auto base = m_starts.size();
  auto n_breaks = m_breaks.size();
  int outer = std::exchange(m_blocks.loop, line);
  auto clause = walk_clause(index, {line, is_while ? Cause::never_true : Cause::loop_starts});
  flow_to(base, line);
  m_blocks.loop = outer;
  m_starts.insert(m_starts.end(), m_breaks.begin() + static_cast<std::ptrdiff_t>(n_breaks), m_breaks.end());
  m_breaks.resize(n_breaks);
  const Start done{line, is_while ? Cause::always_true : Cause::loop_completes};
  if (is_within(clause, index))
    walk_clause(clause, done);
  else if (!is_while || !constant(index))
    m_starts.push_back(done);
}

void FlowFinder::walk_match(Index index) {
  int last = m_lines[index];
  bool is_irrefutable = false;
  for (Index clause = index + 1; is_within(clause, index); clause = m_statements[clause].next) {
    int line = m_lines[clause];
    add(std::exchange(last, line), line, Cause::always_matches);
    walk_clause(clause, {line, Cause::never_matches});
    is_irrefutable = m_statements[clause].is_irrefutable;
  }
  if (!is_irrefutable) push(last, Cause::always_matches);
}

// Only a raise statement leads to a handler, and only to the first; whatever is in a body may raise, and that is no
// arc.
void FlowFinder::walk_try(Index index) {
  auto at = [this, index](Index clause, Kind kind) {
    return is_within(clause, index) && m_statements[clause].kind == kind;
  };
  Index clause = index + 1;
  bool has_finally = false;
  Index first_clause = 0;
  for (; is_within(clause, index); clause = m_statements[clause].next) {
    if (first_clause == 0 && is_clause(m_statements[clause].kind)) first_clause = clause;
    has_finally = has_finally || at(clause, Kind::finally);
  }
  auto base = m_starts.size();
  const auto outer = m_blocks;
  m_blocks.in_try = true;
  m_blocks.handler = at(first_clause, Kind::except) ? m_lines[first_clause] : 0;
  clause = walk_clause(index, {m_lines[index], Cause::plain});
  m_blocks.in_try = has_finally || outer.in_try;
  m_blocks.handler = has_finally ? 0 : outer.handler;

  auto n_body_starts = static_cast<std::ptrdiff_t>(m_starts.size() - base);
  for (; at(clause, Kind::except); clause = m_statements[clause].next)
    walk_clause(clause, {m_lines[clause], Cause::exception});
  if (at(clause, Kind::else_)) {
    // What leaves the body enters the else, so it has to be on top of what leaves the handlers.
    auto first = m_starts.begin() + static_cast<std::ptrdiff_t>(base);
    std::rotate(first, first + n_body_starts, m_starts.end());
    walk_body(clause, m_starts.size() - static_cast<std::size_t>(n_body_starts));
    clause = m_statements[clause].next;
  }
  m_blocks = outer;
  if (!has_finally) return;
  bool completes = m_starts.size() > base;
  walk_body(clause, base);
  if (!completes) m_starts.resize(base);
}

void FlowFinder::walk_with(Index index) {
  int line = m_lines[index];
  auto base = m_starts.size();
  m_flow.with_lines.insert(line);
  m_open_withs.insert(line);
  ++m_n_open_withs;
  walk_clause(index, {line, Cause::plain});
  m_open_withs.erase(line);
  --m_n_open_withs;
  if (m_starts.size() == base) return;
  for (auto i = base; i < m_starts.size(); ++i) {
    add(m_starts[i].line, line, Cause::none);
    m_flow.with_exits.push_back({m_starts[i].line, line});
  }
  m_starts.resize(base);
  push(line, Cause::plain);
}

}  // namespace

Flow find_flow(std::string_view text, const Structure& structure, const model::LineSet& raw) {
  return FlowFinder(text, structure, raw).run();
}

}  // namespace covey::source
