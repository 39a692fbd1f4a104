// What the callbacks of sys.monitoring share.
#pragma once

#include <covey/collector/decoded_code.hpp>
#include <covey/collector/module.hpp>
#include <covey/collector/recorder.hpp>

namespace covey::collector {

// Per interpreter; reached through the module that is every callback's self.
struct Monitoring {
  Recorder* recorder = nullptr;
  PyObject* disable = nullptr;           // sys.monitoring.DISABLE
  PyObject* set_local_events = nullptr;  // sys.monitoring.set_local_events
  PyObject* tool = nullptr;              // our tool's id
  PyObject* events = nullptr;            // those of measured code
  PyObject* more_events = nullptr;       // those of measured code that hides branches
  CodeLines lines;                       // of the code object that started last
  DecodedCodes codes;                    // for branches
};

inline Monitoring& monitoring_of(PyObject* module) { return *static_cast<Monitoring*>(engine_state(module)); }

inline PyCodeObject* as_code(PyObject* code) { return reinterpret_cast<PyCodeObject*>(code); }

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

enum class Where { measured_code, code_that_hides_branches, everywhere };

// An event and what is called for it.
struct EventRow {
  const char* name;  // in sys.monitoring.events
  PyMethodDef* callback;
  Where where;
};

}  // namespace covey::collector
