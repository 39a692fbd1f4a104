// sys.monitoring where contexts are on: what ran is noted for each of them.
#pragma once

#include <covey/collector/monitoring.hpp>
#include <span>
#include <string_view>

namespace covey::collector {

// The events for lines, or for lines and branches, in the place of those that tell of each thing once.
std::span<const EventRow> context_events(bool branches);

// The further events that calls of tests, each a context, need.
std::span<const EventRow> test_events();

// What on_start returns for code that is measured. While PY_START is off, since 3.13, a body on the line of its def has
// no LINE events (cpython#155992): so there it stays on as long as they do.
PyObject* on_start_again(PyObject* module, PyObject* code);

// That a frame of a test starts, or goes on: a context begins where none is on in this thread.
void enter_test(Monitoring& monitoring, PyObject* code) noexcept;

// Switches to a context, or to none where the name is empty, and turns on what was turned off in the one before.
void switch_context(Monitoring& monitoring, std::string_view name) noexcept;

// The events of the code object, as set_local_events takes them; a borrowed reference.
PyObject* events_of(const Monitoring& monitoring, const CodePoints& points);

// Sets them; the shard is marked where that is refused.
void set_events(Monitoring& monitoring, PyObject* code, PyObject* events) noexcept;

}  // namespace covey::collector
