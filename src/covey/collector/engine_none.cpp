// Free-threaded builds: callbacks would run in parallel, which the collector is not made for yet.
#include <covey/collector/engine.hpp>

namespace covey::collector {

const char* engine_unsupported() { return "a free-threaded build of CPython is not measured"; }

base::Result<void> start_engine(PyObject*, Recorder&) {
  return base::fail(base::ErrorKind::usage, {}, engine_unsupported());
}

void switch_context(PyObject*, Recorder&, std::string_view) noexcept {}

void pause_engine(PyObject*) noexcept {}

void resume_engine(PyObject*, Recorder&) noexcept {}

}  // namespace covey::collector
