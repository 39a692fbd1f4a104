// What sys.monitoring tells of branches: since CPython 3.14 in branch_events_sides.cpp, before in
// branch_events_steps.cpp.
#pragma once

#include <covey/collector/monitoring.hpp>
#include <span>
#include <vector>

namespace covey::collector {

// The events that measured code needs for lines and branches, but for PY_START.
std::span<const EventRow> branch_events();

// The code object's instructions and lines, valid until the next call; empty where there is no memory.
const DecodedCode& decoded(Monitoring& monitoring, PyObject* code) noexcept;

// Finds out what events beside those for branches a code object needs, which starts for the first time.
void find_hidden_branches(Monitoring& monitoring, PyObject* code, CodePoints& points) noexcept;

// A step from line to line.
struct Step {
  int from = 0;
  int to = 0;
  bool is_certain = true;  // else an exception may prevent it
};

// The steps that follow where a branch in line `from` goes to the unit `destination`, but for those that something else
// tells of. Before 3.14 only.
std::vector<Step> steps_of_branch(const CodePoints& points, const DecodedCode& code, int from, int destination);

// Whether other events tell of the way that the branch at `source` has not gone yet; they cost nothing once they have
// come, where a branch that always goes one way would cost its callback each time. Writes down the implied trail.
bool is_told_otherwise(Recorder& recorder, CodePoints& points, const DecodedCode& code, int source, int destination);

// The line that comes next where line `from` begins to run at the unit; below 1 where a branch decides first, or the
// code is left.
int next_line(const DecodedCode& code, int from, int unit);

// Whether `line` can follow one of the places that have line `before`, without a branch between them.
bool may_follow(const DecodedCode& code, int before, int line);

// Whether its instructions are to be told of.
inline bool is_watched(const CodePoints& points) {
  return points.watched != nullptr && points.watched->needs_instructions();
}

// The unit of the instruction that runs in this thread, during its LINE event: the first time that a line begins with
// an instruction, CPython tells of the line alone. -1 where no frame can be had.
int running_unit();

// Calls `take(int to)` with each line that comes after the line, whose LINE event this is, if it raises nothing.
template <class Take>
void for_each_follower(const CodePoints& points, int line, Take take) {
  if (points.watched == nullptr) return;
  const auto& all = points.watched->followers;
  const auto first = std::partition_point(all.begin(), all.end(), [&](const auto& each) { return each.from < line; });
  for (auto each = first; each != all.end() && each->from == line; ++each)
    if (each->unit < 0 || each->unit == running_unit()) take(each->to);
}

// The line at which an exception leaves the running frame by the instruction at the unit, to coverage.py's C tracer; 0
// where it does not take that for an exit: a generator that is closed where it yielded.
int line_of_unwinding(const DecodedCode& code, PyObject* code_object, int unit);

// The line of the exception that is being handled in the running frame, of the code object; 0 where it came from
// elsewhere. `handler` becomes the unit that it led to.
int line_of_handled_exception(const DecodedCode& code, PyObject* code_object, int& handler);

// Calls `take(Step)` for each step that the instruction at the unit tells of. Whether it need not be told of again.
template <class Take>
bool for_each_step(const DecodedCode& code, const CodePoints& points, PyObject* code_object, int unit, Take take) {
  for (const auto& departure : points.watched->departures)
    if (departure.unit == unit) take(Step{departure.from, departure.to, !departure.may_raise});
  for (const auto& handler : points.watched->handlers) {
    if (handler.unit != unit) continue;
    int led_to = -1;
    const int line = line_of_handled_exception(code, code_object, led_to);
    const bool is_watched = std::find(handler.from.begin(), handler.from.end(), line) != handler.from.end();
    if (is_watched && led_to == handler.handler) take(Step{line, handler.to});
    return false;  // the next exception may come from another line
  }
  return true;
}

}  // namespace covey::collector
