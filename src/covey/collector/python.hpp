// Python.h, and every difference between CPythons 3.11 to 3.15 that the collector knows, but for what instructions do
// (opcodes.hpp): one inline function or constant each, with since when and why.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <opcode.h>

#if PY_VERSION_HEX < 0x030C0000
#include <internal/pycore_frame.h>
#endif

#include <string_view>

namespace covey::collector {

// A slot in every code object for a pointer of ours; -1 where all are taken. The functions have been PyUnstable_ since
// 3.12 and private before.
inline Py_ssize_t request_code_slot() {
#if PY_VERSION_HEX >= 0x030C0000
  return PyUnstable_Eval_RequestCodeExtraIndex(nullptr);
#else
  return _PyEval_RequestCodeExtraIndex(nullptr);
#endif
}

// What the slot holds, nullptr where nothing was put there. `code` must be a code object.
inline void* code_slot(PyObject* code, Py_ssize_t slot) {
  void* extra = nullptr;
#if PY_VERSION_HEX >= 0x030C0000
  PyUnstable_Code_GetExtra(code, slot, &extra);
#else
  _PyCode_GetExtra(code, slot, &extra);
#endif
  return extra;
}

// Returns false, with no exception set, where there is no memory.
inline bool set_code_slot(PyObject* code, Py_ssize_t slot, void* extra) {
#if PY_VERSION_HEX >= 0x030C0000
  const int status = PyUnstable_Code_SetExtra(code, slot, extra);
#else
  const int status = _PyCode_SetExtra(code, slot, extra);
#endif
  if (status != 0) PyErr_Clear();
  return status == 0;
}

// Whether the interpreter ends, as far as can be told: of a subinterpreter it cannot, so always there.
inline bool may_be_ending() {
#if PY_VERSION_HEX >= 0x030D0000
  const bool ends = Py_IsFinalizing() != 0;
#else
  const bool ends = _Py_IsFinalizing() != 0;
#endif
  return ends || PyInterpreterState_Get() != PyInterpreterState_Main();
}

// The bytes of a bytes object, or of a str as UTF-8 (kept by the str); empty, with no exception set, for anything else,
// lone surrogates among it.
inline std::string_view text_of(PyObject* object) {
  if (object == nullptr) return {};
  if (PyBytes_Check(object)) return {PyBytes_AS_STRING(object), static_cast<std::size_t>(PyBytes_GET_SIZE(object))};
  if (!PyUnicode_Check(object)) return {};
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text == nullptr) PyErr_Clear();
  return text == nullptr ? std::string_view() : std::string_view(text, static_cast<std::size_t>(size));
}

// The value of an int that is a line or an offset of code, -1 where it is none of them.
inline int int_of(PyObject* number) {
#if PY_VERSION_HEX >= 0x030C0000
  // Without the call: there are some for each line and branch that runs for the first time.
  if (PyLong_CheckExact(number) && PyUnstable_Long_IsCompact(reinterpret_cast<PyLongObject*>(number)))
    return static_cast<int>(PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject*>(number)));
#endif
  const long value = PyLong_AsLong(number);
  if (value == -1) PyErr_Clear();
  return static_cast<int>(value);
}

// How many code units (two bytes, caches among them) the code object has.
inline int code_units(PyCodeObject* code) { return static_cast<int>(Py_SIZE(code)); }

// Its code units as they are now: specialized and instrumented.
inline const unsigned char* code_bytes(PyCodeObject* code) {
  return reinterpret_cast<const unsigned char*>(code->co_code_adaptive);
}

// Whether what sys.monitoring told of once it does not tell of again, unless it is asked to. A trace function is told
// each time.
inline constexpr bool k_events_come_once = PY_VERSION_HEX >= 0x030C0000;

// From the unit at which a frame stands where it yielded to the RESUME with which it goes on: 1, but on 3.13
// (gh-113728).
inline constexpr int k_yield_to_resume = PY_MINOR_VERSION == 13 ? 0 : 1;

// Whether what an exception is handled by counts as coming next: to coverage.py's C tracer, the reference before 3.14,
// it does; to its sys.monitoring core, the reference since, it does not.
inline constexpr bool k_raising_leads_to_handlers = PY_VERSION_HEX < 0x030E0000;

// Since 3.14 each side of a branch has an event of its own; before there is one, BRANCH, for both.
inline constexpr bool k_branch_has_sides = PY_VERSION_HEX >= 0x030E0000;

// co_linetable, which lives as long as the code object.
inline std::string_view line_table_of(PyCodeObject* code) { return text_of(code->co_linetable); }

// 3.11 alone traces by frames. Their members are reached directly: the functions for them take and drop a reference for
// every line of the program.
#if PY_VERSION_HEX < 0x030C0000
// The code object that the frame runs, and its globals; borrowed references.
inline PyObject* frame_code(PyFrameObject* frame) { return reinterpret_cast<PyObject*>(frame->f_frame->f_code); }
inline PyObject* frame_globals(PyFrameObject* frame) { return frame->f_frame->f_globals; }
inline int frame_line(PyFrameObject* frame) { return frame->f_lineno; }  // set while a trace function runs
// The unit of the instruction that runs, or ran last.
inline const _Py_CODEUNIT* frame_unit(PyFrameObject* frame) { return frame->f_frame->prev_instr; }
// Of a call event: whether the function begins. Else a generator or coroutine goes on, or is made to raise.
inline bool frame_begins(PyFrameObject* frame) { return _Py_OPARG(*frame_unit(frame)) == 0; }
// Of a return event: whether the frame only yields. What coverage.py's C tracer goes by: a RESUME comes next.
inline bool frame_yields(PyFrameObject* frame) {
  const _Py_CODEUNIT* unit = frame_unit(frame);
  const _Py_CODEUNIT* end = _PyCode_CODE(frame->f_frame->f_code) + Py_SIZE(frame->f_frame->f_code);
  if (unit + 1 >= end || _Py_OPCODE(*unit) != YIELD_VALUE) return false;
  const int next = _Py_OPCODE(unit[1]);
  return next == RESUME || next == RESUME_QUICK;
}
// Whether the frame has line events from here on.
inline void trace_lines(PyFrameObject* frame, bool on) { frame->f_trace_lines = on ? 1 : 0; }
// Gives the frame a trace function of its own, in place of what it has.
inline void set_frame_tracer(PyFrameObject* frame, PyObject* tracer) {
  Py_INCREF(tracer);
  Py_XSETREF(frame->f_trace, tracer);
}
#endif

}  // namespace covey::collector
