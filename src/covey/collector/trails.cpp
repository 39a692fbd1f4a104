#include <covey/collector/opcodes.hpp>
#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

// Byte code as it was compiled, of code that is asked about seldom, or for one instruction: CPython keeps it for the
// next time. Empty, with no exception set, where there is no memory.
class CompiledBytes {
 public:
  explicit CompiledBytes(PyCodeObject* code) : m_bytes(PyCode_GetCode(code)) {
    if (m_bytes == nullptr) PyErr_Clear();
  }
  ~CompiledBytes() { Py_XDECREF(m_bytes); }
  CompiledBytes(const CompiledBytes&) = delete;
  CompiledBytes& operator=(const CompiledBytes&) = delete;

  int n_units() const { return m_bytes == nullptr ? 0 : static_cast<int>(PyBytes_GET_SIZE(m_bytes) / 2); }
  // -1 where there is no such unit.
  int opcode(int unit) const {
    return unit >= 0 && unit < n_units() ? static_cast<unsigned char>(PyBytes_AS_STRING(m_bytes)[2 * unit]) : -1;
  }

 private:
  PyObject* m_bytes;
};

// A line that lies between lines that the trail has met already is part of their statement, if the trail goes on after
// them: so only one that is further up or down than all before can be the one that the trail is followed for.
class Hull {
 public:
  Hull(int from, Steps& steps) : m_least(from), m_greatest(from), m_steps(steps) {}

  bool full() const { return m_steps.n + 1 >= m_steps.lines.size(); }  // one is left for the exit

  void add(int line) {
    if (line <= 0 || (line >= m_least && line <= m_greatest)) return;
    m_least = std::min(m_least, line);
    m_greatest = std::max(m_greatest, line);
    m_steps.lines[m_steps.n++] = line;
  }

  void leave(int def_line, int return_unit) {
    m_steps.lines[m_steps.n++] = -def_line;
    m_steps.return_unit = return_unit;
  }

 private:
  int m_least;
  int m_greatest;
  Steps& m_steps;
};

void walk(const DecodedCode& code, int unit, Hull& hull) {
  const auto runs = code.lines().runs();
  // As many steps as there are turns, and the end: who goes on then, goes in circles.
  for (auto left = code.turns().size() + 1; left > 0; --left) {
    auto turn = code.turn_from(unit);
    while (turn != code.turns().end() && turn->flow == Flow::handler) ++turn;
    const bool goes_on = turn != code.turns().end();  // else it raises
    for (auto run = code.lines().run_of(unit); run < runs.size() && !hull.full(); ++run) {
      hull.add(runs[run].line);
      if (goes_on && runs[run].end > turn->unit) break;
    }
    if (!goes_on || hull.full() || turn->flow == Flow::branch) return;
    if (turn->flow == Flow::return_) return hull.leave(code.def_line(), turn->unit);
    unit = turn->jump;
    if (unit >= 0) continue;
    if (k_raising_is_an_exit) hull.leave(code.def_line(), turn->flow == Flow::raise ? turn->unit : -1);
    return;
  }
}

}  // namespace

Steps follow(const DecodedCode& code, int from, int unit) {
  Steps steps;
  Hull hull(from, steps);
  if (unit >= 0) walk(code, unit, hull);
  return steps;
}

Steps follow_branch(const DecodedCode& code, int from, int destination) {
  auto steps = follow(code, from, destination);
  const bool is_told = steps.return_unit >= 0 && code.line(steps.return_unit) > 0;
  if (k_raising_is_an_exit && is_told) --steps.n;
  return steps;
}

int other_way(const DecodedCode& code, int source, int destination) {
  const auto turn = code.turn_from(source);
  if (turn == code.turns().end() || turn->unit != source || turn->flow != Flow::branch) return -1;
  return destination == turn->next ? turn->jump : turn->next;
}

bool is_only_way(const DecodedCode& code, int from, int to) {
  auto elsewhere = [&](int line) { return line != to && line != from; };
  for (const Turn& turn : code.turns()) {
    const int line = code.line(turn.unit);
    if (turn.flow == Flow::handler && line == to) return false;
    if (turn.jump >= 0 && elsewhere(line) && code.line(turn.jump) == to) return false;
  }
  const auto runs = code.lines().runs();
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].line != to || !elsewhere(runs[i - 1].line)) continue;
    // Whether the run before goes on into this one: not where it ends in a jump, or leaves.
    auto turn = code.turn_from(runs[i].end);
    while (turn != code.turns().begin() && (turn - 1)->next > runs[i - 1].end) --turn;
    const bool ends_in_turn = turn != code.turns().begin() && (turn - 1)->next == runs[i - 1].end;
    if (!ends_in_turn || (turn - 1)->flow == Flow::branch || (turn - 1)->flow == Flow::handler) return false;
  }
  return true;
}

bool ends_iteration(PyCodeObject* code, int unit) {
  const int opcode = CompiledBytes(code).opcode(unit);
  return opcode == END_ASYNC_FOR || opcode == END_SEND;
}

bool is_at_yield(PyCodeObject* code, int unit) {
  const int opcode = CompiledBytes(code).opcode(unit);
  return opcode == YIELD_VALUE || opcode == RESUME;
}

bool has_async_for(PyCodeObject* code) {
  if ((code->co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR)) == 0) return false;
  const CompiledBytes bytes(code);
  for (int unit = 0; unit < bytes.n_units(); ++unit)
    if (bytes.opcode(unit) == END_ASYNC_FOR) return true;
  return false;
}

}  // namespace covey::collector
