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
  send,           // to what comes once the thing that is awaited, or delegated to, is finished
  end_send,       // where `send` leads to
  end_async_for,  // what follows an `async for`, where its iteration ended; else it raises once more
  throw_in,       // what was thrown into what is awaited comes out again

};

// Of an instruction as compiled; Flow::next of all that are not named here.
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
  // No event tells which way these went.
  if (opcode == SEND) return Flow::send;
  if (opcode == END_SEND) return Flow::end_send;
  if (opcode == END_ASYNC_FOR) return Flow::end_async_for;
  if (opcode == CLEANUP_THROW) return Flow::throw_in;

#else
  if (opcode == SEND) return Flow::branch;
  // Since 3.14 it jumps, from where the iteration ends.
  if (opcode == END_ASYNC_FOR) return Flow::branch;
#endif
  return Flow::next;
}

#if PY_VERSION_HEX < 0x030E0000
// Whether the instruction may raise an exception; memory that runs out left aside.
inline bool may_raise(unsigned char opcode) {
  switch (opcode) {
    case BUILD_CONST_KEY_MAP:
    case BUILD_LIST:
    case BUILD_STRING:
    case BUILD_TUPLE:
    case CACHE:
    case COPY:
    case COPY_FREE_VARS:
    case END_FOR:
    case END_SEND:
    case EXTENDED_ARG:
    case IS_OP:
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
    case JUMP_FORWARD:
    case LIST_APPEND:
    case LOAD_ASSERTION_ERROR:
    case LOAD_CONST:
    case LOAD_FAST:
    case LOAD_FAST_AND_CLEAR:
    case MAKE_CELL:
    case MAKE_FUNCTION:
    case NOP:
    case POP_EXCEPT:
    case POP_JUMP_IF_NONE:
    case POP_JUMP_IF_NOT_NONE:
    case POP_TOP:
    case PUSH_EXC_INFO:
    case PUSH_NULL:
    case RESUME:
    case RETURN_CONST:
    case RETURN_GENERATOR:
    case RETURN_VALUE:
    case STORE_DEREF:
    case STORE_FAST:
    case STORE_GLOBAL:
    case STORE_NAME:
    case SWAP:
#if PY_VERSION_HEX < 0x030D0000
    case KW_NAMES:
    case LOAD_CLOSURE:
#else
    case LOAD_FAST_LOAD_FAST:
    case SET_FUNCTION_ATTRIBUTE:
    case STORE_FAST_LOAD_FAST:
    case STORE_FAST_STORE_FAST:
#endif
      return false;
    default:
      return true;
  }
}
#else
// Where coverage.py goes by the byte code alone, nobody asks.
inline bool may_raise(unsigned char) { return true; }
#endif

}  // namespace covey::collector
