// The threshold below which a total fails: `--fail-under`.
#pragma once

#include <covey/base/result.hpp>
#include <string>

namespace covey::model {

// Whether `total` (0 to 100) is below `fail_under`, both as shown with `precision` decimals, or with as many as
// `fail_under` itself has where that is more; 100 asks for exactly 100. Fails with coverage.py's message where
// `fail_under` does not lie between 0 and 100.
base::Result<bool> should_fail_under(double total, double fail_under, int precision);

// The decimals that such a comparison is made with.
int fail_under_precision(double fail_under, int precision);

// "total of 42.1 is less than fail-under=42.2", for a total that fails.
std::string format_fail_under_msg(double total, double fail_under, int precision);

}  // namespace covey::model
