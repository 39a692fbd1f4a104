// What BRANCH does not tell of a code object's steps from line to line, and other events do.
#pragma once

#include <algorithm>
#include <vector>

namespace covey::collector {

// A value. Steps that an exception may have prevented, those of one-line bodies past an await, those of an `async for`,
// and those from lines without branches: coverage.py may know more than one way out of them all the same, for a
// definition whose body stands on its line, a `while True`, or a statement of several lines.
struct Watched {
  // Once the instruction at the unit runs, line `to` comes after line `from`, if the instruction raises nothing.
  struct Departure {
    int unit = 0;
    int from = 0;
    int to = 0;
    bool may_raise = false;
  };
  // An exception raised in one of the lines `from` and handled at `handler` leads to line `to`, where another way out
  // of that line leads as well. Once the instruction at the unit runs, the exception is known.
  struct Handler {
    int unit = 0;
    int handler = 0;
    int to = 0;
    std::vector<int> from;
  };
  // Line `to` comes after line `from`, if no exception prevents it: once the line begins to run at the unit, or
  // anywhere where that is -1.
  struct Follower {
    int unit = -1;
    int from = 0;
    int to = 0;
  };

  std::vector<Departure> departures;  // by unit
  std::vector<Handler> handlers;      // by unit
  std::vector<Follower> followers;    // by line `from`

  bool needs_instructions() const { return !departures.empty() || !handlers.empty(); }

  // Whether there is one from the line at the unit.
  bool has_departure(int unit, int from) const {
    return std::any_of(departures.begin(), departures.end(),
                       [&](const auto& each) { return each.unit == unit && each.from == from; });
  }
};

}  // namespace covey::collector
