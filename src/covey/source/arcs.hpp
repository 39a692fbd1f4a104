// Branches: which line can follow which, and what of that happened.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/arc_set.hpp>
#include <covey/model/line_set.hpp>
#include <covey/source/flow.hpp>
#include <covey/source/patterns.hpp>
#include <covey/source/structure.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

// coverage.py's default partial_branches and partial_branches_always.
const std::vector<std::string>& default_partial_branches();
const std::vector<std::string>& default_partial_branches_always();

// The two lists as one. Other than exclusions, no expression at all marks every line, as does an empty one: coverage.py
// searches for the empty expression then. Fails as Patterns::compile does.
base::Result<Patterns> compile_partial_branches(std::vector<std::string> partial,
                                                const std::vector<std::string>& always);

// The lines that `partial` marks, by the first lines of multi-line statements: what leaves them is never missing. Fails
// as Patterns::matching_lines does.
base::Result<model::LineSet> no_branch_lines(std::string_view text, const Structure& structure,
                                             const Patterns& partial);

// The arcs of one text, as coverage.py's analyzer sees them, whichever CPython ran it: versions differ in the lines
// that tables and traces name, and all of those become first lines of multi-line statements. A value of its own:
// neither text nor structure is needed afterwards.
class Branches {
 public:
  // An arc to be taken for another; for none where `to` is that of no arc, {0, 0}.
  struct WithJump {
    model::Arc from;
    model::Arc to;

    friend bool operator==(const WithJump&, const WithJump&) = default;
  };
  // An arc that there is something to say about.
  struct Described {
    model::Arc arc;
    Cause cause = Cause::none;
    ArcAction action = ArcAction::next_line;
    std::uint32_t name = 0;  // index of the function or class that it leaves

    friend bool operator==(const Described&, const Described&) = default;
  };
  // All that there is to know, for those who keep it.
  struct Facts {
    MultilineMap multiline;
    model::ArcSet possible;
    std::vector<WithJump> with_jumps;  // ascending by `from`
    std::vector<Described> described;  // ascending by arc, then in the order in which they were found
    std::vector<std::string> names;    // of functions and classes
  };

  // `raw`: the lines that the interpreter's tables name.
  Branches(std::string_view text, const Structure& structure, const model::LineSet& raw);
  // From the facts() of another. Names that `described` refers to must be there, for actions that name something.
  explicit Branches(Facts facts) : m_facts(std::move(facts)) {}

  const Facts& facts() const { return m_facts; }

  // Arcs between different lines. From a line of a function, class or module, `to` may be its exit.
  const model::ArcSet& possible() const { return m_facts.possible; }

  // What `recorded` arcs, by the lines that the interpreter named, mean for the possible ones: lines become first lines
  // of statements, the jump that leaving a with statement makes back to its line is left out, and a step from a line
  // to itself, as sys.monitoring reports where one line goes on to only one other, becomes the step to that other.
  // Lines of `to_themselves` took that step as well, where nobody recorded it.
  model::ArcSet executed(const model::ArcSet& recorded, const model::LineSet& to_themselves = {}) const;

  // What an arc does: "jump to line 4", "return from function 'f'".
  std::string description(model::Arc arc) const;

  // What its absence means: "line 3 didn't jump to line 4 because the condition on line 3 was never true".
  std::string missing_description(model::Arc arc) const;

 private:
  void find_with_jumps(const Flow& flow);
  void describe(std::string_view text, const Structure& structure, const Flow& flow);
  std::vector<model::Arc> without_with_jumps(const std::vector<model::Arc>& arcs) const;
  std::vector<model::Arc> translated(const std::vector<model::Arc>& arcs) const;
  int first_line(int line) const {
    return line < 0 ? -m_facts.multiline.first_line(-line) : m_facts.multiline.first_line(line);
  }
  std::string action_text(const Described& described) const;

  Facts m_facts;
};

}  // namespace covey::source
