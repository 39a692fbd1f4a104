// What sys.monitoring tells of branches.
#pragma once

#include <covey/collector/monitoring.hpp>
#include <span>

namespace covey::collector {

// The events that measured code needs for lines and branches, but for PY_START.
std::span<const EventRow> branch_events();

// The code object's instructions and lines, valid until the next call; empty where there is no memory.
const DecodedCode& decoded(Monitoring& monitoring, PyObject* code) noexcept;

// Whether `line` must follow one of the places that have line `before`: a certain step, where each line that runs is
// told.
bool may_follow(const DecodedCode& code, int before, int line);

// Whether other events tell of the way that the branch at `source` has not gone yet; they cost nothing once they have
// come, where a branch that always goes one way would cost its callback each time. Writes down the implied trail.
bool is_told_otherwise(Recorder& recorder, CodePoints& points, const DecodedCode& code, int source, int destination);

// Whether there are branches in the code that have no event of their own.
bool hides_branches(PyCodeObject* code);

}  // namespace covey::collector
