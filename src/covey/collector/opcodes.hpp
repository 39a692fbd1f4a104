// What an instruction does to the flow of control, as far as branches are concerned, in CPython 3.12 and later: what
// coverage.py's bytecode.py goes by. Of code as compiled (PyCode_GetCode), without specialized or instrumented ones.
#pragma once

#include <covey/collector/python.hpp>
#include <cstdint>

namespace covey::collector {

enum class Flow : std::uint8_t {
  next,
  handler,  // an exception comes in
  extended_argument,
  jump_forward,   // always
  jump_backward,  // always
  branch,         // either way
  return_,
  raise,
  reraise,
};

inline Flow flow_of(unsigned char opcode) {
  switch (opcode) {
    case PUSH_EXC_INFO:
      return Flow::handler;
    case EXTENDED_ARG:
      return Flow::extended_argument;
    case JUMP_FORWARD:
      return Flow::jump_forward;
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
      return Flow::jump_backward;
    case FOR_ITER:
    case SEND:
    case POP_JUMP_IF_FALSE:
    case POP_JUMP_IF_TRUE:
    case POP_JUMP_IF_NONE:
    case POP_JUMP_IF_NOT_NONE:
      return Flow::branch;
    case RETURN_VALUE:
    case RETURN_GENERATOR:
      return Flow::return_;
    case RERAISE:
      return Flow::reraise;
    default:
      break;
  }
#if PY_VERSION_HEX < 0x030E0000
  // Gone in 3.14, where a constant is loaded and returned.
  if (opcode == RETURN_CONST) return Flow::return_;
  // The C tracer, the reference there, sees where an exception goes; coverage.py's sys.monitoring core, the reference
  // since, takes a `raise` for an instruction like others, and what stands behind it for what comes next.
  if (opcode == RAISE_VARARGS) return Flow::raise;
#else
  // Since 3.14 it jumps, from where the iteration ends.
  if (opcode == END_ASYNC_FOR) return Flow::branch;
#endif
  return Flow::next;
}

}  // namespace covey::collector
