// coverage.py's data file: SQLite, schema 7.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::formats {

// The schema that is read and written: coverage.py's.
inline constexpr int k_coverage_schema = 7;

// Whether a file that begins so can be one: any SQLite database begins so.
bool is_coverage_data(std::string_view head);

// What the file says, with its paths as it has them; a context "" alone is none. `executed` is set where lines or arcs
// are there. In branch data a line ran where an arc begins or ends at it. The file is opened for reading alone, and
// nothing beside it is looked at, a journal neither. Fails in coverage.py's words, where it has any, with an empty
// place: the file is missing (not_found), no database, damaged, of another schema, holds lines and arcs both, or says
// more than its size can hold (format).
base::Result<model::Measurement> read_coverage_data(const std::string& path);

struct CoverageDataOptions {
  std::string version;                                    // of the tool, for meta
  std::vector<std::pair<std::string, std::string>> meta;  // more rows for meta: sys_argv, when, hash
};

// Replaces `path` by such a file, in one step. Files and contexts are numbered by name. Fails where the measurement
// holds lines and arcs both, or the file cannot be written.
base::Result<void> write_coverage_data(const model::Measurement& measurement, const std::string& path,
                                       const CoverageDataOptions& options);

struct SqliteLibrary {
  std::string version;
  std::vector<std::string> compile_options;
};

// The SQLite that does all this.
SqliteLibrary sqlite_library();

}  // namespace covey::formats
