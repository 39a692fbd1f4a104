// Functions and classes as parts of a file.
#pragma once

#include <covey/model/coverage.hpp>
#include <covey/source/structure.hpp>
#include <string_view>
#include <vector>

namespace covey::source {

// The functions and classes of `text`, whose structure is `structure`, in the order in which coverage.py lists them.
// Lines in methods are a function's and a class's; blank lines and comments are in as well.
std::vector<model::Region> regions(std::string_view text, const Structure& structure);

}  // namespace covey::source
