// Pieces of Markdown: text that nothing in a name from outside can break out of.
#pragma once

#include <string>
#include <string_view>

namespace covey::report {

// A backslash before each character that could mean something in Markdown: ASCII punctuation, but for ". , / -", and
// the dot behind "www". So it makes no link, mentions nobody, and closes no comment or table cell.
std::string escaped_markdown(std::string_view text);

// A name as code: forges find no mention, no issue and no address in that, which they do in text whatever its
// backslashes (they look at what Markdown has made of it). Control characters and bytes that are not UTF-8 show as "?".
std::string code_span(std::string_view name);

// code_span() in a cell of a table, where a bar would end the cell.
std::string code_cell(std::string_view name);

}  // namespace covey::report
