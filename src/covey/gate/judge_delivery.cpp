#include <algorithm>
#include <covey/gate/judge_delivery.hpp>
#include <csignal>

namespace covey::gate {

namespace {

constexpr int k_pytest_no_tests = 5;  // pytest's exit status where it collected none

const char* const k_run_again = "run the tests again; `covey ci --allow-missing NAME` goes on without the job";

// "tests", "tests, part 2".
std::string name_of(const Delivery& delivery) {
  return delivery.part == 1 ? delivery.job : delivery.job + ", part " + std::to_string(delivery.part);
}

bool ran_no_tests(const RunnerFacts& runner) {
  return runner.exit_status == k_pytest_no_tests || (runner.counts && runner.counts->total() == 0);
}

bool all_ran_no_tests(const SessionFacts& session) {
  return !session.runners.empty() && std::all_of(session.runners.begin(), session.runners.end(), ran_no_tests);
}

class Judge {
 public:
  Judge(const Delivery& delivery, const std::vector<const Witness*>& witnesses, const std::string& commit)
      : m_delivery(delivery), m_witnesses(witnesses), m_commit(commit) {}
  std::vector<Finding> run();

 private:
  void add(Reason reason, const std::string& path, std::string expected, std::string found, const std::string& message,
           std::string fix);
  bool has(Reason reason) const;
  void judge_session(const SessionFacts& session);
  bool judge_end(const SessionFacts& session);
  void judge_unseen_end(const SessionFacts& session);
  void judge_runners(const SessionFacts& session);
  void judge_witness(const Witness& witness);

  const Delivery& m_delivery;
  const std::vector<const Witness*>& m_witnesses;
  const std::string& m_commit;
  std::vector<Finding> m_findings;
};

bool Judge::has(Reason reason) const {
  return std::any_of(m_findings.begin(), m_findings.end(), [&](const auto& f) { return f.reason == reason; });
}

// One finding a reason: a job of a thousand failed sessions has failed once.
void Judge::add(Reason reason, const std::string& path, std::string expected, std::string found,
                const std::string& message, std::string fix) {
  if (has(reason)) return;
  m_findings.push_back({m_delivery.job, reason, path, std::move(expected), std::move(found),
                        name_of(m_delivery) + ": " + message, std::move(fix)});
}

// Whether the session itself ended well, by what `covey run` saw of it.
bool Judge::judge_end(const SessionFacts& session) {
  if (!session.has_ended) {
    add(Reason::no_end, session.path, "an end", "none", "its session never ended: it was killed, or goes on",
        k_run_again);
    return false;
  }
  if (session.signal) {
    auto number = std::to_string(*session.signal);
    if (*session.signal == SIGINT)
      add(Reason::session_interrupted, session.path, "exit status 0", "signal " + number, "was interrupted",
          k_run_again);
    else
      add(Reason::session_aborted, session.path, "exit status 0", "signal " + number, "was ended by signal " + number,
          k_run_again);
    return false;
  }
  if (session.status.value_or(0) == 0) return true;
  auto status = std::to_string(*session.status);
  if (all_ran_no_tests(session))
    add(Reason::no_tests, session.path, "tests", "none", "no tests ran", "check what its pytest is told to collect");
  else
    add(Reason::session_failed, session.path, "exit status 0", status, "failed with exit status " + status,
        "mend the tests, or run them again");
  return false;
}

// A session of nox under one `covey run` that failed as a whole: of the session itself nobody saw the end but its test
// runners, logs and reports.
void Judge::judge_unseen_end(const SessionFacts& session) {
  bool runners_ended = !session.runners.empty();
  for (const auto& runner : session.runners) runners_ended &= runner.exit_status == 0;
  bool witnessed =
      std::any_of(m_witnesses.begin(), m_witnesses.end(), [](const auto* w) { return w->end.has_value(); });
  if (runners_ended || witnessed) return;
  add(Reason::session_failed, session.path, "exit status 0", "unknown",
      "the run that it was part of failed, and nothing tells how this session ended",
      "give nox's log (--log) or report (--nox-report), or use `covey run` inside each session");
}

void Judge::judge_runners(const SessionFacts& session) {
  if (all_ran_no_tests(session))
    add(Reason::no_tests, session.path, "tests", "none", "no tests ran", "check what its pytest is told to collect");
  for (const auto& runner : session.runners) {
    if (!runner.exit_status) {
      add(Reason::session_aborted, session.path, "the end of its pytest", "none", "its pytest died", k_run_again);
      continue;
    }
    auto failed = runner.counts ? runner.counts->failed + runner.counts->errors : 0;
    bool ended_badly = *runner.exit_status != 0 && *runner.exit_status != k_pytest_no_tests;
    if (failed == 0 && !ended_badly) continue;
    auto what = failed > 0 ? std::to_string(failed) + " tests failed"
                           : "its pytest ended with " + std::to_string(*runner.exit_status);
    add(Reason::session_failed, session.path, "exit status 0", std::to_string(*runner.exit_status), what,
        "mend the tests, or run them again");
  }
}

void Judge::judge_session(const SessionFacts& session) {
  if (judge_end(session)) {
    if (!session.status) judge_unseen_end(session);
    judge_runners(session);
  }
  if (!session.incomplete.empty())
    add(Reason::shard_incomplete, session.path, "", session.incomplete, "its data is incomplete: " + session.incomplete,
        "give it what it lacked, and run the tests again");
  if (!m_commit.empty() && !session.commit.empty() && session.commit != m_commit)
    add(Reason::other_commit, session.path, m_commit, session.commit,
        "tested " + session.commit.substr(0, 12) + ", not " + m_commit.substr(0, 12),
        "remove what an earlier run left, or say which commit is meant (--commit)");
}

void Judge::judge_witness(const Witness& witness) {
  bool failed_by_count = witness.counts && witness.counts->failed + witness.counts->errors > 0;
  bool data_failed = has(Reason::session_failed) || has(Reason::session_aborted) || has(Reason::session_interrupted) ||
                     has(Reason::no_tests) || has(Reason::no_end);
  if (witness.end && *witness.end != End::success) {
    if (has(reason_of(*witness.end))) return;
    auto finding = ended_badly(m_delivery.job, witness);
    finding.message = name_of(m_delivery) + ": " + finding.message.substr(m_delivery.job.size() + 2);
    m_findings.push_back(std::move(finding));
    return;
  }
  if (failed_by_count && !data_failed)
    add(Reason::session_failed, witness.path, "no failures",
        std::to_string(witness.counts->failed + witness.counts->errors), "tests failed by its log",
        "mend the tests, or run them again");
  if (witness.end == End::success && data_failed)
    add(Reason::log_contradicts, witness.path, "success", "failure",
        "the log says that it was successful, and its data that it was not", "give the log of the same run");
  if (witness.counts && witness.counts->total() == 0 && !has_runner(m_delivery))
    add(Reason::no_tests, witness.path, "tests", "none", "no tests ran by its log",
        "check what its test runner is told to collect");
}

std::vector<Finding> Judge::run() {
  for (const auto& what : m_delivery.unreadable)
    add(Reason::unreadable, m_delivery.path, "", what, what, "deliver it again");
  for (const auto& session : m_delivery.sessions) judge_session(session);
  for (const auto* witness : m_witnesses) judge_witness(*witness);
  if (!has_data(m_delivery) && m_findings.empty())
    add(Reason::no_data, m_delivery.path, "data", "none", "it ran, and measured nothing",
        "check `source` in the configuration, and that its Python has Covey installed");
  return std::move(m_findings);
}

}  // namespace

bool has_data(const Delivery& delivery) {
  const auto& sessions = delivery.sessions;
  return sessions.empty() ||
         std::any_of(sessions.begin(), sessions.end(), [](const auto& session) { return !session.has_no_data; });
}

bool has_runner(const Delivery& delivery) {
  return std::any_of(delivery.sessions.begin(), delivery.sessions.end(),
                     [](const auto& session) { return !session.runners.empty(); });
}

std::optional<model::TestCounts> counts_of(const Delivery& delivery) {
  if (!has_runner(delivery)) return std::nullopt;
  model::TestCounts counts;
  for (const auto& session : delivery.sessions)
    for (const auto& runner : session.runners) {
      if (!runner.counts) return std::nullopt;
      counts += *runner.counts;
    }
  return counts;
}

std::optional<std::int64_t> n_tests(const Delivery& delivery, const std::vector<const Witness*>& witnesses) {
  if (auto counts = counts_of(delivery)) return counts->total();
  std::optional<std::int64_t> n;
  for (const auto* witness : witnesses)
    if (witness->counts) n = n.value_or(0) + witness->counts->total();
  return n;
}

std::optional<double> seconds(const Delivery& delivery) {
  if (delivery.sessions.empty()) return std::nullopt;
  double all = 0;
  for (const auto& session : delivery.sessions) all += session.seconds;
  return all;
}

std::vector<Finding> judge_delivery(const Delivery& delivery, const std::vector<const Witness*>& witnesses,
                                    const std::string& commit) {
  return Judge(delivery, witnesses, commit).run();
}

Finding missing_job(const std::string& job, int part, const Witness* witness) {
  if (witness != nullptr && witness->end && *witness->end != End::success) return ended_badly(job, *witness);
  auto name = job.empty() ? "the tests of the log" : part == 1 ? job : job + ", part " + std::to_string(part);
  Finding finding{job, Reason::no_data, {}, "data", "none", name + ": left no data", {}};
  if (witness != nullptr) finding.path = witness->path;
  finding.fix = "run it with `covey run` or `pytest --covey`, and hand its .covey on to this job";
  return finding;
}

Finding ended_badly(const std::string& job, const Witness& witness) {
  auto end = witness.end.value_or(End::failed);
  std::string what = end == End::skipped       ? "was skipped"
                     : end == End::aborted     ? "was aborted"
                     : end == End::interrupted ? "was interrupted"
                                               : "failed";
  std::string by = witness.kind == Witness::Kind::log          ? " by its log"
                   : witness.kind == Witness::Kind::nox_report ? " by nox's report"
                                                               : " by the forge";
  auto message = job + ": " + what + by;
  if (!witness.reason.empty()) message += ": " + witness.reason;
  return {job, reason_of(end), witness.path, "success", what, std::move(message), k_run_again};
}

std::optional<Finding> compare_counts(const std::string& job, const std::string& log, const model::TestCounts& logged,
                                      const model::TestCounts& counted) {
  struct Row {
    const char* word;
    std::int64_t logged, counted;
  };
  const Row rows[] = {{"passed", logged.passed, counted.passed},
                      {"skipped", logged.skipped, counted.skipped},
                      {"xfailed", logged.xfailed, counted.xfailed},
                      {"xpassed", logged.xpassed, counted.xpassed}};
  std::string expected;
  std::string found;
  bool any_more = false;
  for (const auto& row : rows) {
    if (row.logged == row.counted) continue;
    any_more |= row.counted > row.logged;
    auto add = [&](std::string& text, std::int64_t count) {
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + row.word;
    };
    add(expected, row.logged);
    add(found, row.counted);
  }
  if (expected.empty()) return std::nullopt;
  auto reason = any_more ? Reason::log_contradicts : Reason::fewer_tests;
  return Finding{job,
                 reason,
                 log,
                 expected,
                 found,
                 job + ": its log counts " + expected + ", its data " + found,
                 any_more ? "give the log of the same run" : "hand on the data of the whole run"};
}

Reason reason_of(End end) {
  switch (end) {
    case End::skipped:
      return Reason::session_skipped;
    case End::aborted:
      return Reason::session_aborted;
    case End::interrupted:
      return Reason::session_interrupted;
    default:
      return Reason::session_failed;
  }
}

bool may_be_allowed(Reason reason) {
  switch (reason) {
    case Reason::no_data:
    case Reason::no_end:
    case Reason::session_failed:
    case Reason::session_aborted:
    case Reason::session_interrupted:
    case Reason::session_skipped:
    case Reason::no_tests:
    case Reason::fewer_tests:
      return true;
    default:
      return false;
  }
}

}  // namespace covey::gate
