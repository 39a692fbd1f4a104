#include <covey/collector/branch_events.hpp>
#include <covey/collector/context_events.hpp>
#include <covey/collector/contexts.hpp>
#include <covey/collector/test_functions.hpp>
#include <covey/collector/trails.hpp>
#include <covey/shard/line_table.hpp>

namespace covey::collector {

namespace {

// The test that this thread's context is of, and how many of its frames have begun and not ended.
struct RunningTest {
  PyObject* code = nullptr;  // borrowed: its frame holds it
  int n_frames = 0;
};
thread_local RunningTest t_test;

// What a callback knows.
struct Event {
  Monitoring& monitoring;
  PyObject* code;
  CodePoints& points;
  Contexts& contexts;
  ContextPoints& seen;

  int line(int unit) const { return decoded(monitoring, code).line(unit); }
};

// What to return for an event that need not come again in this context.
PyObject* enough(const Event& event) {
  if (event.seen.busy_for == 0 && ++event.seen.n_events <= k_patience) Py_RETURN_NONE;
  auto& to_arm = event.monitoring.to_arm;
  if (event.seen.armed_later != event.code) {
    try {
      to_arm.push_back(event.code);
    } catch (...) {
      event.monitoring.recorder->writer().mark_incomplete("out of memory");
      Py_RETURN_NONE;
    }
    Py_INCREF(event.code);
    event.seen.armed_later = event.code;
  }
  return disabled(event.monitoring);
}

void note(const Event& event, const Step& step) {
  if (step.is_certain)
    event.contexts.stepped(event.points, event.seen, step.to, step.from);
  else
    event.contexts.went(event.points, event.seen, step.from, step.to, [&] { return OneLine{step.to}; });
}

// Calls `take(event)` where the code is measured.
template <class Take>
PyObject* with_event(PyObject* module, PyObject* code, Take take) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = measured(monitoring, code);
  Contexts* contexts = monitoring.recorder->contexts();
  if (points == nullptr || contexts == nullptr) return disabled(monitoring);
  ContextPoints* seen = contexts->seen(*points);
  if (seen == nullptr) return disabled(monitoring);
  return take(Event{monitoring, code, *points, *contexts, *seen});
}

// For a frame that begins or ends as contexts are switched: no line of it comes before what runs next.
void forget_step(Monitoring& monitoring, PyObject* code) {
  if (CodePoints* points = measured(monitoring, code)) points->last_line = 0;
}

void leave_test(Monitoring& monitoring, PyObject* code) noexcept {
  if (t_test.code != code || --t_test.n_frames > 0) return;
  t_test = {};
  switch_context(monitoring, {});
  forget_step(monitoring, code);
}

// LINE(code, line)
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  return with_event(module, arguments[0], [&](const Event& event) {
    event.contexts.ran(event.points, event.seen, int_of(arguments[1]));
    return enough(event);
  });
}

// What the instruction at the unit tells. Whether it need not be told of again.
bool instruction_runs(const Event& event, int unit) {
  return for_each_step(decoded(event.monitoring, event.code), event.points, event.code, unit,
                       [&](const Step& step) { note(event, step); });
}

// The same with branches. Before 3.14 other events tell of steps, but for the first one of a frame that goes on in
// another context than it stood in.
PyObject* on_step(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  return with_event(module, arguments[0], [&](const Event& event) {
    const int line = int_of(arguments[1]);
    if (is_watched(event.points)) instruction_runs(event, running_unit());
    for_each_follower(event.points, line, [&](int to) { note(event, {line, to, false}); });
    int before = event.points.last_line;
    if (k_branch_has_sides) event.points.last_line = line;
    if ((before == 0 || k_branch_has_sides) && event.contexts.has_run(event.points, event.seen, line))
      return enough(event);
    if (before != 0 && !event.contexts.holds(event.seen, before, line, [&] {
          return may_follow(decoded(event.monitoring, event.code), before, line);
        }))
      before = 0;
    event.contexts.stepped(event.points, event.seen, line, before);
    if (before != 0 && !k_branch_has_sides) event.points.last_line = 0;
    return enough(event);
  });
}

bool is_test(Monitoring& monitoring, PyObject* code) {
  const CodePoints* points = PyCode_Check(code) ? monitoring.recorder->known(code) : nullptr;
  return points != nullptr && points->starts_context;
}

// PY_RETURN(code, offset, value), of measured code where branches are, and of tests
PyObject* on_return(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  Monitoring& monitoring = monitoring_of(module);
  PyObject* code = arguments[0];
  const bool test = is_test(monitoring, code);
  if (test && !monitoring.recorder->branches()) {
    leave_test(monitoring, code);
    Py_RETURN_NONE;
  }
  PyObject* result = with_event(module, code, [&](const Event& event) {
    event.contexts.returned(event.points, event.seen, event.line(unit_of(arguments[1])));
    event.points.last_line = 0;
    return test ? Py_NewRef(Py_None) : enough(event);
  });
  if (!test) return result;
  leave_test(monitoring, code);
  Py_DECREF(result);
  Py_RETURN_NONE;
}

// That the branch at a unit went to another.
void branched(const Event& event, int source, int destination) {
  const int from = event.line(source);
  if constexpr (k_branch_has_sides) {
    event.contexts.went(event.points, event.seen, from, -1 - destination,
                        [&] { return follow(decoded(event.monitoring, event.code), from, destination); });
  } else {
    for (const Step& step : steps_of_branch(event.points, decoded(event.monitoring, event.code), from, destination))
      note(event, step);
  }
}

// BRANCH_LEFT and BRANCH_RIGHT(code, offset, destination)
PyObject* on_side(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  return with_event(module, arguments[0], [&](const Event& event) {
    branched(event, unit_of(arguments[1]), unit_of(arguments[2]));
    return enough(event);
  });
}

// BRANCH(code, offset, destination): goes on until it has gone both ways, or the other way is told otherwise.
PyObject* on_branch(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  constexpr int k_one_way = -1;
  constexpr int k_done = -2;
  return with_event(module, arguments[0], [&](const Event& event) {
    auto& [monitoring, code, points, contexts, seen] = event;
    const int source = unit_of(arguments[1]);
    const int destination = unit_of(arguments[2]);
    const int branch = -1 - source;
    if (contexts.first_time(seen, branch, destination)) {
      branched(event, source, destination);
      const bool second_way = !contexts.first_time(seen, branch, k_one_way);
      if (second_way ||
          contexts.holds(seen, branch, destination, [&, code = code, &points = points, &monitoring = monitoring] {
            return is_told_otherwise(*monitoring.recorder, points, decoded(monitoring, code), source, destination);
          }))
        contexts.first_time(seen, branch, k_done);
    }
    return contexts.was_there(seen, branch, k_done) ? enough(event) : Py_NewRef(Py_None);
  });
}

// INSTRUCTION(code, offset), of code that is watched.
PyObject* on_instruction(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  return with_event(module, arguments[0], [&](const Event& event) {
    if (event.points.watched == nullptr || instruction_runs(event, unit_of(arguments[1]))) return enough(event);
    return Py_NewRef(Py_None);
  });
}

// PY_UNWIND(code, offset, exception): of all code, and it cannot be turned off.
PyObject* on_unwind(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  Monitoring& monitoring = monitoring_of(module);
  PyObject* code = arguments[0];
  if (monitoring.recorder->branches() && measured(monitoring, code) != nullptr) {
    Py_DECREF(with_event(module, code, [&](const Event& event) {
      const int line = line_of_unwinding(decoded(monitoring, code), code, unit_of(arguments[1]));
      if (line > 0) event.contexts.returned(event.points, event.seen, line);
      event.points.last_line = 0;
      return Py_NewRef(Py_None);
    }));
  }
  leave_test(monitoring, code);
  Py_RETURN_NONE;
}

// PY_RESUME(code, offset), of measured code where branches are, and of tests. What runs next follows the line of the
// yield, maybe in another context than the one that the yield ran in.
PyObject* on_resume(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  Monitoring& monitoring = monitoring_of(module);
  const bool test = is_test(monitoring, arguments[0]);
  if (test) enter_test(monitoring, arguments[0]);
  if (!monitoring.recorder->branches()) Py_RETURN_NONE;
  PyObject* result = with_event(module, arguments[0], [&](const Event& event) {
    event.points.last_line = event.line(unit_of(arguments[1]));
    return test ? Py_NewRef(Py_None) : enough(event);
  });
  if (!test) return result;
  Py_DECREF(result);
  Py_RETURN_NONE;
}

// PY_THROW(code, offset, exception): of all code, and it cannot be turned off.
PyObject* on_throw(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  Monitoring& monitoring = monitoring_of(module);
  if (is_test(monitoring, arguments[0])) enter_test(monitoring, arguments[0]);
  Py_RETURN_NONE;
}

// PY_YIELD(code, offset, value) of tests
PyObject* on_yield(PyObject* module, PyObject* const* arguments, Py_ssize_t) {
  leave_test(monitoring_of(module), arguments[0]);
  Py_RETURN_NONE;
}

// The frames that are running go on in the new period, each from the line where it is. The youngest of a thread come
// first: of those of one code object it is the next to run.
void carry_running_frames(Monitoring& monitoring, Contexts& contexts) noexcept {
  for (PyThreadState* thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get()); thread != nullptr;
       thread = PyThreadState_Next(thread)) {
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    while (frame != nullptr) {
      PyCodeObject* code = PyFrame_GetCode(frame);
      CodePoints* points = measured(monitoring, reinterpret_cast<PyObject*>(code));
      if (points != nullptr) contexts.goes_on(*points, PyFrame_GetLineNumber(frame));
      Py_DECREF(code);
      PyFrameObject* caller = PyFrame_GetBack(frame);
      Py_DECREF(frame);
      frame = caller;
    }
  }
}

// Whether the body begins on the line of the def, or lambda.
bool begins_on_def_line(PyCodeObject* code) {
  int first = 0;
  shard::for_each_table_entry(line_table_of(code), code->co_firstlineno, [&](int, int end, int line) {
    if (first == 0 && end > code->_co_firsttraceable + 1) first = line;
  });
  return first == code->co_firstlineno;
}

PyMethodDef k_on_line = {"line", fast<on_line>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_step = {"line", fast<on_step>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_return = {"py_return", fast<on_return>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_side = {"branch_side", fast<on_side>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_branch = {"branch", fast<on_branch>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_instruction = {"instruction", fast<on_instruction>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_unwind = {"py_unwind", fast<on_unwind>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_resume = {"py_resume", fast<on_resume>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_throw = {"py_throw", fast<on_throw>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_yield = {"py_yield", fast<on_yield>(), METH_FASTCALL, nullptr};

constexpr EventRow k_events_of_lines[] = {{"LINE", &k_on_line, Where::measured_code}};
constexpr EventRow k_events_of_sides[] = {
    {"LINE", &k_on_step, Where::measured_code},        {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH_LEFT", &k_on_side, Where::measured_code}, {"BRANCH_RIGHT", &k_on_side, Where::measured_code},
    {"PY_RESUME", &k_on_resume, Where::measured_code}, {"PY_UNWIND", &k_on_unwind, Where::everywhere},
};
constexpr EventRow k_events_of_branches[] = {
    {"LINE", &k_on_step, Where::measured_code},     {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH", &k_on_branch, Where::measured_code}, {"INSTRUCTION", &k_on_instruction, Where::watched_code},
    {"PY_UNWIND", &k_on_unwind, Where::everywhere}, {"PY_RESUME", &k_on_resume, Where::measured_code},
};
constexpr EventRow k_events_of_tests[] = {
    {"PY_RETURN", &k_on_return, Where::tests},      {"PY_RESUME", &k_on_resume, Where::tests},
    {"PY_YIELD", &k_on_yield, Where::tests},        {"PY_THROW", &k_on_throw, Where::everywhere},
    {"PY_UNWIND", &k_on_unwind, Where::everywhere},
};

}  // namespace

std::span<const EventRow> context_events(bool branches) {
  if (!branches) return k_events_of_lines;
  if constexpr (k_branch_has_sides) return k_events_of_sides;
  return k_events_of_branches;
}

std::span<const EventRow> test_events() { return k_events_of_tests; }

PyObject* on_start_again(PyObject* module, PyObject* code) {
  return with_event(module, code, [](const Event& event) {
    const bool needed = event.contexts.holds(event.seen, 0, 0, [&] { return begins_on_def_line(as_code(event.code)); });
    return needed ? enough(event) : disabled(event.monitoring);
  });
}

void enter_test(Monitoring& monitoring, PyObject* code) noexcept {
  if (t_test.code == code) ++t_test.n_frames;
  if (t_test.code != nullptr) return;
  try {
    PyFrameObject* frame = PyEval_GetFrame();
    const auto name = frame == nullptr ? std::string() : test_context(frame);
    if (name.empty()) return;
    t_test = {code, 1};
    switch_context(monitoring, name);
    forget_step(monitoring, code);
  } catch (...) {
    monitoring.recorder->writer().mark_incomplete("out of memory");
  }
}

void switch_context(Monitoring& monitoring, std::string_view name) noexcept {
  Contexts* contexts = monitoring.recorder->begin_contexts();
  if (contexts == nullptr || !contexts->switch_to(name)) return;
  if (monitoring.recorder->branches()) carry_running_frames(monitoring, *contexts);
  for (PyObject* code : monitoring.to_arm) {
    const CodePoints* points = monitoring.recorder->known(code);
    // What was turned off is on again once the events have been away.
    set_events(monitoring, code, monitoring.events[0]);
    set_events(monitoring, code, events_of(monitoring, *points));
    Py_DECREF(code);
  }
  monitoring.to_arm.clear();
}

PyObject* events_of(const Monitoring& monitoring, const CodePoints& points) {
  unsigned kind = 0;
  if (points.starts_context) kind |= k_test_code;
  if (points.points != nullptr) {
    kind |= k_measured_code;
    if (is_watched(points)) kind |= k_watched_code;
  }
  return monitoring.events[kind];
}

void set_events(Monitoring& monitoring, PyObject* code, PyObject* events) noexcept {
  PyObject* call[] = {monitoring.tool, code, events};
  PyObject* result = PyObject_Vectorcall(monitoring.set_local_events, call, 3, nullptr);
  if (result == nullptr) {
    PyErr_Clear();
    monitoring.recorder->writer().mark_incomplete("sys.monitoring.set_local_events refused a code object");
  }
  Py_XDECREF(result);
}

}  // namespace covey::collector
