// The bytes of a Python file as the text that coverage.py and CPython's compiler see.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>

namespace covey::source {

// The file's text as UTF-8: \r\n and \r become \n, a form feed becomes a space, a byte order mark goes, and the last
// line ends in \n. The encoding is UTF-8, or what a cookie in the first two lines names (PEP 263); bytes that it does
// not know become U+FFFD. Fails where the cookie names an encoding that is not known, contradicts the byte order mark,
// or is missing though its lines are not UTF-8; the message holds the line, and coverage.py's words are Python's.
base::Result<std::string> decode(std::string_view bytes);

// Whether every byte is below 128.
bool is_ascii(std::string_view text);

// The first line of `text` with its end, as Python's str.splitlines has it: \v, \x1c to \x1e, U+0085, U+2028 and U+2029
// end lines too. Empty only where `text` is.
std::string_view leading_line(std::string_view text);

// The number of such lines.
int count_lines(std::string_view text);

}  // namespace covey::source
