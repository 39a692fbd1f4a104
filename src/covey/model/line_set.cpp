#include <algorithm>
#include <bit>
#include <covey/model/line_set.hpp>
#include <cstring>

namespace covey::model {

LineSet LineSet::of_bits(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  LineSet set;
  set.m_words.resize((bytes.size() + 7) / 8);
  if (!bytes.empty()) {
    std::memcpy(set.m_words.data(), bytes.data(), bytes.size());
    set.m_words[0] &= ~std::uint64_t{1};
  }
  return set;
}

std::string LineSet::bits() const {
  const auto last = max();
  if (last == 0) return "";
  return std::string(reinterpret_cast<const char*>(m_words.data()), static_cast<std::size_t>(last) / 8 + 1);
}

void LineSet::insert(int line) {
  if (line < 1) return;
  auto word = static_cast<std::size_t>(line) / k_bits;
  if (word >= m_words.size()) m_words.resize(word + 1);
  m_words[word] |= std::uint64_t{1} << (line % k_bits);
}

void LineSet::insert_range(int first, int last) {
  first = std::max(first, 1);
  if (last < first) return;
  insert(last);  // grows once
  for (int line = first; line < last; ++line) {
    if (line % k_bits == 0 && line + k_bits <= last) {
      m_words[static_cast<std::size_t>(line) / k_bits] = ~std::uint64_t{0};
      line += k_bits - 1;
    } else {
      insert(line);
    }
  }
}

void LineSet::erase(int line) {
  if (contains(line)) m_words[static_cast<std::size_t>(line) / k_bits] &= ~(std::uint64_t{1} << (line % k_bits));
}

bool LineSet::intersects_range(int first, int last) const {
  last = std::min(last, static_cast<int>(m_words.size()) * k_bits - 1);
  for (int line = std::max(first, 1); line <= last; ++line) {
    auto rest = m_words[static_cast<std::size_t>(line) / k_bits] >> (line % k_bits);
    if (rest == 0) {
      line |= k_bits - 1;
    } else {
      return line + __builtin_ctzll(rest) <= last;
    }
  }
  return false;
}

bool LineSet::intersects(const LineSet& other) const {
  auto common = std::min(m_words.size(), other.m_words.size());
  for (std::size_t i = 0; i < common; ++i)
    if ((m_words[i] & other.m_words[i]) != 0) return true;
  return false;
}

bool LineSet::is_subset_of(const LineSet& other) const {
  for (std::size_t i = 0; i < m_words.size(); ++i)
    if ((m_words[i] & ~(i < other.m_words.size() ? other.m_words[i] : 0)) != 0) return false;
  return true;
}

bool LineSet::empty() const {
  return std::all_of(m_words.begin(), m_words.end(), [](auto word) { return word == 0; });
}

int LineSet::count() const {
  int total = 0;
  for (auto word : m_words) total += __builtin_popcountll(word);
  return total;
}

int LineSet::min() const {
  for (std::size_t i = 0; i < m_words.size(); ++i)
    if (m_words[i] != 0) return static_cast<int>(i) * k_bits + __builtin_ctzll(m_words[i]);
  return 0;
}

int LineSet::max() const {
  for (std::size_t i = m_words.size(); i-- > 0;)
    if (m_words[i] != 0) return static_cast<int>(i) * k_bits + (k_bits - 1 - __builtin_clzll(m_words[i]));
  return 0;
}

LineSet& LineSet::operator|=(const LineSet& other) {
  if (other.m_words.size() > m_words.size()) m_words.resize(other.m_words.size());
  for (std::size_t i = 0; i < other.m_words.size(); ++i) m_words[i] |= other.m_words[i];
  return *this;
}

LineSet& LineSet::operator&=(const LineSet& other) {
  if (m_words.size() > other.m_words.size()) m_words.resize(other.m_words.size());
  for (std::size_t i = 0; i < m_words.size(); ++i) m_words[i] &= other.m_words[i];
  return *this;
}

LineSet& LineSet::operator-=(const LineSet& other) {
  for (std::size_t i = 0; i < std::min(m_words.size(), other.m_words.size()); ++i) m_words[i] &= ~other.m_words[i];
  return *this;
}

bool operator==(const LineSet& a, const LineSet& b) { return a.is_subset_of(b) && b.is_subset_of(a); }

std::vector<int> LineSet::lines() const {
  std::vector<int> all;
  all.reserve(static_cast<std::size_t>(count()));
  for_each([&](int line) { all.push_back(line); });
  return all;
}

}  // namespace covey::model
