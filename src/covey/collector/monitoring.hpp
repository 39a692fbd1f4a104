// What the callbacks of sys.monitoring share.
#pragma once

#include <array>
#include <covey/collector/decoded_code.hpp>
#include <covey/collector/module.hpp>
#include <covey/collector/recorder.hpp>
#include <vector>

namespace covey::collector {

// Per interpreter.
struct Monitoring {
  Recorder* recorder = nullptr;
  PyObject* disable = nullptr;           // sys.monitoring.DISABLE
  PyObject* set_local_events = nullptr;  // sys.monitoring.set_local_events
  PyObject* tool = nullptr;              // our tool's id
  PyObject* listener = nullptr;          // borrowed from the callbacks; nullptr once they are gone
  PyObject* paused_listener = nullptr;   // the same, owned, where there are no callbacks for a while
  PyObject* start = nullptr;             // PY_START alone, as set_local_events takes it
  int watcher = -1;                      // see code_watch.hpp
  // The events of code by what it is: the sum of CodeKind.
  std::array<PyObject*, 8> events{};
  std::vector<PyObject*> to_arm;  // code whose events were turned off since the last switch of contexts
  CodeLines lines;                // of the code object that started last
  DecodedCodes codes;             // for branches
};

// What a code object is, and so which events it needs; bits.
enum CodeKind : unsigned { k_measured_code = 1, k_watched_code = 2, k_test_code = 4 };

// What every callback has as self. It goes when the last callback does: at the interpreter's end, or where the program
// frees our tool or takes it over.
struct Listener {
  PyObject_HEAD Monitoring* monitoring;
  PyObject* module;  // keeps the recorder alive
};

// Of a callback's self, which must be a Listener.
inline Monitoring& monitoring_of(PyObject* listener) { return *reinterpret_cast<Listener*>(listener)->monitoring; }

// The same object, which must be a code object.
inline PyCodeObject* as_code(PyObject* code) { return reinterpret_cast<PyCodeObject*>(code); }

// A callback's offset, which is in bytes, as a unit.
inline int unit_of(PyObject* offset) { return int_of(offset) / 2; }

// What a callback returns where the event need not come again: sys.monitoring.DISABLE, a new reference.
inline PyObject* disabled(Monitoring& monitoring) {
  Py_INCREF(monitoring.disable);
  return monitoring.disable;
}

// The points of a callback's first argument; nullptr where it is not measured. Others fire events for things that only
// look like code (Cython's).
inline CodePoints* measured(Monitoring& monitoring, PyObject* code) {
  if (!PyCode_Check(code)) return nullptr;
  CodePoints* points = monitoring.recorder->known(code);
  return points == nullptr || points->points == nullptr ? nullptr : points;
}

// Of which code an event is told: of what is measured, of what of that is watched, of tests, or of all.
enum class Where { measured_code, watched_code, tests, everywhere };

// A callback as METH_FASTCALL calls it, and as PyMethodDef takes it.
using FastCallback = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);

// Calls it; what it throws, for want of memory, never gets into CPython.
template <FastCallback Callback>
PyObject* guarded(PyObject* listener, PyObject* const* arguments, Py_ssize_t count) noexcept {
  try {
    return Callback(listener, arguments, count);
  } catch (...) {
    Monitoring& monitoring = monitoring_of(listener);
    monitoring.recorder->writer().mark_incomplete("out of memory");
    return disabled(monitoring);
  }
}

template <FastCallback Callback>
PyCFunction fast() {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(guarded<Callback>));
}

// An event and what is called for it.
struct EventRow {
  const char* name;  // in sys.monitoring.events
  PyMethodDef* callback;
  Where where;
};

}  // namespace covey::collector
