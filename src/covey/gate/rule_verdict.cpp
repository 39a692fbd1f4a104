#include <algorithm>
#include <covey/gate/rule_verdict.hpp>

namespace covey::gate {

std::string_view name_of(Rule rule) {
  switch (rule) {
    case Rule::total:
      return "total";
    case Rule::path:
      return "path";
    case Rule::diff:
      return "diff";
    case Rule::new_file:
      return "new-file";
    case Rule::no_drop:
      return "no-drop";
  }
  return "";
}

std::string_view name_of(State state) {
  switch (state) {
    case State::passed:
      return "passed";
    case State::failed:
      return "failed";
    case State::skipped:
      return "skipped";
  }
  return "";
}

bool any_failed(const std::vector<RuleVerdict>& verdicts) {
  return std::any_of(verdicts.begin(), verdicts.end(), [](const auto& v) { return v.state == State::failed; });
}

RuleVerdict skipped(Rule rule, std::string path, std::optional<double> limit, std::string reason) {
  return {rule, std::move(path), std::nullopt, limit, State::skipped, std::move(reason), {}};
}

}  // namespace covey::gate
