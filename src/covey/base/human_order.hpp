// The order in which people expect names: a2 before a10.
#pragma once

#include <string_view>

namespace covey::base {

// Whether `a` comes before `b` where runs of digits count as numbers, as coverage.py orders reports; names that differ
// only in leading zeros are ordered byte by byte.
bool human_less(std::string_view a, std::string_view b);

}  // namespace covey::base
