#include <algorithm>
#include <covey/gate/lines_to_mend.hpp>
#include <covey/gate/no_drop.hpp>
#include <covey/model/moved_lines.hpp>
#include <set>

namespace covey::gate {

namespace {

// What ran of a file in any of some jobs.
struct Seen {
  model::LineSet statements, executed;
  model::ArcSet taken, missing;  // branches

  void add(const model::FileCoverage& coverage) {
    statements |= coverage.statements;
    executed |= coverage.executed;
    std::vector<model::Arc> more_taken, more_missing;
    for (const auto& branch : coverage.branches) {
      for (int to : branch.executed) more_taken.push_back({branch.line, to});
      for (int to : branch.missing) more_missing.push_back({branch.line, to});
    }
    taken |= model::ArcSet(std::move(more_taken));
    missing |= model::ArcSet(std::move(more_missing));
  }
};

using SeenFiles = std::map<std::string, Seen>;

SeenFiles seen_in(const JobFiles& run, const std::set<std::string>& jobs) {
  SeenFiles seen;
  for (const auto& [job, files] : run)
    if (jobs.contains(job))
      for (const auto& [name, file] : files) seen[name].add(file.coverage);
  return seen;
}

std::set<std::string> jobs_in_both(const JobFiles& now, const JobFiles& baseline) {
  std::set<std::string> jobs;
  for (const auto& [job, files] : now)
    if (baseline.contains(job)) jobs.insert(job);
  return jobs;
}

// A line of the new tree; none where it is 0.
struct Place {
  std::string_view file;
  int line = 0;
};

// Follows lines of the old tree into the new one.
class Follower {
 public:
  explicit Follower(const model::Diff& diff) : m_files(diff.by_old_name()) {
    for (const auto& line : model::find_moved_lines(diff)) {
      const auto& from = diff.files[static_cast<std::size_t>(line.old_file)];
      const auto& to = diff.files[static_cast<std::size_t>(line.new_file)];
      m_moved[{from.old_name, line.old_line}] = {to.new_name, line.new_line};
    }
  }

  Place follow(std::string_view name, int line) const {
    auto found = m_files.find(name);
    if (found == m_files.end()) return {name, line};
    const auto& file = *found->second;
    const int stays = file.kind == model::FileKind::deleted ? 0 : file.new_line_of(line);
    if (stays > 0) return {file.new_name, stays};
    auto moved = m_moved.find({name, line});
    return moved == m_moved.end() ? Place{} : moved->second;
  }

  // The branch in the new tree; its `from` is 0 where either end is not there, or they came apart.
  std::pair<std::string_view, model::Arc> follow(std::string_view name, model::Arc arc) const {
    const auto from = follow(name, arc.from);
    const auto to = follow(name, std::abs(arc.to));
    if (from.line == 0 || to.line == 0 || from.file != to.file) return {};
    return {from.file, {from.line, arc.to < 0 ? -to.line : to.line}};
  }

 private:
  std::map<std::string_view, const model::FileDiff*> m_files;  // by old name
  std::map<std::pair<std::string_view, int>, Place> m_moved;
};

class Comparison {
 public:
  Comparison(const SeenFiles& now, const Follower& follower, const NoDropRule& rule)
      : m_now(now), m_follower(follower), m_rule(rule) {}

  void compare(const std::string& name, const Seen& before) {
    before.executed.for_each([&](int line) { compare_line(m_follower.follow(name, line)); });
    for (const auto& arc : before.taken) {
      const auto [file, now] = m_follower.follow(name, arc);
      if (now.from != 0) compare_branch(std::string(file), now);
    }
  }

  int n_lines() const { return m_n_lines; }
  int n_branches() const { return m_n_branches; }
  std::vector<MendableFile> lost() const {
    std::vector<MendableFile> files;
    for (const auto& [name, lines] : m_lost) {
      auto seen = m_now.find(name);
      files.push_back({name, seen == m_now.end() ? lines : seen->second.statements, lines});
    }
    return files;
  }

 private:
  void compare_line(const Place& place) {
    if (place.line == 0) return;
    const std::string name(place.file);
    auto found = m_now.find(name);
    if (found == m_now.end()) {
      if (m_rule.left_out && m_rule.left_out(name)) return;
    } else if (!found->second.statements.contains(place.line) || found->second.executed.contains(place.line)) {
      return;
    }
    ++m_n_lines;
    m_lost[name].insert(place.line);
  }

  void compare_branch(const std::string& name, model::Arc arc) {
    auto found = m_now.find(name);
    if (found == m_now.end()) return;
    const auto& seen = found->second;
    if (!seen.missing.contains(arc) || seen.taken.contains(arc) || !seen.executed.contains(arc.from)) return;
    ++m_n_branches;
    m_lost[name].insert(arc.from);
  }

  const SeenFiles& m_now;
  const Follower& m_follower;
  const NoDropRule& m_rule;
  int m_n_lines = 0;
  int m_n_branches = 0;
  std::map<std::string, model::LineSet> m_lost;
};

std::string counted(int n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string message_of(int n_lines, int n_branches, int tolerance) {
  if (n_lines + n_branches == 0) return "all that was covered and is still there is covered";
  std::string text;
  if (n_lines > 0) text = counted(n_lines, "line", "lines");
  if (n_branches > 0) text += (text.empty() ? "" : " and ") + counted(n_branches, "branch", "branches");
  text += n_lines + n_branches == 1 ? " that was covered no longer is" : " that were covered no longer are";
  if (tolerance > 0)
    text += n_lines + n_branches > tolerance ? ", over the tolerance of " : ", within the tolerance of ";
  return tolerance > 0 ? text + std::to_string(tolerance) : text;
}

}  // namespace

RuleVerdict no_drop(const JobFiles& now, const JobFiles* baseline, const model::Diff& since, const NoDropRule& rule) {
  const auto jobs = baseline == nullptr ? std::set<std::string>() : jobs_in_both(now, *baseline);
  const int tolerance = std::max(rule.tolerance, 0);
  if (jobs.empty()) {
    auto verdict = skipped(Rule::no_drop, "", tolerance,
                           baseline == nullptr ? "no baseline to compare with"
                                               : "no job of the baseline has delivered again: nothing to compare");
    if (rule.require_baseline) verdict.state = State::failed;
    return verdict;
  }
  const auto seen_now = seen_in(now, jobs);
  const Follower follower(since);
  Comparison comparison(seen_now, follower, rule);
  for (const auto& [name, before] : seen_in(*baseline, jobs)) comparison.compare(name, before);
  const int n_lost = comparison.n_lines() + comparison.n_branches();
  RuleVerdict verdict{Rule::no_drop, "", n_lost, tolerance, State::passed, "", {}};
  verdict.message = message_of(comparison.n_lines(), comparison.n_branches(), tolerance);
  const auto n_jobs = std::max(now.size(), baseline->size());
  if (jobs.size() < n_jobs)
    verdict.message += " (compared: " + std::to_string(jobs.size()) + " of " + std::to_string(n_jobs) + " jobs)";
  if (n_lost > tolerance) {
    verdict.state = State::failed;
    name_lines(verdict, comparison.lost());
  }
  return verdict;
}

}  // namespace covey::gate
