// A set of 1-based line numbers, kept as bits: coverage values are made of these.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace covey::model {

// A value. Union, intersection and difference are the operators |, & and -; union is commutative, associative and
// idempotent, so results do not depend on the order in which processes' data are merged. Equality ignores capacity.
class LineSet {
 public:
  LineSet() = default;
  LineSet(std::initializer_list<int> lines) {
    for (int line : lines) insert(line);
  }

  // One bit a line: that of line n is bit n % 8, from the lowest, of byte n / 8 (coverage.py's numbits).
  static LineSet of_bits(std::string_view bytes);
  std::string bits() const;  // no longer than its last line needs; empty for no lines

  // Lines below 1 are not lines and are ignored.
  void insert(int line);
  void insert_range(int first, int last);  // both ends included; nothing where last < first
  void erase(int line);
  bool contains(int line) const {
    auto word = static_cast<std::size_t>(line) / k_bits;
    return line > 0 && word < m_words.size() && ((m_words[word] >> (line % k_bits)) & 1) != 0;
  }
  bool intersects_range(int first, int last) const;  // any line of first..last, both included
  bool intersects(const LineSet& other) const;
  bool is_subset_of(const LineSet& other) const;
  bool empty() const;
  int count() const;
  int min() const;  // 0 where empty
  int max() const;  // 0 where empty

  LineSet& operator|=(const LineSet& other);
  LineSet& operator&=(const LineSet& other);
  LineSet& operator-=(const LineSet& other);
  friend LineSet operator|(LineSet a, const LineSet& b) { return a |= b; }
  friend LineSet operator&(LineSet a, const LineSet& b) { return a &= b; }
  friend LineSet operator-(LineSet a, const LineSet& b) { return a -= b; }
  friend bool operator==(const LineSet& a, const LineSet& b);

  // Calls `visit(int line)` for each line, ascending.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t word = 0; word < m_words.size(); ++word)
      for (std::uint64_t bits = m_words[word]; bits != 0; bits &= bits - 1)
        visit(static_cast<int>(word) * k_bits + __builtin_ctzll(bits));
  }
  std::vector<int> lines() const;  // ascending

 private:
  static constexpr int k_bits = 64;
  std::vector<std::uint64_t> m_words;
};

}  // namespace covey::model
