// Cobertura XML as coverage.py writes it.
#pragma once

#include <covey/model/coverage.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace covey::formats {

struct XmlOptions {
  std::string version;               // of the tool
  std::string generator;             // what the first comment says: "covey: https://…"
  std::int64_t timestamp = 0;        // unix time in milliseconds
  std::string cwd;                   // the current directory, that files' names are relative to; canonical
  std::vector<std::string> sources;  // directories that names are made relative to where they lie below; canonical
  bool relative_files = false;       // names are what was measured, and `sources` as they were configured
  int package_depth = 99;            // directories deeper than this belong to the package above
  bool skip_empty = false;           // leave out files without statements
};

// The report as coverage.py would write it, byte by byte. Files are taken in the order given, which decides where
// those outside of `sources` are said to lie.
std::string write_xml(const std::vector<model::FileReport>& files, const XmlOptions& options);

}  // namespace covey::formats
