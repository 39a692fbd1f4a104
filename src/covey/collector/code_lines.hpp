// The line of each code unit of a code object.
#pragma once

#include <algorithm>
#include <climits>
#include <covey/shard/line_table.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::collector {

class CodeLines {
 public:
  // Units of one line, from where the run before ends.
  struct Run {
    int end;   // the unit after its last
    int line;  // 0: none
  };

  // Reads co_linetable. Throws std::bad_alloc.
  void read(std::string_view table, int def_line) {
    m_runs.clear();
    m_least = INT_MAX;
    m_greatest = 0;
    Run run{0, 0};
    shard::for_each_table_entry(table, def_line, [&](int unit, int end, int line) {
      if (line != run.line || unit != run.end) {
        add(run);
        if (unit != run.end) add({unit, 0});
        run.line = std::max(line, 0);
      }
      run.end = end;
    });
    add(run);
  }

  // Of all units; `least` is above `greatest` where none has a line.
  int least() const { return m_least; }
  int greatest() const { return m_greatest; }

  std::span<const Run> runs() const { return m_runs; }

  // The place in `runs` of the one that the unit is in; their number where it is in none.
  std::size_t run_of(int unit) const {
    if (unit < 0) return m_runs.size();
    std::size_t i = m_last;  // who asked goes on from there
    while (i > 0 && unit < m_runs[i - 1].end) --i;
    while (i < m_runs.size() && unit >= m_runs[i].end) ++i;
    return m_last = i;
  }

  // 0 where the unit has no line, or is none of the code's.
  int at(int unit) const {
    const std::size_t i = run_of(unit);
    return i < m_runs.size() ? m_runs[i].line : 0;
  }

  void swap(CodeLines& other) noexcept {
    m_runs.swap(other.m_runs);
    std::swap(m_least, other.m_least);
    std::swap(m_greatest, other.m_greatest);
    m_last = other.m_last = 0;
  }

 private:
  void add(Run run) {
    if (run.end > 0) m_runs.push_back(run);
    if (run.line == 0) return;
    m_least = std::min(m_least, run.line);
    m_greatest = std::max(m_greatest, run.line);
  }

  std::vector<Run> m_runs;  // one after the other, the first from unit 0
  int m_least = INT_MAX;
  int m_greatest = 0;
  mutable std::size_t m_last = 0;
};

}  // namespace covey::collector
