// coverage.py's JSON report, format 3.
#pragma once

#include <covey/model/coverage.hpp>
#include <string>
#include <vector>

namespace covey::formats {

struct JsonOptions {
  std::string version;         // of the tool, for meta.version
  std::string timestamp;       // ISO 8601, for meta.timestamp
  int precision = 0;           // decimals of the percentages shown as text
  bool pretty_print = false;   // a value a line, indented by four; else everything on one line
  bool show_contexts = false;  // which contexts each line ran in
};

// The report as coverage.py would write it, byte by byte, but for the order of contexts. ASCII, without a newline at
// the end; files in the order given.
std::string write_json(const std::vector<model::FileReport>& files, const JsonOptions& options);

// The same in parts, one after the other: joined, they would be in memory twice. `jobs`: how many files it works on at
// a time, in threads.
std::vector<std::string> write_json_parts(const std::vector<model::FileReport>& files, const JsonOptions& options,
                                          int jobs);

}  // namespace covey::formats
