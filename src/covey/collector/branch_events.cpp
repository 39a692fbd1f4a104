#include <covey/collector/branch_events.hpp>
#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

int unit_of(PyObject* offset) { return int_of(offset) / 2; }

}  // namespace

const DecodedCode& decoded(Monitoring& monitoring, PyObject* code) noexcept {
  static const DecodedCode empty;
  try {
    return monitoring.codes.of(as_code(code));
  } catch (...) {
    monitoring.recorder->writer().mark_incomplete("out of memory");
    return empty;
  }
}

bool may_follow(const DecodedCode& code, int before, int line) {
  int begin = 0;
  for (const auto& run : code.lines().runs()) {
    if (run.line == before) {
      const auto steps = follow(code, before, begin);
      if (steps.n > 0 && steps.lines[0] == line) return true;
    }
    begin = run.end;
  }
  return false;
}

namespace {

// Whether the step from line `before` to `line` is one that the code must take: nothing else can follow.
bool must_follow(const DecodedCode& code, CodePoints& points, int before, int line) {
  const int unit = code.lines().unit_of(before, points.last_unit);
  if (unit < 0) return false;
  points.last_unit = unit;
  const auto steps = follow(code, before, unit);
  return steps.n > 0 && steps.lines[0] == line;
}

// LINE(code, line). Lines turn themselves off, so that the one before is the one that ran for the first time before
// this one, and the step between them is not certain. Yet on 3.14 coverage.py goes by it.
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    const int line = int_of(arguments[1]);
    int before = points->last_line;
    if (!k_first_runs_are_steps && before != 0 &&
        !must_follow(decoded(monitoring, arguments[0]), *points, before, line))
      before = 0;
    monitoring.recorder->line_ran(*points, line, before);
    points->last_line = line;
  }
  return disabled(monitoring);
}

// PY_RETURN(code, offset, value)
PyObject* on_return(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    points->add_bits(decoded(monitoring, arguments[0]).line(unit_of(arguments[1])), shard::k_line_returned);
    points->last_line = 0;
  }
  return disabled(monitoring);
}

// That the branch at a unit went to another.
void branched(Recorder& recorder, CodePoints& points, const DecodedCode& code, int source, int destination) {
  const int from = code.line(source);
  if (from > 0) recorder.went(points, from, -1 - destination, follow_branch(code, from, destination).all());
}

// BRANCH_LEFT and BRANCH_RIGHT(code, offset, destination)
PyObject* on_side(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr)
    branched(*monitoring.recorder, *points, decoded(monitoring, arguments[0]), unit_of(arguments[1]),
             unit_of(arguments[2]));
  return disabled(monitoring);
}

}  // namespace

bool is_told_otherwise(Recorder& recorder, CodePoints& points, const DecodedCode& code, int source, int destination) {
  const int from = code.line(source);
  const int other = other_way(code, source, destination);
  if (from <= 0 || other < 0) return false;
  const auto steps = follow(code, from, other);
  if (steps.n == 0) return true;  // to another branch of the line, or nowhere
  const int to = steps.lines[0];
  if (to < 0) return code.line(steps.return_unit) == from;  // by PY_RETURN, or PY_UNWIND
  if (!is_only_way(code, from, to)) return false;
  recorder.went(points, from, -1 - other, steps.all(), shard::RecordType::implied_trail);
  return true;
}

namespace {

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
    branched(recorder, *points, code, source, destination);
    const bool second_way = !recorder.first_time(*points, branch, k_one_way);
    if (second_way || is_told_otherwise(recorder, *points, code, source, destination))
      recorder.first_time(*points, branch, k_done);
  }
  // Another code object, equal to this one, may have been through it before.
  if (recorder.was_there(*points, branch, k_done)) return disabled(monitoring);
  Py_RETURN_NONE;
}

// INSTRUCTION(code, offset), where code has an `async for`: its two ways out.
PyObject* on_instruction(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr && ends_iteration(as_code(arguments[0]), unit_of(arguments[1])))
    branched(*monitoring.recorder, *points, decoded(monitoring, arguments[0]), unit_of(arguments[1]),
             unit_of(arguments[1]) + 1);
  return disabled(monitoring);
}

// PY_UNWIND(code, offset, exception): of all code, and it cannot be turned off.
PyObject* on_unwind(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points == nullptr) Py_RETURN_NONE;
  const int unit = unit_of(arguments[1]);
  if (!is_at_yield(as_code(arguments[0]), unit))
    points->add_bits(decoded(monitoring, arguments[0]).line(unit), shard::k_line_returned);
  points->last_line = 0;
  Py_RETURN_NONE;
}

PyMethodDef k_on_line = {"line", fast(on_line), METH_FASTCALL, nullptr};
PyMethodDef k_on_return = {"py_return", fast(on_return), METH_FASTCALL, nullptr};
PyMethodDef k_on_side = {"branch_side", fast(on_side), METH_FASTCALL, nullptr};
PyMethodDef k_on_branch = {"branch", fast(on_branch), METH_FASTCALL, nullptr};
PyMethodDef k_on_instruction = {"instruction", fast(on_instruction), METH_FASTCALL, nullptr};
PyMethodDef k_on_unwind = {"py_unwind", fast(on_unwind), METH_FASTCALL, nullptr};

constexpr EventRow k_events_of_sides[] = {
    {"LINE", &k_on_line, Where::measured_code},
    {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH_LEFT", &k_on_side, Where::measured_code},
    {"BRANCH_RIGHT", &k_on_side, Where::measured_code},
};
constexpr EventRow k_events_of_branches[] = {
    {"LINE", &k_on_line, Where::measured_code},     {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH", &k_on_branch, Where::measured_code}, {"INSTRUCTION", &k_on_instruction, Where::code_that_hides_branches},
    {"PY_UNWIND", &k_on_unwind, Where::everywhere},
};

}  // namespace

std::span<const EventRow> branch_events() {
  if constexpr (k_branch_has_sides) return k_events_of_sides;
  return k_events_of_branches;
}

bool hides_branches(PyCodeObject* code) { return !k_branch_has_sides && has_async_for(code); }

}  // namespace covey::collector
