// Where reports of one file go.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>

namespace covey::cli {

// Writes the text to `path`, making the directories above it, or to standard output where that is "-". Unless `quiet`,
// says so on standard error as coverage.py does: "Wrote XML report to coverage.xml", with `kind` "XML report".
base::Result<void> write_report_file(const std::string& path, std::string_view text, const std::string& kind,
                                     bool quiet);

}  // namespace covey::cli
