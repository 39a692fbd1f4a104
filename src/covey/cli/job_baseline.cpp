#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/cli/job_baseline.hpp>
#include <covey/cli/job_files.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/delivery/delivered_data.hpp>
#include <covey/forge/git_repository.hpp>
#include <covey/gate/no_drop.hpp>

namespace covey::cli {

namespace {

struct Baseline {
  gate::GatedFiles files;
  std::string commit;  // that was tested; empty where the data does not say it
};

using Jobs = std::set<std::string>;

// What ran, without a look at sources of then: that is all that the rule asks of a baseline.
gate::GatedFile covered(const model::MeasuredFile& measured) {
  gate::GatedFile file;
  file.coverage.statements = file.coverage.executed = measured.ran;
  std::map<int, std::vector<int>> branches;
  for (const auto& arc : measured.arcs)
    if (arc.from != arc.to) branches[arc.from].push_back(arc.to);
  for (auto& [line, ends] : branches) {
    const auto n_exits = static_cast<int>(ends.size());
    file.coverage.branches.push_back({line, n_exits, std::move(ends), {}, {}});
  }
  return file;
}

gate::RuleVerdict without_baseline(const RuleOptions& options, const std::string& why) {
  auto verdict =
      gate::skipped(gate::Rule::no_drop, "", options.tolerance.value_or(0), "nothing lost is looked for: " + why);
  if (options.require_baseline) verdict.state = gate::State::failed;
  return verdict;
}

class NoDrop {
 public:
  NoDrop(const CiOptions& options, const NowCovered& now, const ReportingOptions& reporting,
         const console::Invocation& invocation)
      : m_options(options), m_now(now), m_reporting(reporting), m_invocation(invocation) {}

  base::Result<gate::RuleVerdict> judge() {
    const auto& rules = m_options.rules;
    if (!rules.baseline) return without_baseline(rules, "no --baseline");
    auto map_path = path_mapping(m_reporting.configuration, m_invocation.cwd);
    if (!map_path) return tl::unexpected(map_path.error());
    m_map_path = *map_path;
    auto data = read({*rules.baseline}, {});
    if (!data) return tl::unexpected(data.error());
    auto common = common_jobs(*data);
    if (!common) return without_baseline(rules, "no job is in it and here");
    if (has_others(*data, *common)) {
      data = read({*rules.baseline}, *common);
      if (!data) return tl::unexpected(data.error());
    }
    const auto baseline = baseline_of(*data);
    if (baseline.commit.empty())
      return without_baseline(rules, "the baseline does not say of which commit it is: name that with --base");
    auto since = changes_since(baseline.commit);
    if (!since) return without_baseline(rules, since.error().message());
    auto now = covered_now(*common);
    if (!now) return tl::unexpected(now.error());
    const gate::JobFiles before{{"", baseline.files}};
    return gate::no_drop({{"", std::move(*now)}}, &before, *since,
                         {static_cast<int>(rules.tolerance.value_or(0)), rules.require_baseline});
  }

 private:
  base::Result<delivery::DeliveredData> read(std::vector<std::string> data, const Jobs& jobs) const {
    return delivery::read_delivered({std::move(data), m_invocation.environment, m_invocation.cwd, m_map_path, jobs});
  }

  // The jobs of both; empty: all, where the baseline is another tool's and knows no job. Nothing where there is none.
  std::optional<Jobs> common_jobs(const delivery::DeliveredData& baseline) const {
    Jobs common;
    for (const auto& delivery : baseline.deliveries) {
      if (delivery.sessions.empty()) return Jobs();
      if (m_now.jobs.contains(delivery.job)) common.insert(delivery.job);
    }
    return common.empty() ? std::nullopt : std::optional(common);
  }

  static bool has_others(const delivery::DeliveredData& data, const Jobs& jobs) {
    return !jobs.empty() && std::any_of(data.deliveries.begin(), data.deliveries.end(),
                                        [&](const auto& delivery) { return !jobs.contains(delivery.job); });
  }

  std::string name_from_root(const std::string& path) const {
    const auto& root = m_now.change.root;
    return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
  }

  Baseline baseline_of(const delivery::DeliveredData& data) const {
    Baseline baseline;
    for (const auto& [path, file] : data.measurement.files) baseline.files.emplace(name_from_root(path), covered(file));
    for (const auto& file : data.reports.files)
      baseline.files[name_from_root(base::absolute(file.name, m_invocation.cwd))].coverage = file.coverage;
    baseline.commit = m_now.change.base;
    for (const auto& delivery : data.deliveries)
      for (const auto& session : delivery.sessions)
        if (!session.commit.empty()) baseline.commit = session.commit;
    return baseline;
  }

  base::Result<model::Diff> changes_since(const std::string& commit) const {
    auto repository = forge::GitRepository::open(m_invocation.cwd);
    if (!repository) return tl::unexpected(repository.error());
    return repository->diff_to_working_tree(commit);
  }

  base::Result<gate::GatedFiles> covered_now(const Jobs& jobs) const {
    if (jobs.empty() || jobs == m_now.jobs) return gated_files(m_now.files, m_now.change);
    auto options = m_options;
    options.evidence.only_jobs = jobs;
    auto checked = checked_data(options, m_reporting.configuration, m_invocation);
    if (!checked) return tl::unexpected(checked.error());
    auto files = files_of_job(std::move(checked->data), m_reporting, m_invocation);
    if (!files) return tl::unexpected(files.error());
    return gated_files(files->files, m_now.change);
  }

  const CiOptions& m_options;
  const NowCovered& m_now;
  const ReportingOptions& m_reporting;
  const console::Invocation& m_invocation;
  model::Combination::MapPath m_map_path;
};

}  // namespace

base::Result<gate::RuleVerdict> judge_no_drop(const CiOptions& options, const NowCovered& now,
                                              const ReportingOptions& reporting,
                                              const console::Invocation& invocation) {
  return NoDrop(options, now, reporting, invocation).judge();
}

}  // namespace covey::cli
