// Texts read as Python reads them: what configuration files mean depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace covey::config {

// str.strip(), str.lstrip() and str.rstrip(): Unicode's blanks.
std::string_view stripped(std::string_view text);
std::string_view left_stripped(std::string_view text);
std::string_view right_stripped(std::string_view text);

// str.splitlines(): without what ends the lines, of which Python knows eleven.
std::vector<std::string_view> split_lines(std::string_view text);

// The parts between any `separator`, empty ones included: at least one.
std::vector<std::string_view> split(std::string_view text, char separator);

// int(text) and float(text), ASCII digits alone; nothing where Python raises ValueError, or has a bigger number.
std::optional<std::int64_t> python_int(std::string_view text);
std::optional<double> python_float(std::string_view text);

// The position of the first byte that is not UTF-8; nothing where all are.
std::optional<std::size_t> find_bad_utf8(std::string_view text);

}  // namespace covey::config
