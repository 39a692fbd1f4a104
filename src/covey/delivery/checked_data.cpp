#include <algorithm>
#include <covey/audit/nox_files.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/delivery/checked_data.hpp>
#include <covey/delivery/evidence.hpp>
#include <covey/delivery/tables.hpp>
#include <covey/forge/git.hpp>
#include <covey/gate/expectation.hpp>

namespace covey::delivery {

namespace {

using gate::ExpectedFrom;

constexpr const char* k_usual_log = "build/nox-unit-tests-output.log";

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

base::Result<void> read_witnesses(const EvidenceOptions& options, const std::string& cwd, gate::Evidence& evidence) {
  auto logs = options.logs;
  if (logs.empty() && base::is_file(base::join(cwd, k_usual_log))) logs = {base::join(cwd, k_usual_log)};
  for (const auto& log : logs) {
    auto read = read_log(log);
    if (!read) return tl::unexpected(read.error());
    append(evidence.witnesses, std::move(*read));
  }
  if (options.nox_report) {
    auto read = read_nox_report(*options.nox_report);
    if (!read) return tl::unexpected(read.error());
    append(evidence.witnesses, std::move(*read));
  }
  if (options.needs) {
    auto read = read_needs(*options.needs);
    if (!read) return tl::unexpected(read.error());
    append(evidence.witnesses, std::move(*read));
  }
  return {};
}

base::Result<std::vector<gate::ExpectedJob>> named_jobs(const std::vector<std::string>& texts) {
  std::vector<gate::ExpectedJob> all;
  for (const auto& text : texts) {
    auto jobs = gate::parse_expectation(text, "--expect");
    if (!jobs) return jobs;
    append(all, std::move(*jobs));
  }
  return all;
}

base::Result<std::vector<gate::ExpectedJob>> listed_jobs(const std::string& path) {
  auto text = base::read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto names = audit::parse_nox_list(*text, path);
  if (!names) return tl::unexpected(names.error());
  std::vector<gate::ExpectedJob> all;
  for (const auto& name : *names) all.push_back({name, 1});
  return all;
}

std::vector<gate::ExpectedJob> needed_jobs(const gate::Evidence& evidence) {
  std::vector<gate::ExpectedJob> all;
  for (const auto& witness : evidence.witnesses)
    if (witness.kind == gate::Witness::Kind::needs) all.push_back({witness.name, 1});
  return all;
}

// Fills in evidence.expected: what is named comes before what the forge needs, and that before what nox lists.
base::Result<ExpectedFrom> read_expectation(const EvidenceOptions& options, gate::Evidence& evidence) {
  if (options.expect.empty() && options.needs) {
    evidence.expected = needed_jobs(evidence);
    return ExpectedFrom::needs;
  }
  if (options.expect.empty() && !options.nox_list) return ExpectedFrom::found;
  auto jobs = options.expect.empty() ? listed_jobs(*options.nox_list) : named_jobs(options.expect);
  if (!jobs) return tl::unexpected(jobs.error());
  evidence.expected = std::move(*jobs);
  if (options.expect.empty()) return ExpectedFrom::nox_list;
  return options.expects_by_configuration ? ExpectedFrom::config : ExpectedFrom::flag;
}

std::string project_of(const std::vector<gate::Delivery>& deliveries, const forge::Repository& repository) {
  for (const auto& delivery : deliveries)
    if (!delivery.project.empty()) return delivery.project;
  return repository.name;
}

std::string text_of(const gate::Finding& finding) {
  auto text = std::string(gate::reason_name(finding.reason)) + ": " + base::harmless(finding.message) + "\n";
  if (!finding.path.empty()) text += "  seen in " + base::harmless(finding.path) + "\n";
  return text + "  to mend it: " + base::harmless(finding.fix) + "\n";
}

}  // namespace

base::Result<CheckedData> check_data(const EvidenceOptions& options, const model::Combination::MapPath& map_path,
                                     const base::Environment& environment, const std::string& cwd) {
  gate::Evidence evidence;
  if (auto read = read_witnesses(options, cwd, evidence); !read) return tl::unexpected(read.error());
  auto from = read_expectation(options, evidence);
  if (!from) return tl::unexpected(from.error());
  auto delivered = read_delivered({options.data, environment, cwd, map_path, options.only_jobs});
  if (!delivered) return tl::unexpected(delivered.error());
  if (auto completed = complete_tables(*delivered, environment, cwd, options.jobs); !completed)
    return tl::unexpected(completed.error());

  const auto repository = forge::find_repository(cwd).value_or(forge::Repository());
  evidence.deliveries = std::move(delivered->deliveries);
  evidence.not_imported = delivered->not_imported;
  evidence.changed_sources = changed_sources(delivered->measurement, cwd);
  evidence.commit = options.commit.value_or(forge::tested_commit(repository, environment));
  evidence.allowed_missing = options.allow_missing;
  auto checked = gate::check_completeness(evidence);

  CheckedData result;
  auto& verdict = result.verdict;
  verdict.project = project_of(evidence.deliveries, repository);
  verdict.commit = evidence.commit;
  verdict.expected_from = *from;
  verdict.jobs = std::move(checked.jobs);
  verdict.missing = std::move(checked.findings);
  verdict.allowed = std::move(checked.allowed);
  verdict.may_miss = options.allow_missing;
  verdict.superseded = std::move(checked.superseded);
  verdict.outcome = gate::outcome_of(verdict.missing, {});
  delivered->deliveries = std::move(evidence.deliveries);
  result.data = std::move(*delivered);
  return result;
}

std::string text_of_check(const gate::Verdict& verdict, bool quiet) {
  std::string text;
  for (const auto& finding : verdict.missing) text += text_of(finding);
  for (const auto& finding : verdict.allowed) text += "allowed: " + base::harmless(finding.message) + "\n";
  if (quiet) return text;
  for (const auto& old : verdict.superseded)
    text += "not counted, for a later attempt is there: " + base::harmless(old) + "\n";
  for (const auto& name : verdict.may_miss) text += "may be missing: " + base::harmless(name) + "\n";
  const auto n_delivered = std::count_if(verdict.jobs.begin(), verdict.jobs.end(),
                                         [](const auto& job) { return job.state == gate::JobState::delivered; });
  std::int64_t n_tests = 0;
  for (const auto& job : verdict.jobs) n_tests += job.n_tests.value_or(0);
  text += (verdict.missing.empty() ? "complete: " : "incomplete: ") + std::to_string(n_delivered) +
          (n_delivered == 1 ? " job" : " jobs") + " delivered, " + std::to_string(n_tests) + " tests counted\n";
  if (verdict.expected_from == ExpectedFrom::found)
    text += "nobody said which jobs to expect (--expect): one that left nothing at all cannot be seen\n";
  return text;
}

}  // namespace covey::delivery
