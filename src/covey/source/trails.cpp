#include <covey/source/trails.hpp>
#include <vector>

namespace covey::source {

namespace {

void add_lone_lines(const model::LineSet& ran, model::ArcSet& arcs) {
  model::LineSet ends;
  for (const auto& arc : arcs)
    for (int line : {arc.from, arc.to}) ends.insert(line);
  std::vector<model::Arc> lone;
  (ran - ends).for_each([&](int line) { lone.push_back({line, line}); });
  arcs |= model::ArcSet(std::move(lone));
}

}  // namespace

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

void make_arcs(model::MeasuredFile& file, const MultilineMap& multiline) {
  file.arcs |= resolve_trails(file.trails, multiline);
  file.trails = {};
  add_lone_lines(file.ran, file.arcs);
  for (auto& [name, data] : file.contexts) add_lone_lines(data.ran, data.arcs);
}

}  // namespace covey::source
