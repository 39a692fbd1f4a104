#include <algorithm>
#include <covey/source/multiline.hpp>

namespace covey::source {

int MultilineMap::first_line(int line) const {
  auto after = std::upper_bound(m_ranges.begin(), m_ranges.end(), line,
                                [](int wanted, const Range& range) { return wanted < range.first; });
  if (after == m_ranges.begin()) return line;
  const Range& range = *std::prev(after);
  return line <= range.last ? range.first : line;
}

model::LineSet MultilineMap::first_lines(const model::LineSet& lines) const {
  model::LineSet mapped;
  auto range = m_ranges.begin();
  lines.for_each([&](int line) {
    while (range != m_ranges.end() && range->last < line) ++range;
    mapped.insert(range != m_ranges.end() && range->first <= line ? range->first : line);
  });
  return mapped;
}

}  // namespace covey::source
