// Which steps of a code object have been seen: a small hash set, for each event of branch mode may ask.
#pragma once

#include <cstdint>
#include <memory>

namespace covey::collector {

class SeenPairs {
 public:
  // Whether the pair is a new one. `from` and `to` are not both 0. Throws std::bad_alloc.
  bool insert(int from, int to) {
    if (m_used * 2 >= m_capacity) grow();
    return place(key_of(from, to));
  }

  bool contains(int from, int to) const {
    const auto key = key_of(from, to);
    if (m_capacity == 0) return false;
    for (std::uint64_t at = slot_of(key);; ++at) {
      const auto entry = m_entries[at & (m_capacity - 1)];
      if (entry == key || entry == 0) return entry == key;
    }
  }

 private:
  static std::uint64_t slot_of(std::uint64_t key) { return key * 0x9E3779B97F4A7C15U >> 32; }

  static std::uint64_t key_of(int from, int to) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(from)) << 32 | static_cast<std::uint32_t>(to);
  }

  bool place(std::uint64_t key) {
    for (std::uint64_t at = slot_of(key);; ++at) {
      auto& entry = m_entries[at & (m_capacity - 1)];
      if (entry == key) return false;
      if (entry != 0) continue;
      entry = key;
      ++m_used;
      return true;
    }
  }

  void grow() {
    const auto n_before = m_capacity;
    const auto capacity = n_before == 0 ? 8 : 2 * n_before;
    auto before = std::make_unique<std::uint64_t[]>(capacity);  // nothing has changed where there is no memory
    m_entries.swap(before);
    m_capacity = capacity;
    m_used = 0;
    for (std::uint32_t i = 0; i < n_before; ++i)
      if (before[i] != 0) place(before[i]);
  }

  std::unique_ptr<std::uint64_t[]> m_entries;  // 0: free
  std::uint32_t m_capacity = 0;                // a power of 2, or 0
  std::uint32_t m_used = 0;
};

}  // namespace covey::collector
