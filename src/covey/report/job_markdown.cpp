#include <fmt/format.h>
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/report/job_markdown.hpp>
#include <covey/report/markdown_text.hpp>
#include <set>

namespace covey::report {

namespace {

using gate::Outcome;
using gate::Rule;
using gate::State;

constexpr std::size_t k_shown_ranges = 20;   // of one file's lines that would mend a rule
constexpr std::size_t k_shown_files = 20;    // of those files
constexpr std::size_t k_short_commit = 12;   // digits
constexpr std::size_t k_kept_for_end = 400;  // characters that the last lines need

const char* sign_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "✅";
    case Outcome::failed:
      return "❌";
    case Outcome::incomplete:
      return "⚠️";
  }
  return "";
}

const char* sign_of(State state) {
  switch (state) {
    case State::passed:
      return "✅";
    case State::failed:
      return "❌";
    case State::skipped:
      return "➖";
  }
  return "";
}

std::string number_text(const std::optional<double>& number, Rule rule) {
  if (!number) return "";
  return rule == Rule::no_drop ? fmt::format("{:.0f} lost", *number) : fmt::format("{:.4g} %", *number);
}

// Text in a block that nothing in it can end.
std::string block(const std::string& text) {
  std::string fence = "```";
  while (text.find(fence) != text.npos) fence += '`';
  return fence + "text\n" + text + fence + "\n";
}

class Page {
 public:
  Page(const gate::Verdict& verdict, const JobMarkdownOptions& options) : m_verdict(verdict), m_options(options) {}

  std::string text() {
    add_headline();
    add_findings();
    add_rules();
    add_lines();
    add_notes();
    add_files();
    add_origin();
    return std::move(m_text);
  }

 private:
  void add_headline() {
    const auto* word = m_verdict.outcome == Outcome::passed   ? "passed"
                       : m_verdict.outcome == Outcome::failed ? "failed"
                                                              : "incomplete";
    m_text += fmt::format("### {} Coverage {}: {}\n\n", sign_of(m_verdict.outcome), word, gate::headline(m_verdict));
  }

  void add_findings() {
    if (m_verdict.missing.empty()) return;
    std::string lines;
    for (const auto& finding : m_verdict.missing)
      lines += fmt::format("{}: {}\n  to mend it: {}\n", gate::reason_name(finding.reason),
                           base::harmless(finding.message), base::harmless(finding.fix));
    m_text += block(cut(lines, m_options.limit / 4)) + "\n";
  }

  void add_rules() {
    if (m_verdict.rules.empty()) return;
    m_text += "| rule | value | limit | |\n|---|---:|---:|---|\n";
    for (const auto& rule : m_verdict.rules) {
      auto name = std::string(gate::name_of(rule.rule)) + (rule.path.empty() ? "" : " " + code_cell(rule.path));
      auto note = rule.state == State::passed || rule.message.empty() ? "" : " " + code_cell(rule.message);
      auto row = fmt::format("| {} | {} | {} | {}{} |\n", name, number_text(rule.value, rule.rule),
                             number_text(rule.limit, rule.rule), sign_of(rule.state), note);
      if (m_text.size() + row.size() < m_options.limit / 2) m_text += row;
    }
    m_text += "\n";
  }

  // The lines that would mend what failed, the first of them.
  void add_lines() {
    std::map<std::string, std::set<std::pair<int, int>>> files;
    for (const auto& rule : m_verdict.rules)
      if (rule.state == State::failed)
        for (const auto& [file, ranges] : rule.lines)
          for (const auto& range : ranges) files[file].emplace(range.first, range.last);
    if (files.empty()) return;
    m_text += "Lines that would mend it:\n\n";
    std::size_t n_shown = 0;
    for (const auto& [file, ranges] : files) {
      auto line = "- " + code_span(file) + ": " + ranges_text(ranges) + "\n";
      if (n_shown == k_shown_files || m_text.size() + line.size() > m_options.limit * 3 / 4) break;
      m_text += line;
      ++n_shown;
    }
    if (n_shown < files.size()) m_text += fmt::format("- and in {} more files\n", files.size() - n_shown);
    m_text += "\n";
  }

  static std::string ranges_text(const std::set<std::pair<int, int>>& ranges) {
    std::string text;
    std::size_t n_shown = 0;
    for (const auto& [first, last] : ranges) {
      if (n_shown++ == k_shown_ranges) return text + " …";
      text += (text.empty() ? "" : ", ") + std::to_string(first) + (last > first ? "-" + std::to_string(last) : "");
    }
    return text;
  }

  void add_notes() {
    for (const auto& name : m_verdict.may_miss) add_note("Allowed to be missing: " + code_span(name));
    for (const auto& old : m_verdict.superseded)
      add_note("Not counted, for a later attempt is there: " + code_span(old));
    if (m_verdict.rules_from == gate::RulesFrom::head && !m_verdict.head.empty())
      add_note("The rules are those of this change itself: the configuration of its base could not be read.");
    for (const auto& change : m_verdict.changed_rules)
      add_note("This change would change the rules, which does not count yet: " + code_span(change));
    if (m_verdict.expected_from == gate::ExpectedFrom::found)
      add_note("Nobody said which jobs to expect: one that left nothing at all cannot be seen.");
  }

  void add_note(const std::string& note) {
    if (m_text.size() + note.size() < m_options.limit * 4 / 5) m_text += note + "\n\n";
  }

  void add_files() {
    if (m_verdict.files.empty()) return;
    const std::set<std::string> changed(m_verdict.changed.begin(), m_verdict.changed.end());
    std::vector<const gate::FileNumbers*> first, rest;
    for (const auto& file : m_verdict.files) (changed.contains(file.name) ? first : rest).push_back(&file);
    if (!first.empty()) add_table("Changed files", first, true);
    add_table(first.empty() ? "Files" : "Other files", rest, false);
  }

  void add_table(const char* title, const std::vector<const gate::FileNumbers*>& files, bool is_open) {
    if (files.empty()) return;
    const bool has_branches = m_verdict.totals && m_verdict.totals->has_branches;
    const int precision = m_verdict.totals ? m_verdict.totals->precision : 0;
    std::string text =
        fmt::format("<details{}><summary>{} ({})</summary>\n\n", is_open ? " open" : "", title, files.size());
    text += has_branches
                ? "| file | statements | missing | branches | missing | cover |\n|---|---:|---:|---:|---:|---:|\n"
                : "| file | statements | missing | cover |\n|---|---:|---:|---:|\n";
    std::size_t n_shown = 0;
    for (const auto* file : files) {
      const auto& numbers = file->numbers;
      auto row = fmt::format("| {} | {} | {} | ", code_cell(file->name), numbers.n_statements, numbers.n_missing);
      if (has_branches) row += fmt::format("{} | {} | ", numbers.n_branches, numbers.n_missing_branches);
      row += model::display_percent(numbers.percent(), precision) + " % |\n";
      if (m_text.size() + text.size() + row.size() + k_kept_for_end > m_options.limit) break;
      text += row;
      ++n_shown;
    }
    if (n_shown < files.size())
      text += fmt::format("\nand {} more, for which there is no room here\n", files.size() - n_shown);
    text += "\n</details>\n\n";
    if (m_text.size() + text.size() < m_options.limit) m_text += text;
  }

  void add_origin() {
    std::string origin;
    if (!m_verdict.commit.empty()) origin += "commit " + code_span(m_verdict.commit.substr(0, k_short_commit)) + ", ";
    const auto n_jobs = m_verdict.jobs.size();
    origin += fmt::format("{} {}, by {}", n_jobs, n_jobs == 1 ? "job" : "jobs", m_options.generator);
    if (!m_options.details_url.empty()) origin += ", [report](" + m_options.details_url + ")";
    m_text += "<sub>" + origin + "</sub>\n";
  }

  // The first lines of the text that fit into so many bytes.
  static std::string cut(const std::string& text, std::size_t limit) {
    if (text.size() <= limit) return text;
    return text.substr(0, text.rfind('\n', limit) + 1) + "…\n";
  }

  const gate::Verdict& m_verdict;
  const JobMarkdownOptions& m_options;
  std::string m_text;
};

}  // namespace

std::string job_markdown(const gate::Verdict& verdict, const JobMarkdownOptions& options) {
  return Page(verdict, options).text();
}

}  // namespace covey::report
