#include <algorithm>
#include <covey/collector/ways.hpp>
#include <map>
#include <set>

namespace covey::collector {

namespace {

constexpr int k_out = -1;  // in place of a line: the code is left
// A line table as no compiler makes it may have none for any instruction: then each loop comes back to such a branch.
constexpr int k_most_unseen_branches = 8;
constexpr int k_most_excursions = 16;  // lines of one statement that are looked through

// Where control leaves the lines of a statement for good that begins to run at the unit of line `from`. What it does in
// other lines and then goes back from is a part of the statement: those lines are added to `parts`, where that is
// given.
Way way_out_of(const DecodedCode& code, int from, int unit, std::set<int>* parts = nullptr) {
  auto out = way_from(code, from, unit);
  const auto runs = code.lines().runs();
  const auto n_runs = std::count_if(runs.begin(), runs.end(), [&](const auto& run) { return run.line == from; });
  if (n_runs < 2) return out;
  auto way = out;
  std::vector<int> met;
  for (int n = 0; n < k_most_excursions && way.line > 0; ++n) {
    met.push_back(way.line);
    const auto next = way_from(code, way.line, way.unit);
    if (next.unit < way.unit) break;  // back in a loop, or at a branch
    way = next;
    if (way.line != from) continue;
    const auto back = way_from(code, from, way.unit);
    if (back.line <= 0 && !back.leaves) break;  // at a branch: it was a loop's body
    out = way = back;
    if (parts != nullptr) parts->insert(met.begin(), met.end());
  }
  return out;
}

// What is known of a line with branches. Those that all lead to one place are like lines without.
struct Exits {
  std::set<int> places;                        // units that control may leave it for, and k_out
  std::set<int> targets;                       // the lines there
  std::set<int> parts;                         // other lines of the same statement
  std::vector<Watched::Departure> departures;  // that no BRANCH event tells of for certain
  std::set<int> starts;                        // of ways that are looked at
};

class Finder {
 public:
  explicit Finder(const DecodedCode& code) : m_code(code) {}

  std::unique_ptr<const Watched> find() {
    for (const Turn& turn : m_code.turns())
      if (turn.flow == Flow::end_async_for) m_async_fors.insert(m_code.line(turn.unit));
    for (const Turn& turn : m_code.turns()) look_at(turn);
    std::erase_if(m_exits, [](const auto& exits) { return exits.second.places.size() < 2; });
    look_at_other_lines();
    if (!m_exits.empty()) {
      look_at_runs();
      if (m_code.handles_exceptions()) look_at_exceptions();
    }
    return taken();
  }

 private:
  void look_at(const Turn& turn) {
    const int line = m_code.line(turn.unit);
    if (line <= 0) return;
    if (turn.flow == Flow::branch) {
      add_way(line, turn, turn.next);
      add_way(line, turn, turn.jump);
    } else if (turn.flow == Flow::end_async_for || (turn.flow == Flow::end_send && m_async_fors.contains(line))) {
      add_way(line, turn, turn.next);
    }
  }

  // A way out of the line from the unit on, where the turn leads.
  void add_way(int line, const Turn& turn, int unit) {
    auto way = way_from(m_code, line, unit);
    auto& exits = m_exits[line];
    exits.starts.insert(unit);
    if (way.leaves) exits.places.insert(k_out);
    if (target(way) == 0) return;
    const auto out = way_out_of(m_code, line, unit, &exits.parts);
    if (out.leaves) exits.places.insert(k_out);
    if (out.line > 0) exits.places.insert(out.unit);
    if (out.line > 0) exits.targets.insert(out.line);
    const bool is_told = turn.flow == Flow::branch && (way.is_certain || way.departure < 0);
    if (way.departure < 0) way.departure = turn.unit;
    if (!is_told) exits.departures.push_back(departure(line, way));
  }

  // The line where the way leads, or minus co_firstlineno where nothing else tells that it leaves the code; 0 for none.
  int target(const Way& way) const { return way.is_silent ? -m_code.def_line() : std::max(way.line, 0); }

  Watched::Departure departure(int line, const Way& way) const {
    return {way.departure, line, target(way), way.is_guess || m_code.may_raise(way.departure)};
  }

  // Calls `visit(line, unit)` for each place where a line begins to run.
  template <class Visit>
  void for_each_run(Visit visit) {
    int begin = 0;
    for (const auto& run : m_code.lines().runs()) {
      if (run.line > 0) visit(run.line, begin);
      begin = run.end;
    }
  }

  void look_at_other_lines() {
    const auto runs = m_code.lines().runs();
    m_followers.reserve(runs.size());
    auto turn = m_code.turns().begin();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const int begin = i == 0 ? 0 : runs[i - 1].end;
      while (turn != m_code.turns().end() && turn->unit < begin) ++turn;
      if (runs[i].line <= 0 || (!m_exits.empty() && m_exits.contains(runs[i].line))) continue;
      const bool goes_straight = turn == m_code.turns().end() || turn->unit >= runs[i].end;
      int to = goes_straight && i + 1 < runs.size() ? runs[i + 1].line : 0;
      if (to <= 0) to = target(way_from(m_code, runs[i].line, begin));
      if (to != 0) m_followers.push_back({begin, runs[i].line, to});
    }
    auto by_line = [](const auto& a, const auto& b) { return a.from < b.from; };
    if (!std::is_sorted(m_followers.begin(), m_followers.end(), by_line))
      std::stable_sort(m_followers.begin(), m_followers.end(), by_line);
    forget_places_of_single_runs();
  }

  // Most lines begin to run in one place, and nobody need ask where they do.
  void forget_places_of_single_runs() {
    std::vector<int> lines;
    lines.reserve(m_code.lines().runs().size());
    for_each_run([&](int line, int) { lines.push_back(line); });
    std::sort(lines.begin(), lines.end());
    auto line = lines.begin();
    for (auto& follower : m_followers) {
      line = std::lower_bound(line, lines.end(), follower.from);
      if (line + 1 == lines.end() || *(line + 1) != follower.from) follower.unit = -1;
    }
  }

  // Ways on from where a line with branches begins to run: the rest of a statement, after other lines of it.
  void look_at_runs() {
    for_each_run([&](int line, int unit) {
      const auto exits = m_exits.find(line);
      if (exits == m_exits.end() || exits->second.starts.contains(unit)) return;
      const auto way = way_from(m_code, line, unit);
      if (target(way) != 0 && way.departure >= 0 && way_out_of(m_code, line, unit).departure == way.departure)
        exits->second.departures.push_back(departure(line, way));
    });
  }

  void look_at_exceptions() {
    std::map<int, const Exits*> by_line;
    for (const auto& [line, exits] : m_exits) {
      by_line[line] = &exits;
      for (int part : exits.parts) by_line.emplace(part, &exits);
    }
    for (int unit = 0; unit < m_code.n_units(); unit = m_code.next(unit)) {
      const auto exits = by_line.find(m_code.line(unit));
      if (exits == by_line.end() || !m_code.may_raise(unit)) continue;
      const int handler = handler_of(m_code, unit);
      if (handler < 0) continue;
      const auto way = way_from(m_code, exits->first, handler);
      if (way.handler < 0 || way.line <= 0 || !may_leave_for(*exits->second, way.line)) continue;
      auto& watched = m_handlers[m_code.next(way.handler)];
      watched.unit = m_code.next(way.handler);
      watched.handler = way.handler;
      watched.to = way.line;
      if (watched.from.empty() || watched.from.back() != exits->first) watched.from.push_back(exits->first);
    }
  }

  // Whether one of the ways out of a line leads to another, or of those that it leads to next: they may be one
  // statement.
  bool may_leave_for(const Exits& exits, int to) const {
    return exits.targets.contains(to) || std::any_of(exits.targets.begin(), exits.targets.end(), [&](int line) {
             const auto next = m_exits.find(line);
             return next != m_exits.end() && next->second.targets.contains(to);
           });
  }

  std::unique_ptr<const Watched> taken() {
    if (m_followers.empty() && m_exits.empty()) return nullptr;
    auto watched = std::make_unique<Watched>();
    for (auto& [line, exits] : m_exits)
      watched->departures.insert(watched->departures.end(), exits.departures.begin(), exits.departures.end());
    std::sort(watched->departures.begin(), watched->departures.end(), [](auto& a, auto& b) { return a.unit < b.unit; });
    for (auto& [unit, handler] : m_handlers) watched->handlers.push_back(std::move(handler));
    watched->followers = std::move(m_followers);
    if (!watched->needs_instructions() && watched->followers.empty()) return nullptr;
    return watched;
  }

  const DecodedCode& m_code;
  std::map<int, Exits> m_exits;                // by line
  std::map<int, Watched::Handler> m_handlers;  // by the unit after
  std::vector<Watched::Follower> m_followers;
  std::set<int> m_async_fors;  // lines
};

// Whether the instruction behind one of that kind may come next.
bool goes_on(Flow flow) {
  switch (flow) {
    case Flow::jump_forward:
    case Flow::jump_backward:
    case Flow::return_:
    case Flow::raise:
    case Flow::reraise:
      return false;
    default:
      return true;
  }
}

bool has_branch(const DecodedCode& code, int line) {
  return std::any_of(code.turns().begin(), code.turns().end(),
                     [&](const Turn& turn) { return turn.flow == Flow::branch && code.line(turn.unit) == line; });
}

Way follow(const DecodedCode& code, int from, int unit, int n_unseen);

// The way on from a branch that has no line, the one after an except*: where it does not raise once more. `n_unseen`
// such branches lie behind it already.
Way past_unseen_branch(const DecodedCode& code, int from, const Turn& turn, int n_unseen, Way way) {
  if (n_unseen >= k_most_unseen_branches) return way;
  for (int unit : {turn.next, turn.jump}) {
    if (unit <= turn.unit) continue;
    const auto next = follow(code, from, unit, n_unseen + 1);
    if (next.line <= 0 && !next.is_silent) continue;
    way.line = next.line;
    way.unit = next.unit;
    way.leaves = next.leaves;
    way.is_silent = next.is_silent;
    way.is_certain = false;
    way.is_guess = true;
    return way;
  }
  return way;
}

// An instruction of the code, and from there to others.
class Place {
 public:
  Place(const DecodedCode& code, int unit) : m_code(code) { jump(unit); }

  bool is_inside() const { return m_unit >= 0 && m_unit < m_code.n_units(); }
  int unit() const { return m_unit; }
  int line() const { return m_run < m_code.lines().runs().size() ? m_code.lines().runs()[m_run].line : 0; }
  Flow flow() const { return is_turn() ? m_turn->flow : Flow::next; }
  const Turn& turn() const { return *m_turn; }  // where flow() is not `next`

  void go_on() {
    if (is_turn()) ++m_turn;
    m_unit = m_code.next(m_unit);
    const auto runs = m_code.lines().runs();
    while (m_run < runs.size() && m_unit >= runs[m_run].end) ++m_run;
  }

  void jump(int unit) {
    m_unit = unit;
    m_turn = m_code.turn_from(unit);
    m_run = m_code.lines().run_of(unit);
  }

 private:
  bool is_turn() const { return m_turn != m_code.turns().end() && m_turn->unit == m_unit; }

  const DecodedCode& m_code;
  int m_unit = 0;
  std::span<const Turn>::iterator m_turn;
  std::size_t m_run = 0;
};

// What an instruction of the line, or of no line, does to the way; whether it goes on.
bool pass(const DecodedCode& code, int from, Place& place, int n_unseen, Way& way) {
  const int line = place.line();
  if (line > 0) {  // else it is what the compiler adds, and others may come by as well
    way.departure = place.unit();
    if (code.may_raise(place.unit())) way.is_certain = false;
  }
  switch (place.flow()) {
    case Flow::branch:
      if (line <= 0) way = past_unseen_branch(code, from, place.turn(), n_unseen, way);
      return false;
    case Flow::return_:
      way.leaves = true;
      way.is_silent = line <= 0;
      return false;
    case Flow::raise:
    case Flow::reraise:
      way.is_certain = true;  // whatever raises before it leads there as well
      way.leaves = place.turn().jump < 0;
      if (!way.leaves) place.jump(place.turn().jump);
      return !way.leaves;
    case Flow::send:
    case Flow::jump_forward:
    case Flow::jump_backward:
      place.jump(place.turn().jump);
      return true;
    default:
      place.go_on();
      return true;
  }
}

Way follow(const DecodedCode& code, int from, int unit, int n_unseen) {
  Way way;
  Place place(code, unit);
  // As many steps as there are instructions: who goes on then, goes in circles.
  for (int left = code.n_units(); left > 0 && place.is_inside(); --left) {
    if (place.flow() == Flow::handler) way.handler = place.unit();
    const int line = place.line();
    if (line > 0 && line != from) {
      way.line = line;
      way.unit = place.unit();
      return way;
    }
    if (!pass(code, from, place, n_unseen, way)) return way;
  }
  return way;
}

}  // namespace

Way way_from(const DecodedCode& code, int from, int unit) { return follow(code, from, unit, 0); }

int handler_of(const DecodedCode& code, int unit) {
  int handler = code.handler_of(unit);
  for (int left = k_most_excursions; left > 0 && handler >= 0; --left) {
    const auto turn = code.turn_from(handler);
    if (turn == code.turns().end() || turn->unit != handler || turn->flow != Flow::throw_in) break;
    handler = code.handler_of(handler);
  }
  return handler;
}

std::vector<Way> ways_of_branch(const DecodedCode& code, int from, int destination) {
  std::vector<Way> ways{way_from(code, from, destination)};
  while (ways.size() < k_most_excursions && ways.back().is_certain && ways.back().line > 0 &&
         has_branch(code, ways.back().line)) {
    const auto next = way_from(code, ways.back().line, ways.back().unit);
    if (!next.is_certain || next.line <= 0) break;
    ways.push_back(next);
  }
  return ways;
}

std::unique_ptr<const Watched> find_watched(const DecodedCode& code) { return Finder(code).find(); }

int other_way(const DecodedCode& code, int source, int destination) {
  const auto turn = code.turn_from(source);
  if (turn == code.turns().end() || turn->unit != source || turn->flow != Flow::branch) return -1;
  return destination == turn->next ? turn->jump : turn->next;
}

bool is_only_way(const DecodedCode& code, int from, int to) {
  auto elsewhere = [&](int line) { return line != to && line != from; };
  for (const Turn& turn : code.turns()) {
    const int line = code.line(turn.unit);
    if (turn.flow == Flow::handler && line == to) return false;
    if (turn.jump >= 0 && elsewhere(line) && code.line(turn.jump) == to) return false;
  }
  const auto runs = code.lines().runs();
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].line != to || !elsewhere(runs[i - 1].line)) continue;
    // Whether the run before goes on into this one: not where it ends in a jump, or raises.
    auto turn = code.turn_from(runs[i].end);
    while (turn != code.turns().begin() && (turn - 1)->next > runs[i - 1].end) --turn;
    const bool ends_in_turn = turn != code.turns().begin() && (turn - 1)->next == runs[i - 1].end;
    if (!ends_in_turn || goes_on((turn - 1)->flow)) return false;
  }
  return true;
}

}  // namespace covey::collector
