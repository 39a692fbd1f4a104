#include <charconv>
#include <covey/cli/job_rules.hpp>
#include <covey/gate/diff_rules.hpp>
#include <covey/gate/percent_rules.hpp>

namespace covey::cli {

namespace {

using base::ErrorKind;

// "GLOB=N" apart, at the last "=".
base::Result<std::pair<std::string, double>> path_and_limit(const std::string& text) {
  auto wrong = [&] { return base::fail(ErrorKind::usage, "--fail-under-path", text + ": not GLOB=N"); };
  const auto equals = text.rfind('=');
  if (equals == text.npos || equals == 0) return wrong();
  double limit = 0;
  const auto* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data() + equals + 1, end, limit);
  if (error != std::errc() || at != end) return wrong();
  return std::pair(text.substr(0, equals), limit);
}

class Judge {
 public:
  Judge(const RuleOptions& options, const config::Configuration& configuration, const JobChange& change)
      : m_options(options), m_configuration(configuration), m_change(change) {}

  base::Result<std::vector<gate::RuleVerdict>> judge(const gate::GatedFiles& files) {
    const auto& configured = m_configuration.report.fail_under;
    const auto total = m_options.fail_under ? m_options.fail_under
                       : configured > 0     ? std::optional(configured)
                                            : std::nullopt;
    if (total) add(gate::total_rule(files, threshold(*total)));
    for (const auto& text : m_options.fail_under_path) {
      auto rule = path_and_limit(text);
      if (!rule) return tl::unexpected(rule.error());
      add(gate::path_rule(files, rule->first, threshold(rule->second)));
    }
    judge_change(files);
    if (m_error) return tl::unexpected(*m_error);
    return std::move(m_verdicts);
  }

 private:
  void judge_change(const gate::GatedFiles& files) {
    const auto& on_lines = m_options.fail_under_diff;
    const auto& on_files = m_options.fail_under_new_file;
    if (!m_change.diff) {
      if (on_lines) m_verdicts.push_back(gate::skipped(gate::Rule::diff, "", on_lines, m_change.why_not));
      if (on_files) m_verdicts.push_back(gate::skipped(gate::Rule::new_file, "", on_files, m_change.why_not));
      return;
    }
    if (!on_lines && !on_files) return;
    const auto changed = gate::changed_files(files, *m_change.diff);
    gate::DiffRule rule;
    if (m_options.diff_min_lines) rule.min_lines = static_cast<int>(*m_options.diff_min_lines);
    if (on_lines) {
      rule.threshold = threshold(*on_lines);
      add(gate::diff_rule(changed, rule));
    }
    if (!on_files) return;
    auto verdicts = gate::new_file_rule(changed, threshold(*on_files));
    if (!verdicts) return add(tl::unexpected(verdicts.error()));
    for (auto& verdict : *verdicts) add(std::move(verdict));
  }

  gate::Threshold threshold(double percent) const { return {percent, m_configuration.report.precision}; }

  void add(base::Result<gate::RuleVerdict> verdict) {
    if (verdict)
      m_verdicts.push_back(std::move(*verdict));
    else if (!m_error)
      m_error = verdict.error();
  }

  const RuleOptions& m_options;
  const config::Configuration& m_configuration;
  const JobChange& m_change;
  std::vector<gate::RuleVerdict> m_verdicts;
  std::optional<base::Error> m_error;
};

}  // namespace

base::Result<std::vector<gate::RuleVerdict>> judge_rules(const RuleOptions& options,
                                                         const std::vector<model::FileReport>& files,
                                                         const config::Configuration& configuration,
                                                         const JobChange& change) {
  return Judge(options, configuration, change).judge(gated_files(files, change));
}

}  // namespace covey::cli
