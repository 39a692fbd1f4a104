#include <algorithm>
#include <covey/base/hash.hpp>
#include <covey/forge/similarity.hpp>

namespace covey::forge {

namespace {

constexpr std::size_t k_longest = 64;  // bytes

}  // namespace

Pieces::Pieces(std::string_view text) : m_size(text.size()) {
  while (!text.empty()) {
    const auto size = std::min({text.find('\n'), k_longest - 1, text.size() - 1}) + 1;
    m_pieces.emplace_back(base::hash64(text.substr(0, size)), size);
    text.remove_prefix(size);
  }
  std::sort(m_pieces.begin(), m_pieces.end());
  std::size_t kept = 0;
  for (const auto& piece : m_pieces) {
    if (kept > 0 && m_pieces[kept - 1].first == piece.first) {
      m_pieces[kept - 1].second += piece.second;
    } else {
      m_pieces[kept++] = piece;
    }
  }
  m_pieces.resize(kept);
}

int similarity(const Pieces& one, const Pieces& other) {
  const auto longer = std::max(one.m_size, other.m_size);
  if (longer == 0) return 0;
  std::size_t common = 0;
  auto left = one.m_pieces.begin();
  auto right = other.m_pieces.begin();
  while (left != one.m_pieces.end() && right != other.m_pieces.end()) {
    if (left->first == right->first) {
      common += std::min(left->second, right->second);
      ++left;
      ++right;
    } else {
      ++(left->first < right->first ? left : right);
    }
  }
  return static_cast<int>(common * 100 / longer);
}

}  // namespace covey::forge
