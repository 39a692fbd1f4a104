// Files as reports show them, for the tests of the report room.
#pragma once

#include <covey/model/coverage.hpp>
#include <string>

namespace covey::report {

inline model::LineSet up_to(int last) {
  model::LineSet lines;
  lines.insert_range(1, last);
  return lines;
}

// A file of `n` statements, one a line, of which `missing` did not run.
inline model::FileReport file(const std::string& name, int n, const model::LineSet& missing = {}) {
  return {name, model::FileCoverage::of(up_to(n), {}, up_to(n) - missing), {}, n};
}

}  // namespace covey::report
