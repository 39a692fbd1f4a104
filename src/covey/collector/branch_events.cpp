#include <covey/collector/branch_events.hpp>

namespace covey::collector {

const DecodedCode& decoded(Monitoring& monitoring, PyObject* code) noexcept {
  static const DecodedCode empty;
  try {
    return monitoring.codes.of(as_code(code));
  } catch (...) {
    monitoring.recorder->writer().mark_incomplete("out of memory");
    return empty;
  }
}

namespace {

constexpr int k_most_handlers = 32;  // one around the other

// Whether the instruction at the unit of the code, as compiled, is the one.
bool is_at(PyCodeObject* code, int unit, int opcode) {
  PyObject* bytes = PyCode_GetCode(code);
  if (bytes == nullptr) {
    PyErr_Clear();
    return false;
  }
  const bool is_there = unit >= 0 && unit < PyBytes_GET_SIZE(bytes) / 2 &&
                        static_cast<unsigned char>(PyBytes_AS_STRING(bytes)[2 * unit]) == opcode;
  Py_DECREF(bytes);
  return is_there;
}

}  // namespace

int running_unit() {
  PyFrameObject* frame = PyEval_GetFrame();
  return frame == nullptr ? -1 : PyFrame_GetLasti(frame) / 2;
}

bool may_follow(const DecodedCode& code, int before, int line) {
  int begin = 0;
  for (const auto& run : code.lines().runs()) {
    if (run.line == before && next_line(code, before, begin) == line) return true;
    begin = run.end;
  }
  return false;
}

int line_of_unwinding(const DecodedCode& code, PyObject* code_object, int unit) {
  // Where the exception was raised, even if `unit` is that of a handler that raised it once more.
  const int raised_at = running_unit();
  const bool yields =
      raised_at != code.n_units() - 1 && is_at(as_code(code_object), raised_at + k_yield_to_resume, RESUME);
  if (raised_at < 0 || yields) return 0;
  if (const int line = code.line(unit); line > 0) return line;
  // A handler without a line: the line is that of the last one before it, which raised as well.
  const int last = code.handler_before(unit);
  int line = code.line(raised_at);
  for (int at = raised_at, left = k_most_handlers; left > 0; --left) {
    const int handler = code.handler_of(at);
    if (handler < 0 || handler == last) break;
    const auto raise = code.reraise_from(handler);
    if (raise < 0) break;
    if (code.line(raise) > 0) line = code.line(raise);
    at = raise;
  }
  return line;
}

}  // namespace covey::collector
