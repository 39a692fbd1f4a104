// LCOV tracefiles as coverage.py writes them.
#pragma once

#include <covey/model/coverage.hpp>
#include <functional>
#include <string>
#include <vector>

namespace covey::formats {

struct LcovOptions {
  bool skip_empty = false;  // leave out files without statements
  // The text of a file, decoded as source::decode does, for a checksum on each line; none where it is not given.
  std::function<std::string(const model::FileReport&)> source_text = {};
};

// The report as coverage.py would write it, byte by byte; by name, whatever the order given. Branches are described by
// FileReport::descriptions; one that is not described there jumps to its line or leaves the code object.
std::string write_lcov(const std::vector<model::FileReport>& files, const LcovOptions& options = {});

}  // namespace covey::formats
