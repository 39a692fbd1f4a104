// How the collector learns that a line runs. The build picks the source file: engine_monitoring.cpp (3.12 and later),
// engine_trace.cpp (3.11) or engine_none.cpp (free-threaded builds).
#pragma once

#include <covey/collector/recorder.hpp>
#include <string_view>

namespace covey::collector {

// Why this build measures nothing, for people; nullptr where it measures.
const char* engine_unsupported();

// Starts measuring into `recorder`, which must live as long as the interpreter. `module` is our extension. Fails where
// the interpreter refuses; an exception may be set then.
base::Result<void> start_engine(PyObject* module, Recorder& recorder);

// What runs from now on, in any thread, runs in the dynamic context of that name; in none where it is empty. Only after
// start_engine() went well.
void switch_context(PyObject* module, Recorder& recorder, std::string_view name) noexcept;

// What runs between the two, in any thread, is not measured. Only after start_engine() went well, and by turns.
void pause_engine(PyObject* module) noexcept;
void resume_engine(PyObject* module, Recorder& recorder) noexcept;

}  // namespace covey::collector
