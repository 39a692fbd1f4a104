// Where a branch leads: the lines of the instructions that must follow.
#pragma once

#include <array>
#include <covey/collector/decoded_code.hpp>
#include <covey/shard/writer.hpp>
#include <span>

namespace covey::collector {

struct Steps {
  std::array<int, shard::k_longest_trail> lines{};
  std::size_t n = 0;
  int return_unit = -1;  // where it returns, or a `raise` leaves; -1 where it goes either way, or raises once more

  std::span<const int> all() const { return {lines.data(), n}; }
};

// The lines that control meets from code unit `unit` on, until it may go either way, each once and without `from`; the
// last is -co_firstlineno where it leaves the code object. coverage.py's BranchArcResolver, but for knowing which lines
// are one statement. No steps where the code has no units.
Steps follow(const DecodedCode& code, int from, int unit);

// The same for the way that a branch in line `from` took to `destination`. Where the reference takes no exit for
// granted that an exception may have prevented, the exit that PY_RETURN or PY_UNWIND tells of is left to them.
Steps follow_branch(const DecodedCode& code, int from, int destination);

// Whether the instruction at the unit is one of a kind, of code as compiled. False, with no exception set, where there
// was no memory.
bool ends_iteration(PyCodeObject* code, int unit);  // `async for`: the rest of the loop or what follows it comes next
bool is_at_yield(PyCodeObject* code, int unit);     // where a generator stands that is made to raise
bool has_async_for(PyCodeObject* code);

// The unit that the branch at unit `source` goes to where it does not go to `destination`; -1 where there is none.
int other_way(const DecodedCode& code, int source, int destination);

// Whether control can come to line `to` from no line but `from`. False, too, where the code is too long to find out
// on the way.
bool is_only_way(const DecodedCode& code, int from, int to);

}  // namespace covey::collector
