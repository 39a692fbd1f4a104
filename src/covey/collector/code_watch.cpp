#include <covey/collector/child_starts.hpp>
#include <covey/collector/code_watch.hpp>
#include <covey/collector/context_events.hpp>
#include <vector>

namespace covey::collector {

namespace {

// Of the main interpreter; a watcher is told nothing of its own.
Monitoring* g_watching = nullptr;

// Whether what runs, runs for site.py as the interpreter starts: nothing of the program has been created then. The
// outermost frame of a program is its own, there it is the import system's.
bool before_the_program() {
  PyThreadState* thread = PyThreadState_Get();
  PyFrameObject* frame = PyThreadState_GetFrame(thread);
  if (frame == nullptr) return false;
  while (PyFrameObject* back = PyFrame_GetBack(frame)) {
    Py_DECREF(frame);
    frame = back;
  }
  PyCodeObject* code = PyFrame_GetCode(frame);
  const bool imports = text_of(code->co_filename).starts_with("<frozen importlib");
  Py_DECREF(code);
  Py_DECREF(frame);
  return imports;
}

// Whether a module that is there already (imported by another .pth file) may have to be measured: its functions will
// run.
bool has_imported_measured_code(Monitoring& monitoring) noexcept {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject *name = nullptr, *module = nullptr;
  for (Py_ssize_t at = 0; modules != nullptr && PyDict_Next(modules, &at, &name, &module) != 0;) {
    PyObject* file = PyModule_Check(module) ? PyDict_GetItemString(PyModule_GetDict(module), "__file__") : nullptr;
    if (file != nullptr && PyUnicode_Check(file) && monitoring.recorder->may_measure(file)) return true;
  }
  return false;
}

// Code without a RESUME is none that the interpreter could instrument.
bool can_start(PyCodeObject* code) { return code->_co_firsttraceable < code_units(code); }

// A module is told by its globals, which are not known before it runs: so each has to start.
bool has_to_start(Monitoring& monitoring, PyCodeObject* code) noexcept {
  if (!can_start(code)) return false;
  const auto file = text_of(code->co_filename);
  if (!file.empty() && file.front() == '<') return false;
  return text_of(code->co_name) == "<module>" || monitoring.recorder->may_measure(code->co_filename) ||
         starts_children(code);
}

int on_code(PyCodeEvent event, PyCodeObject* code) {
  Monitoring* monitoring = g_watching;
  if (event != PY_CODE_EVENT_CREATE || monitoring == nullptr || monitoring->listener == nullptr) return 0;
  if (has_to_start(*monitoring, code)) set_events(*monitoring, reinterpret_cast<PyObject*>(code), monitoring->start);
  return 0;
}

}  // namespace

bool watch_new_code(Monitoring& monitoring) {
  if (PyInterpreterState_Get() != PyInterpreterState_Main() || g_watching != nullptr || !before_the_program() ||
      has_imported_measured_code(monitoring))
    return false;
  monitoring.watcher = PyCode_AddWatcher(on_code);
  if (monitoring.watcher < 0) {
    PyErr_Clear();
    return false;
  }
  g_watching = &monitoring;
  return true;
}

void unwatch_code(Monitoring& monitoring) {
  if (g_watching != &monitoring) return;
  g_watching = nullptr;
  if (PyCode_ClearWatcher(monitoring.watcher) != 0) PyErr_Clear();
}

void arm_constants(Monitoring& monitoring, PyCodeObject* code) {
  std::vector<PyObject*> left = {code->co_consts};
  while (!left.empty()) {
    PyObject* constants = left.back();
    left.pop_back();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
      PyObject* constant = PyTuple_GET_ITEM(constants, i);
      if (!PyCode_Check(constant)) continue;
      left.push_back(as_code(constant)->co_consts);
      if (monitoring.recorder->known(constant) == nullptr && can_start(as_code(constant)))
        set_events(monitoring, constant, monitoring.start);
    }
  }
}

}  // namespace covey::collector
