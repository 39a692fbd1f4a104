#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/gate/diff_rules.hpp>
#include <covey/gate/percent_rules.hpp>
#include <covey/model/moved_lines.hpp>

namespace covey::gate {

namespace {

// The statements that `lines` belong to.
model::LineSet statements_of(const GatedFile& file, const model::LineSet& lines) {
  const auto& all = file.coverage.statements;
  model::LineSet statements;
  // The last line looked at, and where its statement starts: a literal of many lines is not gone up from each of them.
  int last = 0, start_of_last = 0;
  lines.for_each([&](int line) {
    int start = line;
    while (start != last && file.continuations.contains(start) && !all.contains(start)) --start;
    if (start == last) start = start_of_last;
    last = line;
    start_of_last = start;
    if (all.contains(start)) statements.insert(start);
  });
  return statements;
}

}  // namespace

std::vector<ChangedFile> changed_files(const GatedFiles& files, const model::Diff& diff) {
  std::vector<ChangedFile> changed;
  const auto lines = model::new_lines(diff, model::find_moved_lines(diff));
  for (std::size_t i = 0; i < diff.files.size(); ++i) {
    auto found = files.find(diff.files[i].new_name);
    if (found == files.end()) continue;
    const auto& file = found->second;
    const auto statements = statements_of(file, lines[i]);
    if (statements.empty()) continue;
    // With all that is excluded: a branch to there is no missing one, whether or not the change has that line.
    changed.push_back({diff.files[i].new_name, diff.files[i].kind == model::FileKind::added,
                       file.coverage.narrowed(statements | file.coverage.excluded)});
  }
  return changed;
}

base::Result<RuleVerdict> diff_rule(const std::vector<ChangedFile>& changed, const DiffRule& rule) {
  constexpr std::string_view k_subject = "coverage of changed lines";
  std::vector<std::pair<std::string, const model::FileCoverage*>> files;
  int n_statements = 0;
  for (const auto& file : changed) {
    files.emplace_back(file.name, &file.coverage);
    n_statements += file.coverage.statements.count();
  }
  auto verdict = judge_percent({Rule::diff, "", std::string(k_subject)}, files, rule.threshold);
  if (!verdict || n_statements >= std::max(rule.min_lines, 1)) return verdict;
  const auto reason = n_statements == 0 ? "no measured statement changed"
                                        : "only " + std::to_string(n_statements) +
                                              (n_statements == 1 ? " statement" : " statements") +
                                              " changed, fewer than " + std::to_string(rule.min_lines);
  return skipped(Rule::diff, "", rule.threshold.percent, std::string(k_subject) + ": " + reason);
}

base::Result<std::vector<RuleVerdict>> new_file_rule(const std::vector<ChangedFile>& changed,
                                                     const Threshold& threshold) {
  std::vector<RuleVerdict> verdicts;
  for (const auto& file : changed) {
    if (!file.is_new) continue;
    auto verdict = judge_percent({Rule::new_file, file.name, "coverage of the new file " + base::harmless(file.name)},
                                 {{file.name, &file.coverage}}, threshold);
    if (!verdict) return tl::unexpected(verdict.error());
    verdicts.push_back(std::move(*verdict));
  }
  if (!verdicts.empty()) return verdicts;
  auto none = judge_percent({Rule::new_file, "", "coverage of new files"}, {}, threshold);
  if (!none) return tl::unexpected(none.error());
  none->message = "coverage of new files: there are none with statements that are new";
  return std::vector<RuleVerdict>{std::move(*none)};
}

}  // namespace covey::gate
