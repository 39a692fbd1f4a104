// What sys.monitoring tells of branches.
#pragma once

#include <covey/collector/monitoring.hpp>
#include <span>

namespace covey::collector {

// The events that measured code needs for lines and branches, but for PY_START.
std::span<const EventRow> branch_events();

// Whether there are branches in the code that have no event of their own.
bool hides_branches(PyCodeObject* code);

}  // namespace covey::collector
