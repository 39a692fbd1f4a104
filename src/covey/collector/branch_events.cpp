#include <covey/collector/branch_events.hpp>
#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

PyCodeObject* as_code(PyObject* code) { return reinterpret_cast<PyCodeObject*>(code); }

int unit_of(PyObject* offset) { return static_cast<int>(PyLong_AsLong(offset) / 2); }

// LINE(code, line). Lines turn themselves off, so that the one before is the one that ran for the first time before
// this one: no certain step, yet it is what coverage.py goes by on 3.14.
PyObject* on_line(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 2 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    const int line = static_cast<int>(PyLong_AsLong(arguments[1]));
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
    const auto& lines = monitoring.recorder->unit_lines(*points, as_code(arguments[0]));
    points->add_bits(lines.at(unit_of(arguments[1])), shard::k_line_returned);
    points->last_line = 0;
  }
  return disabled(monitoring);
}

// BRANCH_LEFT and BRANCH_RIGHT(code, offset, destination)
PyObject* on_side(PyObject* module, PyObject* const* arguments, Py_ssize_t count) {
  Monitoring& monitoring = monitoring_of(module);
  CodePoints* points = count == 3 ? measured(monitoring, arguments[0]) : nullptr;
  if (points != nullptr) {
    PyCodeObject* code = as_code(arguments[0]);
    const auto& lines = monitoring.recorder->unit_lines(*points, code);
    const int from = lines.at(unit_of(arguments[1]));
    const int unit = unit_of(arguments[2]);
    if (from > 0) monitoring.recorder->went(*points, from, -1 - unit, follow(code, lines, from, unit).all());
  }
  return disabled(monitoring);
}

PyCFunction fast(PyObject* (*callback)(PyObject*, PyObject* const*, Py_ssize_t)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(callback));
}

PyMethodDef k_on_line = {"line", fast(on_line), METH_FASTCALL, nullptr};
PyMethodDef k_on_return = {"py_return", fast(on_return), METH_FASTCALL, nullptr};
PyMethodDef k_on_side = {"branch", fast(on_side), METH_FASTCALL, nullptr};

constexpr EventRow k_events[] = {
    {"LINE", &k_on_line, false},
    {"PY_RETURN", &k_on_return, false},
    {"BRANCH_LEFT", &k_on_side, false},
    {"BRANCH_RIGHT", &k_on_side, false},
};

}  // namespace

std::span<const EventRow> branch_events() { return k_events; }

}  // namespace covey::collector
