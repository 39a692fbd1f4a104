// The table of `covey report --format=markdown`: coverage.py's, character by character.
#pragma once

#include <covey/report/table.hpp>
#include <string>

namespace covey::report {

// The table with its total and notes, ending in a newline.
std::string markdown_table(const Table& table);

}  // namespace covey::report
