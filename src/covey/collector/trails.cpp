#include <covey/collector/opcodes.hpp>
#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

// Byte code as it was compiled; CPython keeps it for the next time. Empty, with no exception set, where there is no
// memory.
class CompiledBytes {
 public:
  explicit CompiledBytes(PyCodeObject* code) : m_bytes(PyCode_GetCode(code)) {
    if (m_bytes == nullptr) PyErr_Clear();
  }
  ~CompiledBytes() { Py_XDECREF(m_bytes); }
  CompiledBytes(const CompiledBytes&) = delete;
  CompiledBytes& operator=(const CompiledBytes&) = delete;

  const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(m_bytes)); }
  int n_units() const { return m_bytes == nullptr ? 0 : static_cast<int>(PyBytes_GET_SIZE(m_bytes) / 2); }
  // -1 where there is no such unit.
  int opcode(int unit) const { return unit >= 0 && unit < n_units() ? data()[2 * unit] : -1; }

 private:
  PyObject* m_bytes;
};

// Where control can go from an instruction, -1 for nowhere; exceptions aside.
struct Successors {
  int next = -1;
  int jump = -1;
};

Successors successors(const CompiledBytes& bytes, int unit) {
  const Flow flow = flow_of(bytes.data()[2 * unit]);
  int argument = bytes.data()[2 * unit + 1];
  for (int before = unit - 1, shift = 8; before >= 0 && bytes.opcode(before) == EXTENDED_ARG; --before, shift += 8)
    argument |= bytes.data()[2 * before + 1] << shift;
  int next = unit + 1;
  while (next < bytes.n_units() && flow_of(bytes.data()[2 * next]) == Flow::cache) ++next;
  switch (flow) {
    case Flow::return_:
    case Flow::reraise:
      return {};
    case Flow::jump_forward:
      return {-1, next + argument};
    case Flow::jump_backward:
      return {-1, next - argument};
    case Flow::branch:
      return {next, next + argument};
    case Flow::next:
    case Flow::cache:
    case Flow::extended_argument:
      break;
  }
  return {next, -1};
}

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

void walk(PyCodeObject* code, const CompiledBytes& compiled, const UnitLines& lines, int unit, Hull& hull) {
  const unsigned char* bytes = compiled.data();
  const int n_units = compiled.n_units();
  int argument = 0;  // what EXTENDED_ARG made of it so far
  // As many steps as there are units: who goes on then, goes in circles.
  for (int left = n_units; left > 0 && unit >= 0 && unit < n_units && !hull.full(); --left) {
    const Flow flow = flow_of(bytes[2 * unit]);
    if (flow == Flow::extended_argument) {
      argument = (argument | bytes[2 * unit + 1]) << 8;
      ++unit;
      continue;
    }
    if (flow != Flow::cache) hull.add(lines.at(unit));
    if (flow == Flow::branch || (flow == Flow::reraise && !k_raising_is_an_exit)) return;
    if (flow == Flow::reraise) return hull.leave(code->co_firstlineno, -1);
    if (flow == Flow::return_) return hull.leave(code->co_firstlineno, unit);
    argument |= bytes[2 * unit + 1];
    ++unit;
    if (flow == Flow::jump_forward || flow == Flow::jump_backward) {
      // Distances count from after the instruction's inline caches.
      while (unit < n_units && flow_of(bytes[2 * unit]) == Flow::cache) ++unit;
      unit += flow == Flow::jump_forward ? argument : -argument;
    }
    argument = 0;
  }
}

}  // namespace

Steps follow(PyCodeObject* code, const UnitLines& lines, int from, int unit) {
  Steps steps;
  const CompiledBytes bytes(code);
  Hull hull(from, steps);
  if (bytes.n_units() > 0) walk(code, bytes, lines, unit, hull);
  return steps;
}

int other_way(PyCodeObject* code, int source, int destination) {
  const CompiledBytes bytes(code);
  if (bytes.opcode(source) < 0) return -1;
  const auto ways = successors(bytes, source);
  if (ways.jump < 0) return -1;
  return destination == ways.next ? ways.jump : ways.next;
}

bool is_only_way(PyCodeObject* code, const UnitLines& lines, int from, int to) {
  constexpr int k_long = 4096;
  const CompiledBytes bytes(code);
  if (bytes.n_units() > k_long) return false;
  for (int unit = 0; unit < bytes.n_units(); ++unit) {
    const int line = lines.at(unit);
    if (line == to && bytes.opcode(unit) == PUSH_EXC_INFO) return false;
    if (line == to || line == from) continue;
    const auto ways = successors(bytes, unit);
    if (lines.at(ways.next) == to || lines.at(ways.jump) == to) return false;
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
