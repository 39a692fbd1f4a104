// Pieces of HTML: text and links that nothing in a source or a file name can break out of.
#pragma once

#include <string>
#include <string_view>

namespace covey::report {

// Adds `text`, which is UTF-8, to `html` as text or as the value of a quoted attribute. Control characters, which HTML
// does not allow, show as their pictures or as U+FFFD; tabs and newlines stay.
void append_escaped(std::string& html, std::string_view text);

// append_escaped() of what may not be UTF-8 or printable: names of files, contexts.
std::string escaped_name(std::string_view name);

// A link to the file `name` beside the page, percent-encoded: a "#", a "?" or a "javascript:" in it is a part of the
// name.
std::string link_to(std::string_view name);

}  // namespace covey::report
