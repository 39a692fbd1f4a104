// The text table of `covey report`: coverage.py's, character by character.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/coverage.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::report {

struct SortOrder {
  enum class Key { name, statements, missing, cover };
  Key key = Key::name;
  bool descending = false;
};

// "name", "stmts", "miss" or "cover", in any case, with "-" before it for descending or "+" for ascending; nothing
// means "name". Anything else is a usage error.
base::Result<SortOrder> parse_sort_order(std::string_view text);

struct TextOptions {
  bool show_missing = false;
  bool skip_covered = false;  // files without a missing line are counted below the table, not shown
  bool skip_empty = false;    // files without statements likewise
  int precision = 0;          // decimals of percentages
  SortOrder sort;
};

// The table with its total, ending in a newline. Names are sorted as people do it, "a2" before "a10".
std::string text_table(const std::vector<model::FileReport>& files, const TextOptions& options);

// The total percentage alone, on a line.
std::string total_line(const std::vector<model::FileReport>& files, int precision);

}  // namespace covey::report
