#include <charconv>
#include <cmath>
#include <covey/base/float_text.hpp>
#include <limits>

namespace covey::base {

namespace {

// The digits before the point of the largest double, its sign and the point.
constexpr std::size_t k_before_decimals = std::numeric_limits<double>::max_exponent10 + 3;

// Python's repr has an exponent outside of this range.
constexpr double k_least_fixed = 1e-4;
constexpr double k_most_fixed = 1e16;

}  // namespace

std::string float_repr(double number) {
  if (!std::isfinite(number)) return std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
  const double size = std::fabs(number);
  const bool is_fixed = size == 0 || (k_least_fixed <= size && size < k_most_fixed);
  char digits[32];
  auto* end = std::to_chars(digits, std::end(digits), number,
                            is_fixed ? std::chars_format::fixed : std::chars_format::scientific)
                  .ptr;
  std::string text(digits, end);
  if (is_fixed && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string float_fixed(double number, int decimals) {
  std::string text(k_before_decimals + static_cast<std::size_t>(decimals), '\0');
  auto* end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, decimals).ptr;
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

double float_rounded(double number, int decimals) {
  const auto text = float_fixed(number, decimals);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

}  // namespace covey::base
