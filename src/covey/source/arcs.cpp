#include <algorithm>
#include <climits>
#include <covey/source/arcs.hpp>
#include <utility>

namespace covey::source {
namespace {

using model::Arc;

struct Next {
  int line = 0;
  int next = 0;
};

// For each with statement the one line that follows it, ascending: where a step from its line leads that is neither
// into its own body nor to itself, as one whose body is nothing to the compiler takes.
std::vector<Next> find_nexts(const Flow& flow) {
  std::vector<Arc> entries;
  std::vector<Arc> others;
  for (const auto& step : flow.arcs)
    if (step.arc.from != step.arc.to && flow.with_lines.contains(step.arc.from))
      (step.enters_with ? entries : others).push_back(step.arc);
  std::sort(entries.begin(), entries.end());
  std::sort(others.begin(), others.end());
  std::vector<Next> nexts;
  for (const auto& arc : others) {
    bool known = !nexts.empty() && nexts.back().line == arc.from;
    if (!known && !std::binary_search(entries.begin(), entries.end(), arc)) nexts.push_back({arc.from, arc.to});
  }
  return nexts;
}

const Next* find_next(const std::vector<Next>& nexts, int line) {
  auto at = std::lower_bound(nexts.begin(), nexts.end(), line,
                             [](const Next& next, int wanted) { return next.line < wanted; });
  return at != nexts.end() && at->line == line ? &*at : nullptr;
}

// A with statement that ends the body of another leads to that one's line, which leads to what follows that one, and so
// on outwards, as deep as blocks nest: where it ends.
int final_next(const std::vector<Next>& nexts, const std::vector<Arc>& exits, const Next* at) {
  while (std::binary_search(exits.begin(), exits.end(), Arc{at->line, at->next})) {
    const auto* outer = find_next(nexts, at->next);
    if (outer == nullptr) break;
    at = outer;
  }
  return at->next;
}

// The reason why an arc did not happen, about `line`.
std::string cause_text(Cause cause, int line) {
  struct Words {
    std::string_view before;
    std::string_view after;
  };
  static constexpr Words k_words[] = {
      {"", ""},
      {"", ""},
      {"the break on line ", " wasn't executed"},
      {"the condition on line ", " was always true"},
      {"the condition on line ", " was never true"},
      {"the continue on line ", " wasn't executed"},
      {"the exception caught by line ", " didn't happen"},
      {"the loop on line ", " didn't complete"},
      {"the loop on line ", " never started"},
      {"the pattern on line ", " always matched"},
      {"the pattern on line ", " never matched"},
      {"the raise on line ", " wasn't executed"},
      {"the return on line ", " wasn't executed"},
  };
  static_assert(std::size(k_words) == static_cast<std::size_t>(Cause::return_) + 1);
  const auto& words = k_words[static_cast<std::size_t>(cause)];
  if (words.before.empty()) return "";
  return std::string(words.before) + std::to_string(line) + std::string(words.after);
}

}  // namespace

const std::vector<std::string>& default_partial_branches() {
  static const std::vector<std::string> k_patterns = {R"(#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(branch|BRANCH))"};
  return k_patterns;
}

const std::vector<std::string>& default_partial_branches_always() {
  static const std::vector<std::string> k_patterns = {R"(^\s*while (True|1|False|0):)", R"(^\s*if (True|1|False|0):)"};
  return k_patterns;
}

base::Result<Patterns> compile_partial_branches(std::vector<std::string> partial,
                                                const std::vector<std::string>& always) {
  partial.insert(partial.end(), always.begin(), always.end());
  bool is_empty = partial.empty() || (partial.size() == 1 && partial.front().empty());
  if (is_empty) partial = {"(?:)"};
  return Patterns::compile(partial);
}

base::Result<model::LineSet> no_branch_lines(std::string_view text, const Structure& structure,
                                             const Patterns& partial) {
  auto lines = partial.matching_lines(text);
  if (!lines) return lines;
  return structure.multiline.first_lines(*lines);
}

Branches::Branches(std::string_view text, const Structure& structure, const model::LineSet& raw)
    : m_facts{structure.multiline, {}, {}, {}, {}} {
  auto flow = find_flow(text, structure, raw);
  find_with_jumps(flow);
  std::vector<Arc> arcs;
  arcs.reserve(flow.arcs.size());
  for (const auto& step : flow.arcs) arcs.push_back(step.arc);
  arcs = without_with_jumps(arcs);
  std::erase_if(arcs, [](Arc arc) { return arc.from == arc.to; });
  m_facts.possible = model::ArcSet(std::move(arcs));
  describe(text, structure, flow);
}

// From (3, 1), (1, 4) for a with statement on lines 1 to 3 to (3, 4). One with its body on its own line does not jump
// back to it, so there the step onward from that line stays.
void Branches::find_with_jumps(const Flow& flow) {
  if (flow.with_lines.empty()) return;
  auto nexts = find_nexts(flow);
  auto exits = flow.with_exits;
  std::sort(exits.begin(), exits.end());
  exits.erase(std::unique(exits.begin(), exits.end()), exits.end());
  std::vector<WithJump> jumps;
  for (const auto& next : nexts) {
    if (!std::binary_search(exits.begin(), exits.end(), Arc{next.line, next.line}))
      jumps.push_back({{next.line, next.next}, {}});
  }
  for (const auto& exit : exits)
    if (const auto* next = find_next(nexts, exit.to))
      jumps.push_back({exit, {exit.from, final_next(nexts, exits, next)}});
  auto by_arc = [](const WithJump& a, const WithJump& b) { return a.from < b.from; };
  std::stable_sort(jumps.begin(), jumps.end(), by_arc);
  auto same = [](const WithJump& a, const WithJump& b) { return a.from == b.from; };
  jumps.erase(std::unique(jumps.begin(), jumps.end(), same), jumps.end());  // left out goes before led elsewhere
  m_facts.with_jumps = std::move(jumps);
}

std::vector<Arc> Branches::without_with_jumps(const std::vector<Arc>& arcs) const {
  if (m_facts.with_jumps.empty()) return arcs;
  std::vector<Arc> out;
  out.reserve(arcs.size());
  for (const auto& arc : arcs) {
    auto jump = std::lower_bound(m_facts.with_jumps.begin(), m_facts.with_jumps.end(), arc,
                                 [](const WithJump& at, const Arc& wanted) { return at.from < wanted; });
    bool is_jump = jump != m_facts.with_jumps.end() && jump->from == arc;
    if (!is_jump)
      out.push_back(arc);
    else if (jump->to != Arc{})
      out.push_back(jump->to);
  }
  return out;
}

std::vector<Arc> Branches::translated(const std::vector<Arc>& arcs) const {
  auto out = without_with_jumps(arcs);
  for (auto& arc : out) arc = {first_line(arc.from), first_line(arc.to)};
  return out;
}

model::ArcSet Branches::executed(const model::ArcSet& recorded, const model::LineSet& to_themselves) const {
  const auto& possible = m_facts.possible.arcs();
  std::vector<Arc> steps;
  // That step matters where a with statement stands on one line: it leaves its body for that same line.
  for (const auto& jump : m_facts.with_jumps)
    if (jump.from.from == jump.from.to && jump.to != Arc{} && to_themselves.contains(jump.from.from))
      steps.push_back(jump.to);
  for (auto arc : translated(recorded.arcs())) {
    if (arc.from == arc.to) {
      auto only = std::lower_bound(possible.begin(), possible.end(), Arc{arc.from, INT_MIN});
      if (only == possible.end() || only->from != arc.from) continue;
      if (auto second = std::next(only); second != possible.end() && second->from == arc.from) continue;
      arc = *only;
    }
    steps.push_back(arc);
  }
  // With jumps go by first lines: those that were recorded from other lines are found only now.
  return model::ArcSet(translated(steps));
}

void Branches::describe(std::string_view text, const Structure& structure, const Flow& flow) {
  std::uint32_t named = 0;
  m_facts.described.reserve(flow.arcs.size());
  for (const auto& step : flow.arcs) {
    if (step.cause == Cause::none) continue;
    if (step.code != 0 && (m_facts.names.empty() || named != step.code)) {
      const auto& code = structure.statements[step.code];
      m_facts.names.emplace_back(text.substr(code.name_begin, code.name_end - code.name_begin));
      named = step.code;
    }
    auto name = static_cast<std::uint32_t>(m_facts.names.empty() ? 0 : m_facts.names.size() - 1);
    m_facts.described.push_back({step.arc, step.cause, step.action, name});
  }
  std::stable_sort(m_facts.described.begin(), m_facts.described.end(),
                   [](const Described& a, const Described& b) { return a.arc < b.arc; });
}

std::string Branches::action_text(const Described& described) const {
  auto named = [&](const char* what) { return what + ("'" + m_facts.names[described.name] + "'"); };
  switch (described.action) {
    case ArcAction::exit_module:
      return "exit the module";
    case ArcAction::exit_class:
      return named("exit class ");
    case ArcAction::return_from:
      return named("return from function ");
    case ArcAction::raise_from:
      return named("except from function ");
    case ArcAction::next_line:
      break;
  }
  return described.arc.to < 0 ? "jump to the function exit" : "jump to line " + std::to_string(described.arc.to);
}

namespace {

template <class Described>
auto first_of(const std::vector<Described>& described, Arc arc) {
  return std::lower_bound(described.begin(), described.end(), arc,
                          [](const Described& at, Arc wanted) { return at.arc < wanted; });
}

}  // namespace

std::string Branches::description(Arc arc) const {
  auto at = first_of(m_facts.described, arc);
  bool found = at != m_facts.described.end() && at->arc == arc;
  return action_text(found ? *at : Described{arc});
}

std::string Branches::missing_description(Arc arc) const {
  auto begin = "line " + std::to_string(arc.from) + " didn't ";
  auto at = first_of(m_facts.described, arc);
  if (at == m_facts.described.end() || at->arc != arc) return begin + action_text(Described{arc});
  std::string text;
  for (; at != m_facts.described.end() && at->arc == arc; ++at) {
    if (!text.empty()) text += " or ";
    text += begin + action_text(*at) + " because " + cause_text(at->cause, arc.from);
  }
  return text;
}

}  // namespace covey::source
