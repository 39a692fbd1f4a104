#include <algorithm>
#include <covey/model/trail_set.hpp>
#include <iterator>

namespace covey::model {

TrailSet::TrailSet(std::vector<Trail> trails) : m_trails(std::move(trails)) {
  std::sort(m_trails.begin(), m_trails.end());
  m_trails.erase(std::unique(m_trails.begin(), m_trails.end()), m_trails.end());
}

TrailSet& TrailSet::operator|=(const TrailSet& other) {
  // Most processes of a run go the same ways: then nothing is copied.
  if (std::includes(m_trails.begin(), m_trails.end(), other.begin(), other.end())) return *this;
  std::vector<Trail> all;
  all.reserve(m_trails.size() + other.m_trails.size());
  std::set_union(m_trails.begin(), m_trails.end(), other.begin(), other.end(), std::back_inserter(all));
  m_trails = std::move(all);
  return *this;
}

}  // namespace covey::model
