// Where a branch leads to the reference since CPython 3.14: coverage.py's sys.monitoring core, which follows the byte
// code from a branch's destination, whatever becomes of it.
#pragma once

#include <array>
#include <covey/collector/decoded_code.hpp>
#include <covey/shard/writer.hpp>
#include <span>

namespace covey::collector {

// The lines of one trail, in the order control meets them.
struct Steps {
  std::array<int, shard::k_longest_trail> lines{};
  std::size_t n = 0;

  std::span<const int> all() const { return {lines.data(), n}; }
};

// The lines that control meets from code unit `unit` on, until it may go either way, each once and without `from`; the
// last is -co_firstlineno where it leaves the code object. coverage.py's BranchArcResolver, but for knowing which lines
// are one statement. No steps where the code has no units.
Steps follow(const DecodedCode& code, int from, int unit);

}  // namespace covey::collector
