#include <algorithm>
#include <covey/collector/decoded_code.hpp>
#include <cstring>
#include <new>

namespace covey::collector {

namespace {

constexpr std::size_t k_long = 4096;  // units; longer code is a module's, which runs once

// Whether what stands there as compiled cannot be told from the opcode.
bool hides_another(int opcode) {
#ifdef ENTER_EXECUTOR
  if (opcode == ENTER_EXECUTOR) return true;
#endif
  return opcode == INSTRUMENTED_LINE || opcode == INSTRUMENTED_INSTRUCTION;
}

}  // namespace

void DecodedCodes::found(PyCodeObject* code, CodeLines& lines) noexcept {
  DecodedCode& decoded = place_of(code);
  decoded.m_code = nullptr;
  const auto n_units = static_cast<std::size_t>(code_units(code));
  if (n_units > k_long) return;
  try {
    if (decoded.m_units.capacity() > k_long) std::vector<CodeUnit>().swap(decoded.m_units);
    decoded.m_units.resize(n_units);
  } catch (...) {  // no memory: looked at anew when it is asked for
    return;
  }
  std::memcpy(decoded.m_units.data(), code_bytes(code), n_units * sizeof(CodeUnit));
  decoded.m_lines.swap(lines);
  decoded.m_def_line = std::max(code->co_firstlineno, 1);
  decoded.m_state = DecodedCode::State::as_found;
  decoded.m_code = code;
}

void DecodedCodes::decode(DecodedCode& decoded, PyCodeObject* code) {
  const bool was_found = decoded.m_code == code;
  if (!was_found) decoded.m_state = DecodedCode::State::nothing;
  decoded.m_code = nullptr;  // should there be no memory
  if constexpr (k_raising_leads_to_handlers) decoded.m_handlers.read(text_of(code->co_exceptiontable));
  if (!was_found || !find_turns(decoded)) {
    learn(decoded, code);
    find_turns(decoded);
  }
  if (!was_found) {
    CodeLines lines;
    lines.read(line_table_of(code), code->co_firstlineno);
    decoded.m_lines.swap(lines);
    decoded.m_def_line = std::max(code->co_firstlineno, 1);
  }
  decoded.m_code = code;
  decoded.m_state = DecodedCode::State::decoded;
}

// Whether each instruction is known.
bool DecodedCodes::find_turns(DecodedCode& decoded) const {
  decoded.m_turns.clear();
  decoded.m_instructions.resize(decoded.m_units.size());
  const CodeUnit* units = decoded.m_units.data();
  const int n_units = decoded.n_units();
  int argument = 0;  // what EXTENDED_ARG made of it so far
  for (int unit = 0, next = 0; unit < n_units; unit = next) {
    const Compiled compiled = m_compiled[units[unit].opcode];
    if (compiled.n_caches < 0) return false;
    next = unit + 1 + compiled.n_caches;
    decoded.m_instructions[static_cast<std::size_t>(unit)] = {static_cast<std::uint8_t>(next - unit),
                                                              compiled.may_raise};
    argument |= units[unit].argument;
    switch (compiled.flow) {
      case Flow::next:
        break;
      case Flow::extended_argument:
        argument <<= 8;
        continue;
      case Flow::jump_forward:
      case Flow::branch:
      case Flow::send:
        decoded.m_turns.push_back({unit, compiled.flow, next, next + argument});
        break;
      case Flow::jump_backward:
        decoded.m_turns.push_back({unit, compiled.flow, next, next - argument});
        break;
      case Flow::handler:
      case Flow::return_:
      case Flow::end_send:
      case Flow::end_async_for:
      case Flow::throw_in:
        decoded.m_turns.push_back({unit, compiled.flow, next, -1});
        break;
      case Flow::raise:
      case Flow::reraise:
        decoded.m_turns.push_back({unit, compiled.flow, next, decoded.m_handlers.handler_of(unit)});
        break;
    }
    argument = 0;
  }
  return true;
}

// Takes the instructions from CPython, and notes what it made of each that was found.
void DecodedCodes::learn(DecodedCode& decoded, PyCodeObject* code) {
  PyObject* object = PyCode_GetCode(code);
  if (object == nullptr) {
    PyErr_Clear();
    throw std::bad_alloc();
  }
  std::vector<CodeUnit> compiled(static_cast<std::size_t>(PyBytes_GET_SIZE(object)) / sizeof(CodeUnit));
  std::memcpy(compiled.data(), PyBytes_AS_STRING(object), compiled.size() * sizeof(CodeUnit));
  Py_DECREF(object);
  const auto& found = decoded.m_units;
  const bool was_found = decoded.m_state == DecodedCode::State::as_found && found.size() == compiled.size();
  for (std::size_t at = 0, next = 0; at < compiled.size(); at = next) {
    for (next = at + 1; next < compiled.size() && compiled[next].opcode == CACHE;) ++next;
    const auto opcode = compiled[at].opcode;
    const Compiled known{static_cast<std::int8_t>(next - at - 1), flow_of(opcode), may_raise(opcode)};
    m_compiled[compiled[at].opcode] = known;
    if (was_found && !hides_another(found[at].opcode)) m_compiled[found[at].opcode] = known;
  }
  decoded.m_units = std::move(compiled);
}

}  // namespace covey::collector
