// The code objects of a file by what makes them equal: a hash table in one piece, for one is put in for each function
// that runs.
#pragma once

#include <cstdint>
#include <vector>

namespace covey::collector {

struct CodePoints;

// A key is a line in its low half and a hash in its high one: what lies together in the file does so in the table, too.
class PointsByKey {
 public:
  // nullptr where there are none.
  CodePoints* find(std::uint64_t key) const { return m_entries.empty() ? nullptr : m_entries[place_of(key)].points; }

  // `points` is not nullptr, and takes the place of what has the key already. Throws std::bad_alloc.
  void insert(std::uint64_t key, CodePoints* points) {
    if (m_used * 2 >= m_entries.size()) grow();
    Entry& entry = m_entries[place_of(key)];
    if (entry.points == nullptr) ++m_used;
    entry = {key, points};
  }

 private:
  struct Entry {
    std::uint64_t key = 0;
    CodePoints* points = nullptr;  // nullptr: free
  };

  // Where the key is, or could be put.
  std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = m_entries.size() - 1;
    const auto step = static_cast<std::size_t>(key >> 32 | 1);
    auto at = static_cast<std::size_t>(key) & mask;
    while (m_entries[at].points != nullptr && m_entries[at].key != key) at = (at + step) & mask;
    return at;
  }

  void grow() {
    std::vector<Entry> before(m_entries.empty() ? 16 : 2 * m_entries.size());
    before.swap(m_entries);
    for (const Entry& entry : before)
      if (entry.points != nullptr) m_entries[place_of(entry.key)] = entry;
  }

  std::vector<Entry> m_entries;  // a power of 2, or none
  std::size_t m_used = 0;
};

}  // namespace covey::collector
