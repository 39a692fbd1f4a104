// CPython 3.14 and later: each side of a branch has an event, which turns itself off.
#include <covey/collector/branch_events.hpp>
#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

// LINE(code, line). Lines turn themselves off, so that the one before is the one that ran for the first time before
// this one, and the step between them is not certain. Yet coverage.py goes by it.
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    const int line = int_of(arguments[1]);
    monitoring.recorder->line_ran(*points, line, points->last_line);
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

// BRANCH_LEFT and BRANCH_RIGHT(code, offset, destination)
PyObject* on_side(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    const DecodedCode& code = decoded(monitoring, arguments[0]);
    const int from = code.line(unit_of(arguments[1]));
    const int destination = unit_of(arguments[2]);
    if (from > 0) monitoring.recorder->went(*points, from, -1 - destination, follow(code, from, destination).all());
  }
  return disabled(monitoring);
}

PyMethodDef k_on_line = {"line", fast<on_line>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_return = {"py_return", fast<on_return>(), METH_FASTCALL, nullptr};
PyMethodDef k_on_side = {"branch_side", fast<on_side>(), METH_FASTCALL, nullptr};

constexpr EventRow k_events[] = {
    {"LINE", &k_on_line, Where::measured_code},
    {"PY_RETURN", &k_on_return, Where::measured_code},
    {"BRANCH_LEFT", &k_on_side, Where::measured_code},
    {"BRANCH_RIGHT", &k_on_side, Where::measured_code},
};

}  // namespace

std::span<const EventRow> branch_events() { return k_events; }

void find_hidden_branches(Monitoring&, PyObject*, CodePoints&) noexcept {}

std::vector<Step> steps_of_branch(const CodePoints&, const DecodedCode&, int, int) { return {}; }

bool is_told_otherwise(Recorder&, CodePoints&, const DecodedCode&, int, int) { return false; }

int next_line(const DecodedCode& code, int from, int unit) {
  const auto steps = follow(code, from, unit);
  return steps.n > 0 ? steps.lines[0] : 0;
}

int line_of_handled_exception(const DecodedCode&, PyObject*, int&) { return 0; }

}  // namespace covey::collector
