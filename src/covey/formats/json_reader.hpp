// JSON reports: coverage.py's, in each of its formats, and Slipcover's, which is much like them.
#pragma once

#include <covey/formats/report_data.hpp>
#include <string>
#include <string_view>

namespace covey::formats {

// Whether a file that begins so is coverage.py's report, or Slipcover's.
bool is_coverage_json(std::string_view head);
bool is_slipcover_json(std::string_view head);

// What the report says; of its functions and classes the lines that are statements or excluded. Memory grows with that,
// not with the file. Fails where it is not JSON, with the byte, or not such a report, or nested deeper than any.
base::Result<ReportData> read_coverage_json(std::string_view bytes, const ReportPlace& place);

// The same of Slipcover's, whose exits are k_unknown_exit.
base::Result<ReportData> read_slipcover_json(std::string_view bytes, const ReportPlace& place);

}  // namespace covey::formats
