// CPython 3.12 and later: sys.monitoring. PY_START is on for all code and decides, once per code object, what is
// measured; LINE is on in measured code only and every event turns itself off, so that what ran once costs nothing
// more.
#include <covey/collector/branch_events.hpp>
#include <covey/collector/engine.hpp>

namespace covey::collector {

namespace {

constexpr int k_tool_ids[] = {1, 4, 5, 2, 3, 0};  // COVERAGE first; 3 is Hypothesis', 0 the debugger's

// PY_START(code, offset)
PyObject* on_start(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  // Others fire events for things that only look like code (Cython's).
  if (count < 1 || !PyCode_Check(arguments[0])) return disabled(monitoring);
  PyObject* code = arguments[0];
  if (monitoring.recorder->known(code) != nullptr) return disabled(monitoring);  // another tool re-armed all events
  PyObject* globals = PyEval_GetGlobals();
  CodePoints* points = monitoring.recorder->first_sight(as_code(code), globals, monitoring.lines);
  if (points->points == nullptr) return disabled(monitoring);
  if (monitoring.recorder->branches()) monitoring.codes.found(as_code(code), monitoring.lines);
  const bool more = monitoring.recorder->branches() && hides_branches(as_code(code));
  PyObject* call[] = {monitoring.tool, code, more ? monitoring.more_events : monitoring.events};
  PyObject* result = PyObject_Vectorcall(monitoring.set_local_events, call, 3, nullptr);
  if (result == nullptr) {
    PyErr_Clear();
    monitoring.recorder->writer().mark_incomplete("sys.monitoring.set_local_events refused a code object");
  }
  Py_XDECREF(result);
  return disabled(monitoring);
}

// LINE(code, line)
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) points->set(int_of(arguments[1]));
  return disabled(monitoring);
}

PyMethodDef k_on_start = {"py_start", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_start)),
                          METH_FASTCALL, nullptr};
PyMethodDef k_on_line = {"line", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_line)), METH_FASTCALL,
                         nullptr};

constexpr EventRow k_line_events[] = {{"LINE", &k_on_line, Where::measured_code}};

long event(PyObject* namespace_, const char* name) {
  PyObject* value = PyObject_GetAttrString(namespace_, name);
  const long bits = value == nullptr ? -1 : PyLong_AsLong(value);
  Py_XDECREF(value);
  return bits;
}

// Whether the call went well; an exception stays set where it did not.
bool called(PyObject* result) {
  Py_XDECREF(result);
  return result != nullptr;
}

bool take_tool_id(PyObject* api, Monitoring& monitoring) {
  for (int id : k_tool_ids) {
    if (called(PyObject_CallMethod(api, "use_tool_id", "is", id, "covey"))) {
      monitoring.tool = PyLong_FromLong(id);
      return monitoring.tool != nullptr;
    }
    PyErr_Clear();  // ValueError: in use
  }
  return false;
}

bool register_callback(PyObject* module, PyObject* api, Monitoring& monitoring, long bits, PyMethodDef* method) {
  PyObject* callback = PyCFunction_New(method, module);
  if (callback == nullptr) return false;
  return called(PyObject_CallMethod(api, "register_callback", "OlN", monitoring.tool, bits, callback));
}

// The events of measured code and those everywhere, as bits of sys.monitoring.events.
struct EventBits {
  long local = 0;
  long more = 0;  // where code hides branches
  long global = 0;
};

bool register_callbacks(PyObject* module, PyObject* api, Monitoring& monitoring, EventBits& bits) {
  PyObject* names = PyObject_GetAttrString(api, "events");
  if (names == nullptr) return false;
  // PY_START is local too: without it, since 3.13, a body on the line of its def loses its LINE event (cpython#155992).
  bits.local = bits.global = event(names, "PY_START");
  bool good = bits.local >= 0 && register_callback(module, api, monitoring, bits.local, &k_on_start);
  const auto rows = monitoring.recorder->branches() ? branch_events() : std::span<const EventRow>(k_line_events);
  for (const auto& row : rows) {
    const long bit = event(names, row.name);
    good = good && bit >= 0 && register_callback(module, api, monitoring, bit, row.callback);
    if (row.where == Where::everywhere) bits.global |= bit;
    if (row.where == Where::measured_code) bits.local |= bit;
    if (row.where == Where::code_that_hides_branches) bits.more |= bit;
  }
  Py_DECREF(names);
  return good;
}

bool start(PyObject* module, PyObject* api, Monitoring& monitoring) {
  monitoring.disable = PyObject_GetAttrString(api, "DISABLE");
  monitoring.set_local_events = PyObject_GetAttrString(api, "set_local_events");
  EventBits bits;
  if (monitoring.disable == nullptr || monitoring.set_local_events == nullptr ||
      !register_callbacks(module, api, monitoring, bits))
    return false;
  monitoring.events = PyLong_FromLong(bits.local);
  monitoring.more_events = PyLong_FromLong(bits.local | bits.more);
  return monitoring.events != nullptr && monitoring.more_events != nullptr &&
         called(PyObject_CallMethod(api, "set_events", "Ol", monitoring.tool, bits.global));
}

void release(Monitoring* monitoring) {
  Py_XDECREF(monitoring->disable);
  Py_XDECREF(monitoring->set_local_events);
  Py_XDECREF(monitoring->tool);
  Py_XDECREF(monitoring->events);
  Py_XDECREF(monitoring->more_events);
  delete monitoring;
}

}  // namespace

const char* engine_unsupported() { return nullptr; }

base::Result<void> start_engine(PyObject* module, Recorder& recorder) {
  auto* monitoring = new Monitoring;
  monitoring->recorder = &recorder;
  set_engine_state(module, monitoring, [](void* state) { release(static_cast<Monitoring*>(state)); });
  PyObject* api = PySys_GetObject("monitoring");
  if (api == nullptr) return base::fail(base::ErrorKind::usage, {}, "there is no sys.monitoring");
  if (!take_tool_id(api, *monitoring))
    return base::fail(base::ErrorKind::usage, {}, "all six sys.monitoring tool ids are taken");
  if (!start(module, api, *monitoring))
    return base::fail(base::ErrorKind::usage, {}, "sys.monitoring refused our callbacks");
  return {};
}

}  // namespace covey::collector
