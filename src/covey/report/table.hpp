// The rows and columns of the summary that people read, before a format lays them out.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/coverage.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::report {

struct SortOrder {
  enum class Key { name, statements, missing, branches, partial_branches, cover };
  Key key = Key::name;
  bool descending = false;
};

// "name", "stmts", "miss" or "cover", and where there are branches "branch" or "brpart", in any case, with "-" before
// it for descending or "+" for ascending; nothing means "name". Anything else is a usage error.
base::Result<SortOrder> parse_sort_order(std::string_view text, bool has_branches);

struct TableOptions {
  bool show_missing = false;
  bool skip_covered = false;  // files without a missing line or branch are counted below the table, not shown
  bool skip_empty = false;    // files without statements likewise
  int precision = 0;          // decimals of percentages
  SortOrder sort;
};

struct Row {
  std::string name;  // as it may be shown
  model::Numbers numbers;
  std::string cover;    // the percentage as shown
  std::string missing;  // lines and branches, formatted
};

struct Column {
  enum class Kind { name, count, cover, missing };
  Kind kind;
  std::string title;
  std::string (*cell)(const Row&);  // percentages without their sign
};

struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;           // sorted
  Row total;                       // of all files, those that are left out too
  std::vector<std::string> notes;  // how many were left out
};

// Names are sorted as people do it, "a2" before "a10"; what is equal in another column is sorted by name as text.
Table make_table(const std::vector<model::FileReport>& files, const TableOptions& options);

// The total percentage alone, on a line.
std::string total_line(const std::vector<model::FileReport>& files, int precision);

}  // namespace covey::report
