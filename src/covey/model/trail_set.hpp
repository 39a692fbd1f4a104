// Where control went from lines, as far as that is known before the source has been looked at.
#pragma once

#include <compare>
#include <vector>

namespace covey::model {

// From line `from` control went to the first of `lines` that is part of another statement than `from`; to none of them
// that is known where all are part of the same. Lines are as in Arc: a negative one leaves the code object.
struct Trail {
  int from = 0;
  std::vector<int> lines;
  // Whether it leads from a statement to another only where both are known to have run: what lies between, a call in
  // the same line, may have raised an exception.
  bool if_arrived = false;

  friend auto operator<=>(const Trail&, const Trail&) = default;
};

// A value, kept sorted. Union is commutative, associative and idempotent.
class TrailSet {
 public:
  TrailSet() = default;
  explicit TrailSet(std::vector<Trail> trails);  // in any order, repeats allowed

  bool empty() const { return m_trails.empty(); }
  TrailSet& operator|=(const TrailSet& other);
  friend TrailSet operator|(TrailSet a, const TrailSet& b) { return a |= b; }
  friend bool operator==(const TrailSet&, const TrailSet&) = default;

  auto begin() const { return m_trails.begin(); }
  auto end() const { return m_trails.end(); }

 private:
  std::vector<Trail> m_trails;
};

}  // namespace covey::model
