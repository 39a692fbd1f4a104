// What was measured, wherever it lies: in a data directory, or in a data file of coverage.py's.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::inputs {

struct MeasuredData {
  model::Measurement measurement;
  std::string path;                          // of the directory or file
  std::string tables;                        // the directory where tables are kept
  std::vector<base::Error> damaged = {};     // what could not be read
  std::vector<base::Error> incomplete = {};  // what is known to miss something, and why
};

// Reads `data_file`, a directory or a file; without one the data directory, or .coverage where there is none. Of a file
// nobody knows which CPython ran it: see analysis::name_interpreter(). Fails where there is nothing, or the file is
// none of coverage.py's.
base::Result<MeasuredData> read_measured_data(const std::optional<std::string>& data_file,
                                              const base::Environment& environment, const std::string& cwd);

// The same from a file of coverage.py's, for sure.
base::Result<MeasuredData> read_coverage_file(const std::string& path, const base::Environment& environment,
                                              const std::string& cwd);

// Where tables are kept that belong to no data directory: the one at hand, else the user's cache.
std::string tables_at_hand(const base::Environment& environment, const std::string& cwd);

}  // namespace covey::inputs
