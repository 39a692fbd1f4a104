// Cobertura XML, from coverage.py or another producer.
#pragma once

#include <covey/formats/report_data.hpp>
#include <string_view>

namespace covey::formats {

// Whether a file that begins so is XML whose first element is Cobertura's.
bool is_cobertura(std::string_view head);

// The largest document that is taken: the parser needs some ten times as much memory.
inline constexpr std::size_t k_xml_limit = std::size_t{256} << 20;

// What the report says; exits are k_unknown_exit, branches that are only counted k_unknown_line. A file's name is
// sought below each of the report's sources and taken as it is where it is in none of them. Entities other than XML's
// own five are left as text and nothing outside of the document is looked at. Fails where it is not XML, with the
// byte, declares entities, is not Cobertura's, or too large.
base::Result<ReportData> read_cobertura(std::string_view bytes, const ReportPlace& place);

}  // namespace covey::formats
