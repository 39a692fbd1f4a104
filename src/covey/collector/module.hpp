// What the extension keeps per interpreter.
#pragma once

#include <covey/collector/python.hpp>

namespace covey::collector {

// The engine's own data, reached from the `module` that its callbacks have as self; `release` is called once at the
// interpreter's end.
void* engine_state(PyObject* module);
void set_engine_state(PyObject* module, void* state, void (*release)(void*));

}  // namespace covey::collector
