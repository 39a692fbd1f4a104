// CPython 3.12 and later: sys.monitoring. PY_START decides, once per code object, what is measured; it is on for all
// code that may be (code_watch.hpp), and where that cannot be known for all code. LINE is on in measured code only and
// every event turns itself off, so that what ran once costs nothing more.
#include <covey/collector/branch_events.hpp>
#include <covey/collector/code_watch.hpp>
#include <covey/collector/context_events.hpp>
#include <covey/collector/engine.hpp>

namespace covey::collector {

namespace {

constexpr int k_tool_ids[] = {1, 4, 5, 2, 3, 0};  // COVERAGE first; 3 is Hypothesis', 0 the debugger's

PyObject* none_instead(PyObject* result) {
  Py_XDECREF(result);
  Py_RETURN_NONE;
}

// PY_START(code, offset)
PyObject* on_start(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  // Others fire events for things that only look like code (Cython's).
  if (count < 1 || !PyCode_Check(arguments[0])) return disabled(monitoring);
  PyObject* code = arguments[0];
  CodePoints* points = monitoring.recorder->known(code);
  if (points != nullptr) {
    points->told_again = true;  // somebody had all events armed again
  } else {
    points = monitoring.recorder->first_sight(as_code(code), PyEval_GetGlobals(), monitoring.lines);
    if (points->points != nullptr && monitoring.recorder->branches()) {
      monitoring.codes.found(as_code(code), monitoring.lines);
      find_hidden_branches(monitoring, code, *points);
    }
    if (points->points != nullptr && monitoring.watcher >= 0 && text_of(as_code(code)->co_name) == "<module>")
      arm_constants(monitoring, as_code(code));
    if (points->points != nullptr || points->starts_context)
      set_events(monitoring, code, events_of(monitoring, *points));
  }
  if (points->starts_children) monitoring.recorder->child_starts(PyEval_GetFrame());
  if (points->starts_context) {
    enter_test(monitoring, code);
    Py_RETURN_NONE;
  }
  const bool in_contexts = monitoring.recorder->contexts() != nullptr && points->points != nullptr;
  PyObject* result = in_contexts ? on_start_again(module, code) : disabled(monitoring);
  return points->starts_children ? none_instead(result) : result;
}

// LINE(code, line)
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) points->set(int_of(arguments[1]));
  return disabled(monitoring);
}

PyMethodDef k_on_start = {"py_start", fast<on_start>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_line = {"line", fast<on_line>(), METH_FASTCALL, nullptr};

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

void free_listener(PyObject* self) {
  auto* listener = reinterpret_cast<Listener*>(self);
  PyTypeObject* type = Py_TYPE(self);
  if (listener->monitoring != nullptr) {
    listener->monitoring->listener = nullptr;
    if (!may_be_ending())
      listener->monitoring->recorder->writer().mark_incomplete("the program freed Covey's tool id of sys.monitoring");
  }
  Py_XDECREF(listener->module);
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot k_listener_slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(free_listener)}, {0, nullptr}};
PyType_Spec k_listener = {"_covey.Listener", sizeof(Listener), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, k_listener_slots};

// A new reference; nullptr, with an exception set, where there is no memory.
PyObject* make_listener(PyObject* module, Monitoring& monitoring) {
  PyObject* type = PyType_FromSpec(&k_listener);
  if (type == nullptr) return nullptr;
  PyObject* self = PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0);
  Py_DECREF(type);
  if (self == nullptr) return nullptr;
  auto* listener = reinterpret_cast<Listener*>(self);
  listener->module = Py_NewRef(module);
  listener->monitoring = &monitoring;
  monitoring.listener = self;
  return self;
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

bool register_callback(PyObject* api, Monitoring& monitoring, long bits, PyMethodDef* method) {
  PyObject* callback = monitoring.listener == nullptr ? nullptr : PyCFunction_New(method, monitoring.listener);
  if (callback == nullptr) return false;
  return called(PyObject_CallMethod(api, "register_callback", "OlN", monitoring.tool, bits, callback));
}

// Bits of sys.monitoring.events, by where they are wanted: see Where.
struct EventBits {
  std::array<long, 4> wanted{};
  long start = 0;  // PY_START's

  long& at(Where where) { return wanted[static_cast<std::size_t>(where)]; }
};

bool register_rows(PyObject* api, Monitoring& monitoring, std::span<const EventRow> rows, EventBits& bits) {
  PyObject* names = PyObject_GetAttrString(api, "events");
  if (names == nullptr) return false;
  bool good = true;
  for (const auto& row : rows) {
    const long bit = event(names, row.name);
    good = good && bit >= 0 && register_callback(api, monitoring, bit, row.callback);
    bits.at(row.where) |= bit;
  }
  Py_DECREF(names);
  return good;
}

std::span<const EventRow> wanted_events(Recorder& recorder) {
  if (recorder.contexts() != nullptr) return context_events(recorder.branches());
  return recorder.branches() ? branch_events() : std::span<const EventRow>(k_line_events);
}

// PY_START is local too: without it, since 3.13, a body on the line of its def loses its LINE event (cpython#155992).
constexpr EventRow k_start_events[] = {{"PY_START", &k_on_start, Where::everywhere},
                                       {"PY_START", &k_on_start, Where::measured_code},
                                       {"PY_START", &k_on_start, Where::tests}};

bool register_callbacks(PyObject* api, Monitoring& monitoring, EventBits& bits) {
  if (!register_rows(api, monitoring, k_start_events, bits)) return false;
  bits.start = bits.at(Where::everywhere);
  return register_rows(api, monitoring, wanted_events(*monitoring.recorder), bits) &&
         (!monitoring.recorder->test_functions() || register_rows(api, monitoring, test_events(), bits));
}

// Takes the callbacks of these events away; whether that went well.
bool unregister_rows(PyObject* api, Monitoring& monitoring, std::span<const EventRow> rows) {
  PyObject* names = PyObject_GetAttrString(api, "events");
  if (names == nullptr) return false;
  bool good = true;
  for (const auto& row : rows)
    good = called(PyObject_CallMethod(api, "register_callback", "OlO", monitoring.tool, event(names, row.name),
                                      Py_None)) &&
           good;
  Py_DECREF(names);
  return good;
}

bool make_events(Monitoring& monitoring, EventBits& bits) {
  Py_XSETREF(monitoring.start, PyLong_FromLong(bits.start));
  if (monitoring.start == nullptr) return false;
  for (unsigned kind = 0; kind < monitoring.events.size(); ++kind) {
    const long wanted = ((kind & k_measured_code) != 0 ? bits.at(Where::measured_code) : 0) |
                        ((kind & k_watched_code) != 0 ? bits.at(Where::watched_code) : 0) |
                        ((kind & k_test_code) != 0 ? bits.at(Where::tests) : 0);
    PyObject* events = PyLong_FromLong(wanted);
    if (events == nullptr) return false;
    Py_XSETREF(monitoring.events[kind], events);
  }
  return true;
}

bool start(PyObject* api, Monitoring& monitoring) {
  monitoring.disable = PyObject_GetAttrString(api, "DISABLE");
  monitoring.set_local_events = PyObject_GetAttrString(api, "set_local_events");
  if (monitoring.recorder->test_functions()) monitoring.recorder->begin_contexts();
  EventBits bits;
  if (monitoring.disable == nullptr || monitoring.set_local_events == nullptr ||
      !register_callbacks(api, monitoring, bits) || !make_events(monitoring, bits))
    return false;
  long everywhere = bits.at(Where::everywhere);
  // Tests that are contexts need not be measured code.
  if (!monitoring.recorder->test_functions() && watch_new_code(monitoring)) everywhere &= ~bits.start;
  return called(PyObject_CallMethod(api, "set_events", "Ol", monitoring.tool, everywhere));
}

void release(Monitoring* monitoring) {
  unwatch_code(*monitoring);
  Py_XDECREF(monitoring->start);
  Py_XDECREF(monitoring->disable);
  Py_XDECREF(monitoring->set_local_events);
  Py_XDECREF(monitoring->tool);
  for (PyObject* events : monitoring->events) Py_XDECREF(events);
  for (PyObject* code : monitoring->to_arm) Py_DECREF(code);
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
  PyObject* listener = make_listener(module, *monitoring);
  const bool started = listener != nullptr && start(api, *monitoring);
  Py_XDECREF(listener);
  if (!started) return base::fail(base::ErrorKind::usage, {}, "sys.monitoring refused our callbacks");
  return {};
}

// An event without a callback does nothing, and is not turned off either.
void pause_engine(PyObject* module) noexcept {
  Monitoring& monitoring = *static_cast<Monitoring*>(engine_state(module));
  PyObject* api = PySys_GetObject("monitoring");
  if (api == nullptr || monitoring.listener == nullptr) return;
  Py_INCREF(monitoring.listener);  // it would go with the last callback
  monitoring.paused_listener = monitoring.listener;
  unregister_rows(api, monitoring, k_start_events);
  unregister_rows(api, monitoring, wanted_events(*monitoring.recorder));
  if (monitoring.recorder->test_functions()) unregister_rows(api, monitoring, test_events());
  PyErr_Clear();
}

void resume_engine(PyObject* module, Recorder& recorder) noexcept {
  Monitoring& monitoring = *static_cast<Monitoring*>(engine_state(module));
  PyObject* api = PySys_GetObject("monitoring");
  EventBits bits;
  const bool resumed =
      monitoring.paused_listener != nullptr && api != nullptr && register_callbacks(api, monitoring, bits);
  PyErr_Clear();
  Py_CLEAR(monitoring.paused_listener);
  if (!resumed) recorder.writer().mark_incomplete("sys.monitoring refused the callbacks after a pause");
}

void switch_context(PyObject* module, Recorder& recorder, std::string_view name) noexcept {
  Monitoring& monitoring = *static_cast<Monitoring*>(engine_state(module));
  const bool first = recorder.contexts() == nullptr;
  switch_context(monitoring, name);
  if (!first || recorder.contexts() == nullptr) return;
  // From here on other callbacks listen. What was turned off until now has not been listed: all of it is armed again.
  PyObject* api = PySys_GetObject("monitoring");
  EventBits bits;
  if (api != nullptr && register_callbacks(api, monitoring, bits) && make_events(monitoring, bits) &&
      called(PyObject_CallMethod(api, "restart_events", nullptr)))
    return;
  PyErr_Clear();
  recorder.writer().mark_incomplete("sys.monitoring refused the callbacks for contexts");
}

}  // namespace covey::collector
