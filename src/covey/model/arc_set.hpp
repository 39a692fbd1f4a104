// A set of arcs: the steps from line to line that a program can take, or took.
#pragma once

#include <compare>
#include <initializer_list>
#include <vector>

namespace covey::model {

// From line `from` to line `to`, 1-based. A negative number stands for leaving (as `to`) or entering (as `from`) the
// code object that starts at that line: (5, -3) returns from the function whose first line is 3. Never 0.
struct Arc {
  int from = 0;
  int to = 0;

  friend auto operator<=>(const Arc&, const Arc&) = default;
};

// A value, kept sorted. Union, intersection and difference are the operators |, & and -; union is commutative,
// associative and idempotent. Building one from many arcs at once costs n log n; inserting one by one costs n each.
class ArcSet {
 public:
  ArcSet() = default;
  ArcSet(std::initializer_list<Arc> arcs) : ArcSet(std::vector<Arc>(arcs)) {}
  explicit ArcSet(std::vector<Arc> arcs);  // in any order, repeats allowed

  void insert(Arc arc);
  bool contains(Arc arc) const;
  bool empty() const { return m_arcs.empty(); }
  int size() const { return static_cast<int>(m_arcs.size()); }

  ArcSet& operator|=(const ArcSet& other);
  ArcSet& operator&=(const ArcSet& other);
  ArcSet& operator-=(const ArcSet& other);
  friend ArcSet operator|(ArcSet a, const ArcSet& b) { return a |= b; }
  friend ArcSet operator&(ArcSet a, const ArcSet& b) { return a &= b; }
  friend ArcSet operator-(ArcSet a, const ArcSet& b) { return a -= b; }
  friend bool operator==(const ArcSet&, const ArcSet&) = default;

  const std::vector<Arc>& arcs() const { return m_arcs; }  // ascending by `from`, then `to`
  auto begin() const { return m_arcs.begin(); }
  auto end() const { return m_arcs.end(); }

 private:
  std::vector<Arc> m_arcs;
};

}  // namespace covey::model
