#include <covey/source/trails.hpp>
#include <vector>

namespace covey::source {

model::ArcSet resolve_trails(const model::TrailSet& trails, const MultilineMap& multiline) {
  std::vector<model::Arc> arcs;
  for (const auto& trail : trails) {
    const int from = multiline.first_line(trail.from);
    for (int line : trail.lines) {
      const int to = line < 0 ? line : multiline.first_line(line);
      if (to == from) continue;
      arcs.push_back({from, to});
      break;
    }
  }
  return model::ArcSet(std::move(arcs));
}

}  // namespace covey::source
