#include <fmt/format.h>
#include <covey/base/sha3.hpp>
#include <covey/report/html_page.hpp>
#include <covey/report/html_text.hpp>

namespace covey::report {

namespace {

// Browsers keep style sheets: one that changed must have another address.
const std::string& style_link() {
  static const std::string k_link =
      fmt::format("{}?{}", k_html_style_name, base::sha3_256_hex(html_style()).substr(0, 8));
  return k_link;
}

constexpr std::string_view k_style_sheet = "<link rel=\"stylesheet\" href=\"{}\">\n";

}  // namespace

std::string page_head(std::string_view title, std::string_view kind, const HtmlOptions& options) {
  auto html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n",
      title);
  html += fmt::format(k_style_sheet, style_link());
  if (!options.extra_css.empty()) html += fmt::format(k_style_sheet, link_to(options.extra_css));
  return html + fmt::format("</head>\n<body class=\"{}\">\n", kind);
}

std::string page_origin(const HtmlOptions& options) {
  return fmt::format("<p class=\"origin\">{}, created at {}</p>\n", escaped_name(options.generator),
                     escaped_name(options.created));
}

}  // namespace covey::report
