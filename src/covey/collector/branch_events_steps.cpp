// CPython 3.12 and 3.13: one event for both sides of a branch, which goes on until both are known, and the reference
// (coverage.py's C tracer) sees each step from line to line.
#include <covey/collector/branch_events.hpp>
#include <covey/collector/ways.hpp>

namespace covey::collector {

namespace {

// What the instruction at the unit tells. Whether it need not be told of again.
bool instruction_runs(Monitoring& monitoring, PyObject* code, CodePoints& points, int unit) {
  constexpr int k_stepped = INT_MIN / 2;  // below what stands for branches
  Recorder& recorder = *monitoring.recorder;
  return for_each_step(decoded(monitoring, code), points, code, unit, [&](const Step& step) {
    if (recorder.first_time(points, k_stepped - step.from, step.to)) recorder.stepped(points, step.from, step.to);
  });
}

// LINE(code, line)
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points == nullptr) return disabled(monitoring);
  const int line = int_of(arguments[1]);
  points->add_bits(line, shard::k_line_ran);
  for_each_follower(*points, line, [&](int to) { monitoring.recorder->stepped(*points, line, to); });
  if (is_watched(*points)) instruction_runs(monitoring, arguments[0], *points, running_unit());
  return disabled(monitoring);
}

// PY_RETURN(code, offset, value)
PyObject* on_return(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr)
    points->add_bits(decoded(monitoring, arguments[0]).line(unit_of(arguments[1])), shard::k_line_returned);
  return disabled(monitoring);
}

// BRANCH(code, offset, destination): goes on until it has gone both ways, or the other way is told otherwise.
PyObject* on_branch(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  constexpr int k_one_way = -1;
  constexpr int k_done = -2;
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points == nullptr) return disabled(monitoring);
  Recorder& recorder = *monitoring.recorder;
  const int source = unit_of(arguments[1]);
  const int destination = unit_of(arguments[2]);
  const int branch = -1 - source;
  if (recorder.first_time(*points, branch, destination)) {
    const DecodedCode& code = decoded(monitoring, arguments[0]);
    const int from = code.line(source);
    for (const Step& step : steps_of_branch(*points, code, from, destination))
      recorder.stepped(*points, step.from, step.to);
    const bool second_way = !recorder.first_time(*points, branch, k_one_way);
    if (second_way || is_told_otherwise(recorder, *points, code, source, destination))
      recorder.first_time(*points, branch, k_done);
  }
  // Another code object, equal to this one, may have been through it before.
  if (recorder.was_there(*points, branch, k_done)) return disabled(monitoring);
  Py_RETURN_NONE;
}

// INSTRUCTION(code, offset), of code that is watched.
PyObject* on_instruction(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points == nullptr || points->watched == nullptr ||
      instruction_runs(monitoring, arguments[0], *points, unit_of(arguments[1])))
    return disabled(monitoring);
  Py_RETURN_NONE;
}

// PY_UNWIND(code, offset, exception): of all code, and it cannot be turned off.
PyObject* on_unwind(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr)
    points->add_bits(line_of_unwinding(decoded(monitoring, arguments[0]), arguments[0], unit_of(arguments[1])),
                     shard::k_line_returned);
  Py_RETURN_NONE;
}

PyMethodDef k_on_line = {"line", fast<on_line>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_return = {"py_return", fast<on_return>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_branch = {"branch", fast<on_branch>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_instruction = {"instruction", fast<on_instruction>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_unwind = {"py_unwind", fast<on_unwind>(), METH_FASTCALL, nullptr};

constexpr EventRow k_events[] = {
    {"LINE", &k_on_line, Where::measured_code},     {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH", &k_on_branch, Where::measured_code}, {"INSTRUCTION", &k_on_instruction, Where::watched_code},
    {"PY_UNWIND", &k_on_unwind, Where::everywhere},
};

}  // namespace

std::span<const EventRow> branch_events() { return k_events; }

void find_hidden_branches(Monitoring& monitoring, PyObject* code, CodePoints& points) noexcept {
  if (points.watched != nullptr) return;  // an equal code object was there before
  try {
    points.watched = find_watched(monitoring.codes.of(as_code(code)));
  } catch (...) {
    monitoring.recorder->writer().mark_incomplete("out of memory");
  }
}

std::vector<Step> steps_of_branch(const CodePoints& points, const DecodedCode& code, int from, int destination) {
  std::vector<Step> steps;
  for (const auto& way : ways_of_branch(code, from, destination)) {
    const bool is_told =
        !way.is_certain && points.watched != nullptr && points.watched->has_departure(way.departure, from);
    if (way.line > 0 && !is_told) steps.push_back({from, way.line, way.is_certain});
    if (way.is_silent && !is_told) steps.push_back({from, -code.def_line(), way.is_certain});
    from = way.line;
  }
  return steps;
}

bool is_told_otherwise(Recorder& recorder, CodePoints& points, const DecodedCode& code, int source, int destination) {
  const int from = code.line(source);
  const int other = other_way(code, source, destination);
  if (from <= 0 || other < 0) return false;
  const auto steps = steps_of_branch(points, code, from, other);
  if (steps.empty()) return true;  // to another branch of the line; or by INSTRUCTION, PY_RETURN or PY_UNWIND
  if (steps.size() > 1 || steps[0].to < 0 || !is_only_way(code, from, steps[0].to)) return false;
  const int lines[] = {steps[0].to};
  recorder.went(points, from, -1 - other, lines, shard::RecordType::implied_trail);
  return true;
}

int next_line(const DecodedCode& code, int from, int unit) { return way_from(code, from, unit).line; }

int line_of_handled_exception(const DecodedCode& code, PyObject* code_object, int& handler) {
  PyObject* exception = PyErr_GetHandledException();
  PyObject* traceback = exception == nullptr ? nullptr : PyException_GetTraceback(exception);
  int line = 0;
  if (traceback != nullptr && PyTraceBack_Check(traceback)) {
    const auto* entry = reinterpret_cast<PyTracebackObject*>(traceback);
    PyCodeObject* raised_in = PyFrame_GetCode(entry->tb_frame);
    if (reinterpret_cast<PyObject*>(raised_in) == code_object && entry->tb_frame == PyEval_GetFrame()) {
      const int unit = entry->tb_lasti / 2;
      line = code.line(unit);
      handler = way_from(code, line, handler_of(code, unit)).handler;
    }
    Py_DECREF(raised_in);
  }
  Py_XDECREF(traceback);
  Py_XDECREF(exception);
  return line;
}

}  // namespace covey::collector
