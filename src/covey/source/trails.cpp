#include <algorithm>
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

// Calls `add(from, to)`, lines as measured, for each trail that leads to another statement.
template <class Add>
void for_each_way(const model::TrailSet& trails, const MultilineMap& multiline, Add add) {
  for (const auto& trail : trails) {
    auto is_elsewhere = [&](int line) {
      return line < 0 || multiline.first_line(line) != multiline.first_line(trail.from);
    };
    const auto to = std::find_if(trail.lines.begin(), trail.lines.end(), is_elsewhere);
    if (to != trail.lines.end()) add(trail.from, *to);
  }
}

// With contexts the reference is coverage.py's C tracer, whose arcs have the lines that ran, not those that statements
// begin with.
model::ArcSet arcs_as_measured(const model::TrailSet& trails, const MultilineMap& multiline) {
  std::vector<model::Arc> arcs;
  for_each_way(trails, multiline, [&](int from, int to) { arcs.push_back({from, to}); });
  return model::ArcSet(std::move(arcs));
}

}  // namespace

model::ArcSet resolve_trails(const model::TrailSet& trails, const MultilineMap& multiline) {
  std::vector<model::Arc> arcs;
  for_each_way(trails, multiline, [&](int from, int to) {
    arcs.push_back({multiline.first_line(from), to < 0 ? to : multiline.first_line(to)});
  });
  return model::ArcSet(std::move(arcs));
}

void make_arcs(model::MeasuredFile& file, const MultilineMap& multiline) {
  file.arcs |= resolve_trails(file.trails, multiline);
  file.trails = {};
  add_lone_lines(file.ran, file.arcs);
  for (auto& [name, data] : file.contexts) {
    data.arcs |= arcs_as_measured(data.trails, multiline);
    data.trails = {};
    add_lone_lines(data.ran, data.arcs);
  }
}

}  // namespace covey::source
