#include <algorithm>
#include <covey/gate/completeness.hpp>
#include <covey/gate/judge_delivery.hpp>
#include <set>
#include <tuple>

namespace covey::gate {

namespace {

using Indices = std::vector<std::size_t>;

// The deliveries that the expectation, or the witness, of that name is about.
bool is_called(const Delivery& delivery, const std::string& name) {
  return delivery.job == name || (!delivery.forge_job.empty() && delivery.forge_job == name);
}

class Check {
 public:
  explicit Check(const Evidence& evidence) : m_evidence(evidence) {}
  Completeness run();

 private:
  void choose_deliveries();
  void refuse_duplicates(const Indices& same_part);
  bool counts_as_job(const Delivery& delivery) const;
  Indices chosen(const std::string& name) const;
  const Witness* witness_of(const std::string& name) const;
  std::vector<const Witness*> witnesses_of(const Delivery& delivery) const;
  bool knows_log(const std::string& path) const;
  void judge_delivered();
  void judge_expected();
  void judge_job(const ExpectedJob& job);
  void judge_missing(const std::string& name, int part);
  void judge_log_alone();
  void judge_counts();
  void judge_all_together();
  void judge_emptiness();
  void add(Finding finding);
  bool has(const std::string& job, Reason reason) const;

  const Evidence& m_evidence;
  Completeness m_result;
};

void Check::add(Finding finding) {
  const auto& allowed = m_evidence.allowed_missing;
  bool is_allowed =
      std::find(allowed.begin(), allowed.end(), finding.job) != allowed.end() && may_be_allowed(finding.reason);
  (is_allowed ? m_result.allowed : m_result.findings).push_back(std::move(finding));
}

bool Check::has(const std::string& job, Reason reason) const {
  auto is_it = [&](const Finding& finding) { return finding.job == job && finding.reason == reason; };
  return std::any_of(m_result.findings.begin(), m_result.findings.end(), is_it) ||
         std::any_of(m_result.allowed.begin(), m_result.allowed.end(), is_it);
}

// Copies of one delivery are one; other data for the same part is an error that no rule can choose from.
void Check::refuse_duplicates(const Indices& same_part) {
  const auto& first = m_evidence.deliveries[same_part.front()];
  m_result.merged.push_back(same_part.front());
  for (auto other : same_part) {
    const auto& delivery = m_evidence.deliveries[other];
    if (delivery.digest == first.digest) continue;
    m_result.merged.push_back(other);
    add({first.job, Reason::duplicate_part, delivery.path, first.path, delivery.path,
         "part " + std::to_string(first.part) + " was delivered twice, with different data: " + first.path + " and " +
             delivery.path,
         "give each machine its own COVEY_PART, or each job its own name"});
  }
}

// Of each part the highest attempt; of a forge that runs only the failed parts again, the others stay at a lower one.
void Check::choose_deliveries() {
  std::map<std::tuple<std::string, std::string, int>, std::map<int, Indices>> parts;
  for (std::size_t i = 0; i < m_evidence.deliveries.size(); ++i) {
    const auto& delivery = m_evidence.deliveries[i];
    parts[{delivery.project, delivery.job, delivery.part}][delivery.attempt].push_back(i);
  }
  for (const auto& [part, attempts] : parts) {
    refuse_duplicates(attempts.rbegin()->second);
    for (auto attempt = attempts.begin(); attempt->first != attempts.rbegin()->first; ++attempt)
      for (auto i : attempt->second) {
        const auto& delivery = m_evidence.deliveries[i];
        m_result.superseded.push_back(delivery.job + ", attempt " + std::to_string(delivery.attempt) + ": " +
                                      delivery.path);
      }
  }
  std::sort(m_result.merged.begin(), m_result.merged.end());
}

Indices Check::chosen(const std::string& name) const {
  Indices found;
  for (auto i : m_result.merged)
    if (is_called(m_evidence.deliveries[i], name)) found.push_back(i);
  return found;
}

// A session that measures nothing and in which no test runner ran (a linter's) is no job of tests, unless somebody
// expects it.
bool Check::counts_as_job(const Delivery& delivery) const {
  if (has_data(delivery) || has_runner(delivery)) return true;
  if (!m_evidence.expected) return false;
  return std::any_of(m_evidence.expected->begin(), m_evidence.expected->end(),
                     [&](const auto& job) { return is_called(delivery, job.name); });
}

// The witness that knows how it ended, for choice.
const Witness* Check::witness_of(const std::string& name) const {
  const Witness* found = nullptr;
  for (const auto& witness : m_evidence.witnesses)
    if (witness.name == name && (found == nullptr || !found->end)) found = &witness;
  return found;
}

// Whether the sessions in that log are jobs here. Where they are not, all are parts of the one job that there is.
bool Check::knows_log(const std::string& path) const {
  return std::any_of(m_evidence.witnesses.begin(), m_evidence.witnesses.end(), [&](const auto& witness) {
    return witness.path == path && !witness.name.empty() && !chosen(witness.name).empty();
  });
}

std::vector<const Witness*> Check::witnesses_of(const Delivery& delivery) const {
  std::set<std::string> jobs;
  for (auto i : m_result.merged)
    if (counts_as_job(m_evidence.deliveries[i])) jobs.insert(m_evidence.deliveries[i].job);
  bool is_only_job = jobs.size() == 1 && jobs.contains(delivery.job);
  std::vector<const Witness*> found;
  for (const auto& witness : m_evidence.witnesses) {
    if (witness.kind == Witness::Kind::needs) continue;
    bool is_its = witness.name == delivery.job || (is_only_job && !knows_log(witness.path));
    if (is_its) found.push_back(&witness);
  }
  return found;
}

void Check::judge_delivered() {
  for (auto i : m_result.merged) {
    const auto& delivery = m_evidence.deliveries[i];
    if (!counts_as_job(delivery)) continue;
    auto witnesses = witnesses_of(delivery);
    for (auto& finding : judge_delivery(delivery, witnesses, m_evidence.commit)) add(std::move(finding));
    JobVerdict verdict{delivery.job, delivery.part, delivery.attempt, JobState::delivered, {}, {}};
    verdict.n_tests = n_tests(delivery, witnesses);
    verdict.seconds = seconds(delivery);
    m_result.jobs.push_back(std::move(verdict));
  }
}

void Check::judge_missing(const std::string& name, int part) {
  JobVerdict verdict{name, part, 1, JobState::missing, {}, {}};
  auto finding = missing_job(name, part, witness_of(name));
  if (finding.reason == Reason::session_skipped) verdict.state = JobState::skipped;
  if (finding.reason == Reason::session_interrupted) verdict.state = JobState::cancelled;
  const auto& allowed = m_evidence.allowed_missing;
  if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) verdict.state = JobState::allowed;
  m_result.jobs.push_back(std::move(verdict));
  add(std::move(finding));
}

void Check::judge_job(const ExpectedJob& job) {
  auto delivered = chosen(job.name);
  for (int part = 1; part <= job.n_parts; ++part) {
    bool is_there = std::any_of(delivered.begin(), delivered.end(),
                                [&](auto i) { return job.n_parts == 1 || m_evidence.deliveries[i].part == part; });
    if (!is_there) judge_missing(job.name, part);
  }
}

void Check::judge_expected() {
  if (m_evidence.expected)
    for (const auto& job : *m_evidence.expected) judge_job(job);
  // What the forge says of a job as a whole.
  for (const auto& witness : m_evidence.witnesses) {
    if (witness.kind != Witness::Kind::needs || chosen(witness.name).empty()) continue;
    if (!witness.end || *witness.end == End::success || has(witness.name, reason_of(*witness.end))) continue;
    add(ended_badly(witness.name, witness));
  }
}

// Without an expectation, a session that ran tests by its log and left nothing is one.
void Check::judge_log_alone() {
  if (m_evidence.expected) return;
  bool anything = !m_result.merged.empty();
  for (const auto& witness : m_evidence.witnesses) {
    if (witness.kind != Witness::Kind::log || !witness.counts || !chosen(witness.name).empty()) continue;
    if (anything && (witness.name.empty() || !knows_log(witness.path))) continue;
    judge_missing(witness.name, 1);
  }
}

// What logs counted against what session records did, of each job whose parts all have both.
void Check::judge_counts() {
  std::map<std::string, Indices> jobs;
  for (auto i : m_result.merged)
    if (counts_as_job(m_evidence.deliveries[i])) jobs[m_evidence.deliveries[i].job].push_back(i);
  for (const auto& [job, parts] : jobs) {
    std::optional<model::TestCounts> counted = model::TestCounts();
    for (auto i : parts) {
      auto counts = counts_of(m_evidence.deliveries[i]);
      if (!counts) counted.reset();
      if (counted) *counted += *counts;
    }
    if (!counted || has(job, Reason::session_failed)) continue;  // a failed session's counts differ by what failed
    std::map<std::string, model::TestCounts> logs;
    for (const auto* witness : witnesses_of(m_evidence.deliveries[parts.front()]))
      if (witness->counts) logs[witness->path] += *witness->counts;
    if (logs.size() != parts.size()) continue;
    model::TestCounts logged;
    for (const auto& [path, counts] : logs) logged += counts;
    if (auto finding = compare_counts(job, logs.begin()->first, logged, *counted)) add(std::move(*finding));
  }
}

void Check::judge_all_together() {
  const Delivery* lines = nullptr;
  const Delivery* branches = nullptr;
  for (auto i : m_result.merged) {
    const auto& delivery = m_evidence.deliveries[i];
    if (delivery.has_lines) lines = &delivery;
    if (delivery.has_branches) branches = &delivery;
  }
  if (lines != nullptr && branches != nullptr)
    add({"", Reason::mixed_branch_line, lines->path, "one kind of measurement",
         "lines in " + lines->job + ", branches in " + branches->job,
         lines->job + " measured lines alone, " + branches->job + " branches too: their numbers do not add up",
         "set `branch` in the configuration, or give --branch to every run"});
  for (const auto& path : m_evidence.changed_sources)
    add({"", Reason::source_changed, path, "", "", path + " is not what the tests ran",
         "check out the commit that was tested, or run the tests again"});
  for (const auto& package : m_evidence.not_imported)
    add({"", Reason::source_not_imported, "", package, "", "no job imported anything of " + package,
         "check `source` in the configuration: is it the name that the tests import?"});
}

// Nothing at all is no pass, whatever was expected.
void Check::judge_emptiness() {
  bool any = std::any_of(m_result.merged.begin(), m_result.merged.end(),
                         [&](auto i) { return has_data(m_evidence.deliveries[i]); });
  if (any || !m_result.findings.empty()) return;
  add({"", Reason::no_data, "", "data", "none", "no job left any data",
       "run the tests with `covey run` or `pytest --covey`, and hand the .covey of each job on to this one"});
}

Completeness Check::run() {
  choose_deliveries();
  judge_delivered();
  judge_expected();
  judge_log_alone();
  judge_counts();
  judge_all_together();
  judge_emptiness();
  auto by_job = [](const auto& a, const auto& b) { return a.job < b.job; };
  std::stable_sort(m_result.findings.begin(), m_result.findings.end(), by_job);
  std::stable_sort(m_result.allowed.begin(), m_result.allowed.end(), by_job);
  std::stable_sort(m_result.jobs.begin(), m_result.jobs.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.job, a.part) < std::tie(b.job, b.part); });
  return std::move(m_result);
}

}  // namespace

std::string_view state_name(JobState state) {
  switch (state) {
    case JobState::delivered:
      return "delivered";
    case JobState::missing:
      return "missing";
    case JobState::allowed:
      return "allowed";
    case JobState::skipped:
      return "skipped";
    case JobState::cancelled:
      return "cancelled";
  }
  return "";
}

Completeness check_completeness(const Evidence& evidence) { return Check(evidence).run(); }

}  // namespace covey::gate
