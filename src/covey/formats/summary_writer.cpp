// VERDICT {"schema": 1, "verdict": OUTCOME, "project", "commit", "head", "base", "expected_from", "rules_from",
//          "changed_rules": [TEXT], "jobs": [JOB], "missing": [FINDING], "allowed": [FINDING], "allow_missing": [NAME],
//          "superseded": [TEXT], "rules": [RULE], "totals": SUMMARY or null, "posted": {"comment", "status"}}
// SUMMARY of the file: as VERDICT without "posted", then {"covey", "created", "branches": BOOL,
//          "columns": ["name", …], "files": [[NAME, N, …], …]}
// JOB     {"job", "part", "attempt", "state", "tests": N or null, "seconds": X or null}
// FINDING {"job", "reason", "path", "expected", "found", "message", "fix"}
// RULE    {"rule", "path", "value": X or null, "limit": X or null, "state", "lines": {FILE: [[FIRST, LAST], …]},
// "message"} What is not known is "" or null. docs/formats/summary.md has it for readers.
#include <cmath>
#include <covey/formats/json_numbers.hpp>
#include <covey/formats/json_text.hpp>
#include <covey/formats/summary_writer.hpp>

namespace covey::formats {

namespace {

constexpr int k_schema = 1;
constexpr double k_thousand = 1000;

class VerdictText {
 public:
  explicit VerdictText(const gate::Verdict& verdict) : m_verdict(verdict) {}

  std::string verdict(const Posted& posted) {
    m_json.open('{');
    add_head();
    m_json.key("posted");
    m_json.open('{');
    add_optional("comment", posted.comment);
    add_optional("status", posted.status);
    m_json.close('}');
    m_json.close('}');
    return m_json.take();
  }

  std::string summary(const std::string& created, const std::string& version) {
    m_json.open('{');
    add_head();
    m_json.member("covey", std::string_view(version));
    m_json.member("created", std::string_view(created));
    bool has_branches = m_verdict.totals && m_verdict.totals->has_branches;
    m_json.member("branches", has_branches);
    m_json.key("columns");
    m_json.open('[');
    for (const char* name : {"name", "statements", "missing", "excluded"}) m_json.value(name);
    if (has_branches)
      for (const char* name : {"branches", "partial_branches", "missing_branches"}) m_json.value(name);
    m_json.close(']');
    add_files(has_branches);
    m_json.close('}');
    return m_json.take();
  }

 private:
  template <class T>
  void add_optional(const char* name, const std::optional<T>& value) {
    m_json.key(name);
    if constexpr (std::is_same_v<T, std::string>) {
      value ? m_json.value(std::string_view(*value)) : m_json.null();
    } else {
      value ? m_json.value(*value) : m_json.null();
    }
  }

  void add_text(const char* name, const std::string& text) { m_json.member(name, std::string_view(text)); }

  void add_texts(const char* name, const std::vector<std::string>& texts) {
    m_json.key(name);
    m_json.open('[');
    for (const auto& text : texts) m_json.value(std::string_view(text));
    m_json.close(']');
  }

  void add_head() {
    m_json.member("schema", k_schema);
    m_json.member("verdict", gate::outcome_name(m_verdict.outcome));
    add_text("project", m_verdict.project);
    add_text("commit", m_verdict.commit);
    add_text("head", m_verdict.head);
    add_text("base", m_verdict.base);
    m_json.member("expected_from", gate::expected_from_name(m_verdict.expected_from));
    m_json.member("rules_from", gate::rules_from_name(m_verdict.rules_from));
    add_texts("changed_rules", m_verdict.changed_rules);
    add_jobs();
    add_findings("missing", m_verdict.missing);
    add_findings("allowed", m_verdict.allowed);
    add_texts("allow_missing", m_verdict.may_miss);
    add_texts("superseded", m_verdict.superseded);
    add_rules();
    m_json.key("totals");
    if (const auto& totals = m_verdict.totals) {
      add_numbers(m_json, totals->numbers, totals->has_branches, totals->precision);
    } else {
      m_json.null();
    }
  }

  void add_jobs() {
    m_json.key("jobs");
    m_json.open('[');
    for (const auto& job : m_verdict.jobs) {
      m_json.open('{');
      add_text("job", job.job);
      m_json.member("part", job.part);
      m_json.member("attempt", job.attempt);
      m_json.member("state", gate::state_name(job.state));
      add_optional("tests", job.n_tests);
      auto seconds = job.seconds;
      if (seconds) seconds = std::round(*seconds * k_thousand) / k_thousand;
      add_optional("seconds", seconds);
      m_json.close('}');
    }
    m_json.close(']');
  }

  void add_findings(const char* name, const std::vector<gate::Finding>& findings) {
    m_json.key(name);
    m_json.open('[');
    for (const auto& finding : findings) {
      m_json.open('{');
      add_text("job", finding.job);
      m_json.member("reason", gate::reason_name(finding.reason));
      add_text("path", finding.path);
      add_text("expected", finding.expected);
      add_text("found", finding.found);
      add_text("message", finding.message);
      add_text("fix", finding.fix);
      m_json.close('}');
    }
    m_json.close(']');
  }

  void add_rules() {
    m_json.key("rules");
    m_json.open('[');
    for (const auto& rule : m_verdict.rules) {
      m_json.open('{');
      m_json.member("rule", gate::name_of(rule.rule));
      add_text("path", rule.path);
      add_optional("value", rule.value);
      add_optional("limit", rule.limit);
      m_json.member("state", gate::name_of(rule.state));
      m_json.key("lines");
      m_json.open('{');
      for (const auto& [file, ranges] : rule.lines) add_ranges(file, ranges);
      m_json.close('}');
      add_text("message", rule.message);
      m_json.close('}');
    }
    m_json.close(']');
  }

  void add_ranges(const std::string& file, const std::vector<gate::LineRange>& ranges) {
    m_json.key(file);
    m_json.open('[');
    for (const auto& [first, last] : ranges) {
      m_json.open('[');
      m_json.value(first);
      m_json.value(last);
      m_json.close(']');
    }
    m_json.close(']');
  }

  void add_files(bool has_branches) {
    m_json.key("files");
    m_json.open('[');
    for (const auto& [name, numbers] : m_verdict.files) {
      m_json.open('[');
      m_json.value(std::string_view(name));
      for (int count : {numbers.n_statements, numbers.n_missing, numbers.n_excluded}) m_json.value(count);
      if (has_branches)
        for (int count : {numbers.n_branches, numbers.n_partial_branches, numbers.n_missing_branches})
          m_json.value(count);
      m_json.close(']');
    }
    m_json.close(']');
  }

  const gate::Verdict& m_verdict;
  JsonText m_json = JsonText(false);
};

}  // namespace

std::string write_verdict(const gate::Verdict& verdict, const Posted& posted) {
  return VerdictText(verdict).verdict(posted);
}

std::string write_summary(const gate::Verdict& verdict, const std::string& created, const std::string& version) {
  return VerdictText(verdict).summary(created, version);
}

}  // namespace covey::formats
