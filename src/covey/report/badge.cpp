#include <fmt/format.h>
#include <covey/report/badge.hpp>

namespace covey::report {

namespace {

// Widths in tenths of a pixel of Verdana at 11 pixels, which badges are drawn in: a digit's, and those of a few more.
constexpr int k_digit_width = 70;
constexpr int k_percent_width = 118;
constexpr int k_dot_width = 40;
constexpr int k_letter_width = 66;
constexpr int k_tenth = 10;
constexpr int k_padding = 10;  // pixels, both sides together
constexpr int k_label_width = 61;

int width_of(std::string_view text) {
  int tenths = 0;
  for (char c : text) {
    if (c >= '0' && c <= '9')
      tenths += k_digit_width;
    else if (c == '%')
      tenths += k_percent_width;
    else
      tenths += c == '.' ? k_dot_width : k_letter_width;
  }
  return tenths / k_tenth + k_padding;
}

struct Step {
  double at_least;
  const char* colour;  // white text on each has a contrast of 4.5 or more
};

constexpr Step k_steps[] = {{95, "#22753b"}, {90, "#3b7319"}, {80, "#5c6b00"},
                            {70, "#80600a"}, {60, "#9a4f0e"}, {0, "#b3261e"}};

const char* colour_of(double percent) {
  for (const auto& step : k_steps)
    if (percent >= step.at_least) return step.colour;
  return k_steps[0].colour;
}

}  // namespace

std::string badge(const model::Numbers* numbers, int precision) {
  const auto value = numbers != nullptr ? model::display_percent(numbers->percent(), precision) + "%" : "unknown";
  const auto* colour = numbers != nullptr ? colour_of(numbers->percent()) : "#5f6368";
  const int right = width_of(value);
  const int width = k_label_width + right;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" role=\"img\" aria-label=\"coverage: {1}\">"
      "<title>coverage: {1}</title>"
      "<clipPath id=\"r\"><rect width=\"{0}\" height=\"20\" rx=\"3\"/></clipPath>"
      "<g clip-path=\"url(#r)\"><rect width=\"{2}\" height=\"20\" fill=\"#454545\"/>"
      "<rect x=\"{2}\" width=\"{3}\" height=\"20\" fill=\"{4}\"/></g>"
      "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">"
      "<text x=\"{5}\" y=\"14\">coverage</text><text x=\"{6}\" y=\"14\">{1}</text></g></svg>\n",
      width, value, k_label_width, right, colour, k_label_width / 2.0, k_label_width + right / 2.0);
}

}  // namespace covey::report
