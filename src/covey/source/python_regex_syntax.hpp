// Whether Python takes a regular expression for good, and what it says where it does not.
#pragma once

#include <covey/base/result.hpp>
#include <string_view>

namespace covey::source {

// Fails with what Python's `re` says of the bad `pattern`, which is UTF-8: "multiple repeat at position 4", counted in
// characters from 0, with line and column where the pattern has several lines. That an expression is good does not mean
// that translate_regex can say it for PCRE2. Names of characters (\N{...}) are not looked up.
base::Result<void> check_regex(std::string_view pattern);

}  // namespace covey::source
