// Which physical lines make up one logical line.
#pragma once

#include <covey/model/line_set.hpp>
#include <vector>

namespace covey::source {

// Maps each line of a logical line that spans several to the first of them, and every other line to itself.
class MultilineMap {
 public:
  struct Range {
    int first = 0;
    int last = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };

  MultilineMap() = default;
  // `ranges`: disjoint, ascending, each of two lines or more.
  explicit MultilineMap(std::vector<Range> ranges) : m_ranges(std::move(ranges)) {}

  int first_line(int line) const;
  model::LineSet first_lines(const model::LineSet& lines) const;
  const std::vector<Range>& ranges() const { return m_ranges; }

 private:
  std::vector<Range> m_ranges;
};

}  // namespace covey::source
