// LCOV tracefiles, of any producer.
#pragma once

#include <covey/formats/report_data.hpp>
#include <string_view>

namespace covey::formats {

// Whether a file that begins so is a tracefile: its first line is one of its records.
bool is_lcov(std::string_view head);

// What the tracefile says; a file's functions have the lines from their first to their last, less those of functions
// within. A branch leads to k_unknown_line unless its name is coverage.py's "jump to line N", and to k_unknown_exit
// where it leaves. Fails, with the line, on what is no record, on numbers that are none, and on a record outside of a
// file.
base::Result<ReportData> read_lcov(std::string_view bytes, const ReportPlace& place);

}  // namespace covey::formats
