// What all pages of the HTML report have in common.
#pragma once

#include <covey/report/html.hpp>
#include <string>
#include <string_view>

namespace covey::report {

// The page up to its content. `title` is HTML, `kind` the class of its body.
std::string page_head(std::string_view title, std::string_view kind, const HtmlOptions& options);

// What made the page, and when.
std::string page_origin(const HtmlOptions& options);

inline constexpr std::string_view k_page_end = "</body>\n</html>\n";

}  // namespace covey::report
