#include <algorithm>
#include <covey/source/trails.hpp>
#include <optional>
#include <vector>

namespace covey::source {

namespace {

void add_steps_to_themselves(const model::LineSet& lines, model::ArcSet& arcs) {
  std::vector<model::Arc> steps;
  lines.for_each([&](int line) { steps.push_back({line, line}); });
  arcs |= model::ArcSet(std::move(steps));
}

void add_lone_lines(const model::LineSet& ran, model::ArcSet& arcs) {
  model::LineSet ends;
  for (const auto& arc : arcs)
    for (int line : {arc.from, arc.to}) ends.insert(line);
  add_steps_to_themselves(ran - ends, arcs);
}

// Which statements control arrived at, as far as lines and arcs tell.
class Arrivals {
 public:
  Arrivals(const model::LineSet& ran, const model::ArcSet& arcs, const MultilineMap& multiline)
      : m_multiline(multiline), m_statements(multiline.first_lines(ran)) {
    for (const auto& arc : arcs)
      for (int line : {arc.from, arc.to}) m_statements.insert(multiline.first_line(line));
  }

  // An exit is taken for granted: the collector leaves those to other events that an exception may have prevented.
  bool are_told_of(int to) const { return to < 0 || m_statements.contains(m_multiline.first_line(to)); }

 private:
  const MultilineMap& m_multiline;
  model::LineSet m_statements;  // that ran, by their first lines
};

// What is known of the code that the trails are of.
struct Known {
  const model::TrailSet& trails;
  const model::LineSet& ran;
  const model::ArcSet& arcs;
};

// Calls `add(from, to)`, lines as measured, for each trail that leads to another statement.
template <class Add>
void for_each_way(const Known& known, const MultilineMap& multiline, Add add) {
  std::optional<Arrivals> arrivals;  // made where one is asked for
  auto arrived = [&](int to) {
    if (!arrivals) arrivals.emplace(known.ran, known.arcs, multiline);
    return arrivals->are_told_of(to);
  };
  for (const auto& trail : known.trails) {
    auto is_elsewhere = [&](int line) {
      return line < 0 || multiline.first_line(line) != multiline.first_line(trail.from);
    };
    const auto to = std::find_if(trail.lines.begin(), trail.lines.end(), is_elsewhere);
    if (to != trail.lines.end() && (!trail.if_arrived || (arrived(trail.from) && arrived(*to)))) add(trail.from, *to);
  }
}

// With contexts the reference is coverage.py's C tracer, whose arcs have the lines that ran, not those that statements
// begin with.
model::ArcSet arcs_as_measured(const model::ContextData& data, const MultilineMap& multiline) {
  std::vector<model::Arc> arcs;
  for_each_way({data.trails, data.ran, data.arcs}, multiline, [&](int from, int to) { arcs.push_back({from, to}); });
  return model::ArcSet(std::move(arcs));
}

}  // namespace

model::ArcSet resolve_trails(const model::TrailSet& trails, const model::LineSet& ran, const model::ArcSet& arcs,
                             const MultilineMap& multiline) {
  std::vector<model::Arc> resolved;
  for_each_way({trails, ran, arcs}, multiline, [&](int from, int to) {
    resolved.push_back({multiline.first_line(from), to < 0 ? to : multiline.first_line(to)});
  });
  return model::ArcSet(std::move(resolved));
}

void make_arcs(model::MeasuredFile& file, const MultilineMap& multiline) {
  file.arcs |= resolve_trails(file.trails, file.ran, file.arcs, multiline);
  file.trails = {};
  if (file.steps_to_itself())
    add_steps_to_themselves(file.ran, file.arcs);
  else
    add_lone_lines(file.ran, file.arcs);
  for (auto& [name, data] : file.contexts) {
    data.arcs |= arcs_as_measured(data, multiline);
    data.trails = {};
    add_lone_lines(data.ran, data.arcs);
  }
}

}  // namespace covey::source
