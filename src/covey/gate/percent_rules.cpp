#include <covey/base/float_text.hpp>
#include <covey/base/glob.hpp>
#include <covey/base/printable.hpp>
#include <covey/gate/lines_to_mend.hpp>
#include <covey/gate/percent_rules.hpp>
#include <covey/model/fail_under.hpp>

namespace covey::gate {

namespace {

using Files = std::vector<std::pair<std::string, const model::FileCoverage*>>;

Files all_of(const GatedFiles& files) {
  Files all;
  for (const auto& [name, file] : files) all.emplace_back(name, &file.coverage);
  return all;
}

// The least number of missing lines and branches that, had they run, would pass; the threshold is a sound one.
int n_needed(const model::Numbers& numbers, const Threshold& threshold) {
  const int covered = numbers.n_executed() + numbers.n_executed_branches();
  const int whole = numbers.n_statements + numbers.n_branches;
  int fails = 0, passes = whole - covered;
  while (fails + 1 < passes) {
    const int middle = fails + (passes - fails) / 2;
    const auto fails_there =
        model::should_fail_under(100.0 * (covered + middle) / whole, threshold.percent, threshold.precision);
    (fails_there.value_or(true) ? fails : passes) = middle;
  }
  return passes;
}

std::string message_of(const std::string& subject, const model::Numbers& numbers, const Threshold& threshold,
                       bool fails) {
  const int precision = model::fail_under_precision(threshold.percent, threshold.precision);
  const auto limit = base::float_fixed(threshold.percent, precision) + "%";
  const auto text = subject + " is " + model::display_percent(numbers.percent(), precision) + "%, ";
  if (!fails) return text + "at least " + limit;
  const int needed = n_needed(numbers, threshold);
  const std::string what = numbers.n_branches > 0 ? "line or branch" : "line";
  const std::string whats = numbers.n_branches > 0 ? "lines or branches" : "lines";
  return text + "below " + limit + ": " + std::to_string(needed) + " more " + (needed == 1 ? what : whats) +
         " must run";
}

// A directory's name stands for what lies below it.
base::Result<base::GlobSet> compile(std::string_view pattern) {
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  return base::GlobSet::compile({std::string(pattern), std::string(pattern) + "/*"});
}

}  // namespace

base::Result<RuleVerdict> judge_percent(const PercentQuestion& question, const Files& files,
                                        const Threshold& threshold) {
  model::Numbers numbers;
  for (const auto& [name, coverage] : files) numbers += coverage->numbers();
  auto fails = model::should_fail_under(numbers.percent(), threshold.percent, threshold.precision);
  if (!fails) return tl::unexpected(fails.error());
  if (numbers.n_statements == 0)
    return skipped(question.rule, question.path, threshold.percent, question.subject + ": no statements to count");
  RuleVerdict verdict{question.rule, question.path, numbers.percent(), threshold.percent, State::passed, "", {}};
  verdict.message = message_of(question.subject, numbers, threshold, *fails);
  if (!*fails) return verdict;
  verdict.state = State::failed;
  std::vector<MendableFile> mendable;
  for (const auto& [name, coverage] : files)
    mendable.push_back({name, coverage->statements, uncovered_lines(*coverage)});
  name_lines(verdict, std::move(mendable));
  return verdict;
}

base::Result<RuleVerdict> total_rule(const GatedFiles& files, const Threshold& threshold) {
  return judge_percent({Rule::total, "", "total coverage"}, all_of(files), threshold);
}

base::Result<RuleVerdict> path_rule(const GatedFiles& files, const std::string& pattern, const Threshold& threshold) {
  auto glob = compile(pattern);
  if (!glob) return tl::unexpected(glob.error().at(base::harmless(pattern)));
  auto matched = all_of(files);
  std::erase_if(matched, [&](const auto& file) { return !glob->matches(file.first); });
  const auto subject = "coverage of " + base::harmless(pattern);
  auto verdict = judge_percent({Rule::path, pattern, subject}, matched, threshold);
  if (verdict && matched.empty()) {
    verdict->state = State::failed;
    verdict->message = subject + ": no measured file matches";
  }
  return verdict;
}

}  // namespace covey::gate
