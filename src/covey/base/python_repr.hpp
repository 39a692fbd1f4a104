// Text as Python shows it in messages.
#pragma once

#include <string>
#include <string_view>

namespace covey::base {

// repr() of a str: in single quotes, or double ones where it has single quotes alone; backslashes, control characters
// and bytes that are not UTF-8 (as Python's surrogates) escaped. Other characters stay, unprintable ones too.
std::string python_repr(std::string_view text);

}  // namespace covey::base
