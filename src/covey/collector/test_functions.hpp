// [run] dynamic_context = test_function: each call of a test is a context.
#pragma once

#include <covey/collector/python.hpp>
#include <string>

namespace covey::collector {

// The name of the context that the frame of a function begins, as coverage.py's context.py makes it: empty where the
// function cannot be named. Runs code of the program's (attribute look-ups); no exception is set afterwards. Throws
// std::bad_alloc.
std::string test_context(PyFrameObject* frame);

}  // namespace covey::collector
