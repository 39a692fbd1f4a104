#include <covey/collector/trails.hpp>

namespace covey::collector {

namespace {

// A line that lies between lines that the trail has met already is part of their statement, if the trail goes on after
// them: so only one that is further up or down than all before can be the one that the trail is followed for.
class Hull {
 public:
  Hull(int from, Steps& steps) : m_least(from), m_greatest(from), m_steps(steps) {}

  bool full() const { return m_steps.n + 1 >= m_steps.lines.size(); }  // one is left for the exit

  void add(int line) {
    if (line <= 0 || (line >= m_least && line <= m_greatest)) return;
    m_least = std::min(m_least, line);
    m_greatest = std::max(m_greatest, line);
    m_steps.lines[m_steps.n++] = line;
  }

  void leave(int def_line) { m_steps.lines[m_steps.n++] = -def_line; }

 private:
  int m_least;
  int m_greatest;
  Steps& m_steps;
};

void walk(const DecodedCode& code, int unit, Hull& hull) {
  const auto runs = code.lines().runs();
  // As many steps as there are turns, and the end: who goes on then, goes in circles.
  for (auto left = code.turns().size() + 1; left > 0; --left) {
    auto turn = code.turn_from(unit);
    while (turn != code.turns().end() && turn->flow == Flow::handler) ++turn;
    const bool goes_on = turn != code.turns().end();  // else it raises
    for (auto run = code.lines().run_of(unit); run < runs.size() && !hull.full(); ++run) {
      hull.add(runs[run].line);
      if (goes_on && runs[run].end > turn->unit) break;
    }
    if (!goes_on || hull.full() || turn->flow == Flow::branch) return;
    if (turn->flow == Flow::return_) return hull.leave(code.def_line());
    unit = turn->jump;
    if (unit < 0) return;
  }
}

}  // namespace

Steps follow(const DecodedCode& code, int from, int unit) {
  Steps steps;
  Hull hull(from, steps);
  if (unit >= 0) walk(code, unit, hull);
  return steps;
}

}  // namespace covey::collector
