// CPython's location tables (co_linetable), the same from 3.11 to 3.15: Objects/locations.md in CPython.
#pragma once

#include <cstdint>
#include <string_view>

namespace covey::shard {

// Calls `visit(int unit, int end, int line)` for every entry that has a line, in the table's order: the line of the
// instructions from code unit `unit` to before `end`. Returns false where the table is cut short or its lines leave the
// range of int; every byte is read within bounds.
template <class Visit>
bool for_each_table_entry(std::string_view table, int first_line, Visit visit) {
  std::size_t at = 0;
  int unit = 0;
  // Six bits a byte, low first, bit 6 says that more follow. Unsigned wrap-around is harmless: the caller checks lines.
  auto read_varint = [&](std::uint32_t& value) {
    value = 0;
    for (int shift = 0; at < table.size(); shift += 6) {
      auto byte = static_cast<unsigned char>(table[at++]);
      if (shift < 32) value |= static_cast<std::uint32_t>(byte & 63) << shift;
      if ((byte & 64) == 0) return true;
    }
    return false;
  };
  std::int64_t line = first_line;
  while (at < table.size()) {
    const auto first_byte = static_cast<unsigned char>(table[at++]);
    const int code = (first_byte >> 3) & 15;
    const int start = unit;
    unit += (first_byte & 7) + 1;
    std::uint32_t delta = 0;
    std::uint32_t skipped = 0;
    bool whole = true;
    if (code < 13) {  // 10 to 12: 0 to 2 lines on, two column bytes; below: the same line, one column byte
      line += code >= 10 ? code - 10 : 0;
      at += code >= 10 ? 2 : 1;
      whole = at <= table.size();
    } else if (code == 15) {  // no location
      continue;
    } else {  // 14: line, end line and columns; 13: line alone
      whole = read_varint(delta);
      line += (delta & 1) != 0 ? -static_cast<std::int64_t>(delta >> 1) : static_cast<std::int64_t>(delta >> 1);
      for (int i = 0; whole && code == 14 && i < 3; ++i) whole = read_varint(skipped);
    }
    if (!whole || line < INT32_MIN || line > INT32_MAX) return false;
    visit(start, unit, static_cast<int>(line));
  }
  return true;
}

// Calls `visit(int line)` for the line of every entry that has one, repeats included: the lines that co_lines() yields.
// Returns false as for_each_table_entry does.
template <class Visit>
bool for_each_table_line(std::string_view table, int first_line, Visit visit) {
  return for_each_table_entry(table, first_line, [&](int, int, int line) { visit(line); });
}

}  // namespace covey::shard
