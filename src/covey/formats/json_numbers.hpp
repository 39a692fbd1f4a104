// Totals, as coverage.py's JSON report has them.
#pragma once

#include <covey/formats/json_text.hpp>
#include <covey/model/coverage.hpp>

namespace covey::formats {

// Adds the object to `json`, after a key: "covered_lines", "num_statements", "percent_covered" (0 to 100), and so on.
// Those of branches are there where these were measured. `precision`: decimals of the percentages shown as text.
void add_numbers(JsonText& json, const model::Numbers& numbers, bool has_branches, int precision);

}  // namespace covey::formats
