#include <algorithm>
#include <covey/model/arc_set.hpp>
#include <iterator>

namespace covey::model {

ArcSet::ArcSet(std::vector<Arc> arcs) : m_arcs(std::move(arcs)) {
  if (!std::is_sorted(m_arcs.begin(), m_arcs.end())) std::sort(m_arcs.begin(), m_arcs.end());
  m_arcs.erase(std::unique(m_arcs.begin(), m_arcs.end()), m_arcs.end());
}

void ArcSet::insert(Arc arc) {
  auto at = std::lower_bound(m_arcs.begin(), m_arcs.end(), arc);
  if (at == m_arcs.end() || *at != arc) m_arcs.insert(at, arc);
}

bool ArcSet::contains(Arc arc) const { return std::binary_search(m_arcs.begin(), m_arcs.end(), arc); }

ArcSet& ArcSet::operator|=(const ArcSet& other) {
  // Of many processes' data most adds nothing.
  if (std::includes(m_arcs.begin(), m_arcs.end(), other.begin(), other.end())) return *this;
  std::vector<Arc> all;
  all.reserve(m_arcs.size() + other.m_arcs.size());
  std::set_union(m_arcs.begin(), m_arcs.end(), other.begin(), other.end(), std::back_inserter(all));
  m_arcs = std::move(all);
  return *this;
}

ArcSet& ArcSet::operator&=(const ArcSet& other) {
  std::erase_if(m_arcs, [&](Arc arc) { return !other.contains(arc); });
  return *this;
}

ArcSet& ArcSet::operator-=(const ArcSet& other) {
  std::erase_if(m_arcs, [&](Arc arc) { return other.contains(arc); });
  return *this;
}

}  // namespace covey::model
