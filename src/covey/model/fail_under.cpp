#include <algorithm>
#include <cmath>
#include <covey/base/float_text.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/fail_under.hpp>

namespace covey::model {

namespace {

// Of the shortest text of a number that is not whole.
int decimals_of(double number) {
  const auto text = base::float_repr(number);
  const auto exponent = std::min(text.find('e'), text.size());
  const auto point = std::min(text.find('.'), exponent);
  const auto written = point < exponent ? static_cast<int>(exponent - point - 1) : 0;
  return exponent < text.size() ? written - std::stoi(text.substr(exponent + 1)) : written;
}

// No rounding may lift a total to 100.
bool must_be_whole(double total, double fail_under) { return fail_under == 100.0 && total != 100.0; }

}  // namespace

int fail_under_precision(double fail_under, int precision) {
  return fail_under == std::trunc(fail_under) ? precision : std::max(precision, decimals_of(fail_under));
}

base::Result<bool> should_fail_under(double total, double fail_under, int precision) {
  if (!(0 <= fail_under && fail_under <= 100.0)) {
    return base::fail(base::ErrorKind::usage, "",
                      "fail_under=" + base::float_repr(fail_under) + " is invalid. Must be between 0 and 100.");
  }
  if (must_be_whole(total, fail_under)) return true;
  return base::float_rounded(total, fail_under_precision(fail_under, precision)) < fail_under;
}

std::string format_fail_under_msg(double total, double fail_under, int precision) {
  precision = fail_under_precision(fail_under, precision);
  const auto shown =
      must_be_whole(total, fail_under) ? display_percent(total, precision) : base::float_fixed(total, precision);
  return "total of " + shown + " is less than fail-under=" + base::float_fixed(fail_under, precision);
}

}  // namespace covey::model
