// The badge for a README.
#pragma once

#include <covey/model/coverage.hpp>
#include <string>
#include <string_view>

namespace covey::report {

// An SVG picture "coverage | 87%": the percentage as display_percent shows it, and a colour by it; "unknown" in grey
// where there are no numbers. It loads nothing, and says what it shows to screen readers.
std::string badge(const model::Numbers* numbers, int precision);

}  // namespace covey::report
