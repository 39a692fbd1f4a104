#include <covey/collector/child_starts.hpp>
#include <covey/collector/code_watch.hpp>
#include <covey/collector/context_events.hpp>
#include <vector>

namespace covey::collector {

namespace {

// Of the main interpreter; a watcher is told nothing of its own.
Monitoring* g_watching = nullptr;

// What tells most code to be none of ours by comparing pointers: looked at any closer, code that is created cost half a
// microsecond, nearly all of it for memory that was not at hand. New references while something is watched.
struct Names {
  PyObject* file = nullptr;  // co_filename of the last code that may not be measured; nullptr before the first
  PyObject* module = nullptr;
  PyObject* execute_child = nullptr;
} g_names;

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

// Names are interned, as a rule: those that are not are for starts() to look at.
bool is_ordinary(PyObject* co_name) {
  return PyUnicode_CHECK_INTERNED(co_name) && co_name != g_names.module && co_name != g_names.execute_child;
}

// Code without a RESUME is none that the interpreter could instrument.
bool can_start(PyCodeObject* code) { return code->_co_firsttraceable < code_units(code); }

// A module is told by its globals, which are not known before it runs: so each has to start.
bool has_to_start(Monitoring& monitoring, PyCodeObject* code) noexcept {
  const auto file = text_of(code->co_filename);
  const bool is_no_file = !file.empty() && file.front() == '<';
  if (!is_no_file && monitoring.recorder->may_measure(code->co_filename)) return can_start(code);
  Py_XSETREF(g_names.file, Py_NewRef(code->co_filename));
  return !is_no_file && (text_of(code->co_name) == "<module>" || starts_children(code)) && can_start(code);
}

int on_code(PyCodeEvent event, PyCodeObject* code) {
  if (event != PY_CODE_EVENT_CREATE) return 0;
  if (code->co_filename == g_names.file && is_ordinary(code->co_name)) return 0;
  Monitoring* monitoring = g_watching;
  if (monitoring == nullptr || monitoring->listener == nullptr) return 0;
  if (has_to_start(*monitoring, code)) set_events(*monitoring, reinterpret_cast<PyObject*>(code), monitoring->start);
  return 0;
}

}  // namespace

bool watch_new_code(Monitoring& monitoring) {
  if (PyInterpreterState_Get() != PyInterpreterState_Main() || g_watching != nullptr || !before_the_program() ||
      has_imported_measured_code(monitoring))
    return false;
  g_names = {nullptr, PyUnicode_InternFromString("<module>"), PyUnicode_InternFromString("_execute_child")};
  monitoring.watcher = PyCode_AddWatcher(on_code);
  if (g_names.module == nullptr || g_names.execute_child == nullptr || monitoring.watcher < 0) {
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
  Py_CLEAR(g_names.file);
  Py_CLEAR(g_names.module);
  Py_CLEAR(g_names.execute_child);
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
