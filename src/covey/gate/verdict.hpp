// The verdict of a coverage job: what all its outputs are made of.
#pragma once

#include <covey/gate/completeness.hpp>
#include <covey/gate/rule_verdict.hpp>
#include <covey/model/coverage.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::gate {

enum class Outcome { passed, failed, incomplete };
std::string_view outcome_name(Outcome outcome);

// Who said which jobs are to deliver.
enum class ExpectedFrom { flag, config, needs, nox_list, found };
std::string_view expected_from_name(ExpectedFrom from);

// Whose configuration the rules are.
enum class RulesFrom { base, head };
std::string_view rules_from_name(RulesFrom from);

struct FileNumbers {
  std::string name;  // as shown
  model::Numbers numbers;
};

// What the data says, once it is whole.
struct Totals {
  model::Numbers numbers;
  bool has_branches = false;
  int precision = 0;  // decimals of percentages as shown
};

struct Verdict {
  Outcome outcome = Outcome::passed;
  std::string project;
  std::string commit;  // that was tested, hex; each of these is empty where it is not known
  std::string head;    // the pull request's
  std::string base;    // the merge base
  ExpectedFrom expected_from = ExpectedFrom::found;
  RulesFrom rules_from = RulesFrom::head;
  std::vector<std::string> changed_rules;  // what the head's configuration would change of the rules, a line each
  std::vector<JobVerdict> jobs;
  std::vector<Finding> missing;         // why the data is not whole
  std::vector<Finding> allowed;         // what --allow-missing covers of that
  std::vector<std::string> may_miss;    // the jobs that --allow-missing names
  std::vector<std::string> superseded;  // deliveries of earlier attempts, which do not count
  std::vector<RuleVerdict> rules;
  std::optional<Totals> totals;      // nothing where data is missing: that is never 0 %
  std::vector<FileNumbers> files;    // by name; empty where data is missing
  std::vector<std::string> changed;  // of these, by name, those that the change touches
};

// The outcome that the findings and rules make: missing data outranks a rule.
Outcome outcome_of(const std::vector<Finding>& missing, const std::vector<RuleVerdict>& rules);

// What a person should know first: "87.12 % of 1,234 statements" or "the data is not whole". One line, without names
// from outside.
std::string headline(const Verdict& verdict);

}  // namespace covey::gate
