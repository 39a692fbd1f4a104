// Which line comes after which, to the reference before CPython 3.14: coverage.py's C tracer, which sees each step from
// line to line. We see a step as it happens where an event tells of it: BRANCH does of most, and what it does not tell
// of is watched, instruction by instruction.
#pragma once

#include <covey/collector/decoded_code.hpp>
#include <covey/collector/watched.hpp>
#include <memory>
#include <vector>

namespace covey::collector {

// Where control goes from a unit of a line on, without another branch of that line.
struct Way {
  int line = 0;            // the line that comes next; 0 where a branch decides first, or the code is left
  int unit = -1;           // where it begins to run
  int departure = -1;      // the instruction that is the last before it
  int handler = -1;        // the PUSH_EXC_INFO that was the last on the way, of exceptions raised on it
  bool is_certain = true;  // nothing on the way may raise
  bool is_guess = false;   // it passed a branch that has no line
  bool leaves = false;     // the code: it returns, or raises what is not handled
  bool is_silent = false;  // it returns, and the instruction that does has no line
};

// From `unit` on until the line is another than `from`.
Way way_from(const DecodedCode& code, int from, int unit);

// Where an exception that is raised at the unit is handled at last; -1 where it leaves the code.
int handler_of(const DecodedCode& code, int unit);

// nullptr where there is nothing to watch. Throws std::bad_alloc.
std::unique_ptr<const Watched> find_watched(const DecodedCode& code);

// The steps that follow for certain where a branch in line `from` goes to the unit `destination`, or that one of which
// is_certain is false: on from the first one as long as lines have branches of their own.
std::vector<Way> ways_of_branch(const DecodedCode& code, int from, int destination);

// The unit that the branch at unit `source` goes to where it does not go to `destination`; -1 where there is none.
int other_way(const DecodedCode& code, int source, int destination);

// Whether control can come to line `to` from no line but `from`.
bool is_only_way(const DecodedCode& code, int from, int to);

}  // namespace covey::collector
