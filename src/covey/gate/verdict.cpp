#include <covey/gate/verdict.hpp>

namespace covey::gate {

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::incomplete:
      return "incomplete";
  }
  return "";
}

std::string_view expected_from_name(ExpectedFrom from) {
  switch (from) {
    case ExpectedFrom::flag:
      return "flag";
    case ExpectedFrom::config:
      return "config";
    case ExpectedFrom::needs:
      return "needs";
    case ExpectedFrom::nox_list:
      return "nox-list";
    case ExpectedFrom::found:
      return "found";
  }
  return "";
}

std::string_view rules_from_name(RulesFrom from) { return from == RulesFrom::base ? "base" : "head"; }

Outcome outcome_of(const std::vector<Finding>& missing, const std::vector<RuleVerdict>& rules) {
  if (!missing.empty()) return Outcome::incomplete;
  return any_failed(rules) ? Outcome::failed : Outcome::passed;
}

std::string headline(const Verdict& verdict) {
  if (!verdict.totals) return "the data is not whole";
  const auto& [numbers, has_branches, precision] = *verdict.totals;
  return model::display_percent(numbers.percent(), precision) + " % of " + std::to_string(numbers.n_statements) +
         (numbers.n_statements == 1 ? " statement" : " statements") +
         (has_branches ? " and " + std::to_string(numbers.n_branches) + " branches" : "") + " in " +
         std::to_string(numbers.n_files) + (numbers.n_files == 1 ? " file" : " files");
}

}  // namespace covey::gate
