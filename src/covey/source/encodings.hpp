// Encodings of Python source other than UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace covey::source {

// `name` as it is looked up: lower case, runs of other characters than letters, digits and dots as one '_'.
std::string normalized_encoding(std::string_view name);

// Whether the normalized `name` is one of UTF-8's.
bool is_utf8_name(std::string_view name);

// `bytes` as UTF-8; what is no character of the encoding becomes U+FFFD. Nothing where the normalized `name` is of no
// encoding known here or to iconv.
std::optional<std::string> to_utf8(std::string_view bytes, std::string_view name);

}  // namespace covey::source
