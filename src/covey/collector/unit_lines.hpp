// The line of each code unit of a code object.
#pragma once

#include <covey/shard/line_table.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace covey::collector {

class UnitLines {
 public:
  // Reads co_linetable, of a code object whose least line is `first_line`. Throws std::bad_alloc.
  void decode(std::string_view table, int def_line, int first_line, int n_units) {
    m_first_line = first_line;
    m_offsets.assign(static_cast<std::size_t>(n_units), 0);
    shard::for_each_table_entry(table, def_line, [&](int unit, int end, int line) {
      if (line < first_line) return;
      for (; unit < end && unit < n_units; ++unit) m_offsets[static_cast<std::size_t>(unit)] = line - first_line + 1;
    });
  }
  bool empty() const { return m_offsets.empty(); }

  // 0 where the unit has no line, or is none of the code's.
  int at(int unit) const {
    if (static_cast<std::size_t>(unit) >= m_offsets.size()) return 0;
    const int offset = m_offsets[static_cast<std::size_t>(unit)];
    return offset == 0 ? 0 : m_first_line + offset - 1;
  }

  // The first unit of the line, looked for from unit `from` on and then from the start; -1 where it has none.
  int unit_of(int line, int from) const {
    const int n = static_cast<int>(m_offsets.size());
    for (int i = 0; i < n; ++i)
      if (const int unit = from + i < n ? from + i : from + i - n; at(unit) == line) return unit;
    return -1;
  }

 private:
  int m_first_line = 0;
  std::vector<std::int32_t> m_offsets;  // from m_first_line, plus 1
};

}  // namespace covey::collector
