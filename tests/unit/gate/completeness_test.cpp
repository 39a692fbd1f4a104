#include <doctest/doctest.h>
#include <covey/gate/completeness.hpp>
#include <functional>

using namespace covey;
using namespace covey::gate;

namespace {

model::TestCounts counts(std::int64_t passed, std::int64_t skipped = 0, std::int64_t failed = 0) {
  model::TestCounts all;
  all.passed = passed;
  all.skipped = skipped;
  all.failed = failed;
  return all;
}

// A job that ran three tests, all of which passed.
Delivery delivered(const std::string& job, int part = 1, int attempt = 1) {
  Delivery delivery;
  delivery.job = job;
  delivery.part = part;
  delivery.attempt = attempt;
  delivery.path = ".covey";
  delivery.digest = job + std::to_string(part) + std::to_string(attempt);
  delivery.has_branches = true;
  SessionFacts session;
  session.path = "jobs/" + job + "/session.json";
  session.status = 0;
  session.commit = "1111111111111111";
  session.seconds = 2;
  session.runners = {{counts(3), 0}};
  delivery.sessions = {session};
  return delivery;
}

Delivery with(Delivery delivery, const std::function<void(SessionFacts&)>& change) {
  change(delivery.sessions.front());
  return delivery;
}

Witness log_of(const std::string& session, std::optional<End> end, std::optional<model::TestCounts> counted) {
  return {Witness::Kind::log, "nox.log", session, end, {}, counted};
}

Witness needs(const std::string& job, End end) { return {Witness::Kind::needs, {}, job, end, {}, {}}; }

// "tests: no-data nox.log; other: no-end", as the findings stand.
std::string text(const std::vector<Finding>& findings) {
  std::string all;
  for (const auto& finding : findings) {
    all += (all.empty() ? "" : "; ") + finding.job + ": " + std::string(reason_name(finding.reason));
    CHECK_FALSE(finding.message.empty());
    CHECK_FALSE(finding.fix.empty());
  }
  return all;
}

std::string text(const std::vector<JobVerdict>& jobs) {
  std::string all;
  for (const auto& job : jobs) {
    all += (all.empty() ? "" : "; ") + job.job + "/" + std::to_string(job.part) + "/" + std::to_string(job.attempt) +
           " " + std::string(state_name(job.state));
    if (job.n_tests) all += " " + std::to_string(*job.n_tests);
  }
  return all;
}

}  // namespace

TEST_CASE("what a delivery's own records say") {
  struct Row {
    const char* name;
    std::function<void(SessionFacts&)> change;
    std::string findings;
  };
  const Row rows[] = {
      {"whole", [](SessionFacts&) {}, ""},
      {"killed", [](SessionFacts& s) { s.has_ended = false, s.status = {}; }, "a: no-end"},
      {"failed",
       [](SessionFacts& s) {
         s.status = 1, s.runners[0] = {counts(2, 0, 1), 1};
       },
       "a: session-failed"},
      {"nothing collected",
       [](SessionFacts& s) {
         s.status = 5, s.runners[0] = {counts(0), 5};
       },
       "a: no-tests"},
      {"nothing collected, and that is no failure",
       [](SessionFacts& s) {
         s.runners[0] = {counts(0), 5};
       },
       "a: no-tests"},
      {"nothing collected by one of two",
       [](SessionFacts& s) {
         s.runners.push_back({counts(0), 5});
       },
       ""},
      {"exit status 5 of something else", [](SessionFacts& s) { s.status = 5, s.runners = {}; }, "a: session-failed"},
      {"interrupted", [](SessionFacts& s) { s.status = {}, s.signal = 2; }, "a: session-interrupted"},
      {"out of memory", [](SessionFacts& s) { s.status = {}, s.signal = 9; }, "a: session-aborted"},
      {"a pytest that died",
       [](SessionFacts& s) {
         s.runners.push_back({{}, {}});
       },
       "a: session-aborted"},
      {"a failure that the session forgave",
       [](SessionFacts& s) {
         s.runners[0] = {counts(2, 0, 1), 1};
       },
       "a: session-failed"},
      {"a usage error that it forgave",
       [](SessionFacts& s) {
         s.runners[0] = {counts(0), 4}, s.runners.push_back({counts(1), 0});
       },
       "a: session-failed"},
      {"incomplete", [](SessionFacts& s) { s.incomplete = "no space"; }, "a: shard-incomplete"},
      {"of another commit", [](SessionFacts& s) { s.commit = "2222222222222222"; }, "a: other-commit"},
      {"of an unknown commit", [](SessionFacts& s) { s.commit = ""; }, ""},
      {"without data", [](SessionFacts& s) { s.has_no_data = true; }, "a: no-data"},
      {"a linter", [](SessionFacts& s) { s.has_no_data = true, s.runners = {}; }, ": no-data"},
      {"an end that nobody saw", [](SessionFacts& s) { s.status = {}, s.runners = {}; }, "a: session-failed"},
      {"an end that only its pytest saw", [](SessionFacts& s) { s.status = {}; }, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Evidence evidence;
    evidence.commit = "1111111111111111";
    evidence.deliveries = {with(delivered("a"), row.change)};
    CHECK(text(check_completeness(evidence).findings) == row.findings);
  }
}

TEST_CASE("what was expected and what came") {
  struct Row {
    const char* name;
    std::optional<std::vector<ExpectedJob>> expected;
    std::vector<Delivery> deliveries;
    std::vector<Witness> witnesses;
    std::string findings, jobs;
  };
  auto from_forge = [](Delivery delivery, const std::string& job) {
    delivery.forge_job = job;
    return delivery;
  };
  auto copy = [](Delivery delivery) {
    delivery.path = "other/.covey";
    return delivery;
  };
  auto other = [&](Delivery delivery) {
    delivery.digest = "x";
    return copy(delivery);
  };
  const Row rows[] = {
      {"all there", {{{"a"}, {"b"}}}, {delivered("b"), delivered("a")}, {}, "", "a/1/1 delivered 3; b/1/1 delivered 3"},
      {"one missing", {{{"a"}, {"b"}}}, {delivered("a")}, {}, "b: no-data", "a/1/1 delivered 3; b/1/1 missing"},
      {"nothing at all", {{{"a"}}}, {}, {}, "a: no-data", "a/1/1 missing"},
      {"more than expected",
       {{{"a"}}},
       {delivered("a"), delivered("b")},
       {},
       "",
       "a/1/1 delivered 3; b/1/1 delivered 3"},
      {"nobody said", {}, {delivered("a")}, {}, "", "a/1/1 delivered 3"},
      {"parts",
       {{{"a", 3}}},
       {delivered("a", 1), delivered("a", 3)},
       {},
       "a: no-data",
       "a/1/1 delivered 3; a/2/1 missing; a/3/1 delivered 3"},
      {"parts that count from another number than 1", {{{"a"}}}, {delivered("a", 7)}, {}, "", "a/7/1 delivered 3"},
      {"the forge's name", {{{"unit"}}}, {from_forge(delivered("a"), "unit")}, {}, "", "a/1/1 delivered 3"},
      {"the highest attempt, part by part",
       {},
       {delivered("a", 1, 1), delivered("a", 2, 1), delivered("a", 2, 2)},
       {},
       "",
       "a/1/1 delivered 3; a/2/2 delivered 3"},
      {"a failed attempt before",
       {},
       {with(delivered("a"), [](auto& s) { s.status = 1; }), delivered("a", 1, 2)},
       {},
       "",
       "a/1/2 delivered 3"},
      {"the same twice", {}, {delivered("a"), copy(delivered("a"))}, {}, "", "a/1/1 delivered 3"},
      {"a part twice, and not the same",
       {},
       {delivered("a"), other(delivered("a"))},
       {},
       "a: duplicate-part",
       "a/1/1 delivered 3; a/1/1 delivered 3"},
      {"skipped by nox", {{{"a"}}}, {}, {log_of("a", End::skipped, {})}, "a: session-skipped", "a/1/1 skipped"},
      {"failed before its tests", {{{"a"}}}, {}, {log_of("a", End::failed, {})}, "a: session-failed", "a/1/1 missing"},
      {"skipped by the forge", {{{"a"}}}, {}, {needs("a", End::skipped)}, "a: session-skipped", "a/1/1 skipped"},
      {"cancelled by the forge",
       {{{"a"}}},
       {},
       {needs("a", End::interrupted)},
       "a: session-interrupted",
       "a/1/1 cancelled"},
      {"failed by the forge, with whole data",
       {{{"unit"}}},
       {from_forge(delivered("a"), "unit")},
       {needs("unit", End::failed)},
       "unit: session-failed",
       "a/1/1 delivered 3"},
      {"a session that ran tests and left nothing",
       {},
       {delivered("a")},
       {log_of("a", End::success, counts(3)), log_of("b", End::success, counts(3))},
       "b: no-data",
       "a/1/1 delivered 3; b/1/1 missing"},
      {"a linter in the log",
       {},
       {delivered("a")},
       {log_of("a", End::success, counts(3)), log_of("lint", End::success, {})},
       "",
       "a/1/1 delivered 3"},
      {"one job for all sessions",
       {},
       {with(delivered("ci"), [](auto& s) { s.runners[0].counts = counts(5); })},
       {log_of("a", End::success, counts(3)), log_of("b", End::success, counts(2))},
       "",
       "ci/1/1 delivered 5"},
      {"a log without data", {}, {}, {log_of("", {}, counts(3))}, ": no-data", "/1/1 missing"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Evidence evidence;
    evidence.expected = row.expected;
    evidence.deliveries = row.deliveries;
    evidence.witnesses = row.witnesses;
    auto checked = check_completeness(evidence);
    CHECK(text(checked.findings) == row.findings);
    CHECK(text(checked.jobs) == row.jobs);
  }
}

TEST_CASE("a log against the data") {
  struct Row {
    const char* name;
    model::TestCounts data;
    std::optional<End> end;
    std::optional<model::TestCounts> log;
    std::string findings;
  };
  const Row rows[] = {
      {"the same", counts(3, 1), End::success, counts(3, 1), ""},
      {"fewer", counts(2, 1), End::success, counts(3, 1), "a: fewer-tests"},
      {"more", counts(4, 1), End::success, counts(3, 1), "a: log-contradicts"},
      {"one for the other", counts(2, 2), End::success, counts(3, 1), "a: log-contradicts"},
      {"the log fails", counts(3), End::failed, counts(3), "a: session-failed"},
      {"the log counts failures", counts(3), {}, counts(3, 0, 1), "a: session-failed"},
      {"a log that was cut", counts(3), {}, {}, ""},
      {"no log", counts(3), {}, {}, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Evidence evidence;
    evidence.deliveries = {with(delivered("a"), [&](auto& s) { s.runners[0].counts = row.data; })};
    evidence.witnesses = {log_of("a", row.end, row.log)};
    CHECK(text(check_completeness(evidence).findings) == row.findings);
  }
  Evidence lying;
  lying.deliveries = {with(delivered("a"), [](auto& s) { s.status = 1; })};
  lying.witnesses = {log_of("a", End::success, counts(3))};
  CHECK(text(check_completeness(lying).findings) == "a: session-failed; a: log-contradicts");
}

TEST_CASE("data without session records goes by its log") {
  Evidence evidence;
  auto foreign = delivered("a");
  foreign.sessions.clear();
  evidence.deliveries = {foreign};
  CHECK(text(check_completeness(evidence).findings) == "");
  evidence.witnesses = {log_of("", {}, counts(4, 1))};
  CHECK(text(check_completeness(evidence).jobs) == "a/1/1 delivered 5");
  evidence.witnesses = {log_of("", {}, counts(4, 0, 1))};
  CHECK(text(check_completeness(evidence).findings) == "a: session-failed");
  evidence.witnesses = {log_of("", {}, counts(0))};
  CHECK(text(check_completeness(evidence).findings) == "a: no-tests");
}

TEST_CASE("a job that may be missing") {
  Evidence evidence;
  evidence.expected = {{{"a"}, {"b"}, {"c"}}};
  evidence.deliveries = {delivered("a"), with(delivered("c"), [](auto& s) { s.status = 1, s.commit = "2"; })};
  evidence.commit = "1111111111111111";
  evidence.allowed_missing = {"b", "c"};
  auto checked = check_completeness(evidence);
  CHECK(text(checked.findings) == "c: other-commit");  // that its data is another's is not allowed
  CHECK(text(checked.allowed) == "b: no-data; c: session-failed");
  CHECK(text(checked.jobs) == "a/1/1 delivered 3; b/1/1 allowed; c/1/1 delivered 3");
}

TEST_CASE("what is judged on all jobs together") {
  Evidence evidence;
  auto lines = delivered("b");
  lines.has_branches = false;
  lines.has_lines = true;
  evidence.deliveries = {delivered("a"), lines};
  evidence.changed_sources = {"src/x.py"};
  evidence.not_imported = {"pkg"};
  auto checked = check_completeness(evidence);
  CHECK(text(checked.findings) == ": mixed-branch-line; : source-changed; : source-not-imported");
  CHECK(checked.findings[1].path == "src/x.py");
}
