// Where exceptions go: co_exceptiontable, as CPython's notes on exception handling lay it out.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace covey::collector {

class ExceptionTable {
 public:
  // Throws std::bad_alloc. What is cut short is read as far as it goes.
  void read(std::string_view bytes) {
    m_ranges.clear();
    while (!bytes.empty()) {
      const int begin = number(bytes);
      const int end = begin + number(bytes);  // no sum overflows: see number()
      const int handler = number(bytes);
      number(bytes);  // the depth of the stack there
      m_ranges.push_back({begin, end, handler});
    }
  }

  bool empty() const { return m_ranges.empty(); }

  // The unit that an exception raised at the unit leads to; -1 where it leaves the code.
  int handler_of(int unit) const {
    // Ranges are in ascending order and share no unit.
    const auto range = std::partition_point(m_ranges.begin(), m_ranges.end(), [&](auto& r) { return r.end <= unit; });
    return range != m_ranges.end() && range->begin <= unit ? range->handler : -1;
  }

  // The handler that begins last at the unit or before it; -1 where there is none.
  int handler_before(int unit) const {
    int handler = -1;
    for (const Range& range : m_ranges)
      if (range.handler <= unit) handler = std::max(handler, range.handler);
    return handler;
  }

 private:
  struct Range {
    int begin;
    int end;
    int handler;
  };

  // Six bits a byte, the highest first; bit 6 says that more follow. Bit 7 marks where an entry begins. At most 2^30 -
  // 1: a program may make a code object with any table.
  static int number(std::string_view& bytes) {
    unsigned value = 0;
    for (bool more = true; more && !bytes.empty(); bytes.remove_prefix(1)) {
      const auto byte = static_cast<unsigned char>(bytes.front());
      value = value << 6 | (byte & 0x3F);
      more = (byte & 0x40) != 0;
    }
    return static_cast<int>(value & 0x3FFFFFFF);
  }

  std::vector<Range> m_ranges;
};

}  // namespace covey::collector
