#include <algorithm>
#include <cassert>
#include <cmath>
#include <covey/base/float_text.hpp>
#include <covey/model/coverage.hpp>

namespace covey::model {

namespace {

[[maybe_unused]] bool holds_invariant(const FileCoverage& file) {
  return !file.executed.intersects(file.missing) && (file.executed | file.missing) == file.statements;
}

// One item of a "Missing" column, where they stand in this order.
struct Item {
  int line;
  std::string text;

  friend auto operator<=>(const Item&, const Item&) = default;
};

double percent_of(int part, int whole) {
  // In this order: coverage.py multiplies first, and the last digits of its reports depend on it.
  return whole > 0 ? 100.0 * part / whole : 100.0;
}

std::vector<Item> ranges_of(const LineSet& statements, const LineSet& lines) {
  std::vector<Item> items;
  int first = 0;  // of the range being read; 0 between ranges
  int last = 0;
  auto end_range = [&] {
    auto start = std::to_string(first);
    if (first != 0) items.push_back({first, first == last ? start : start + "-" + std::to_string(last)});
    first = 0;
  };
  statements.for_each([&](int line) {
    if (!lines.contains(line)) return end_range();
    if (first == 0) first = line;
    last = line;
  });
  end_range();
  return items;
}

BranchLine branch_within(BranchLine branch, const LineSet& lines) {
  auto outside =
      std::stable_partition(branch.pardoned.begin(), branch.pardoned.end(), [&](int to) { return lines.contains(to); });
  branch.missing.insert(branch.missing.end(), outside, branch.pardoned.end());
  std::sort(branch.missing.begin(), branch.missing.end());
  branch.pardoned.erase(outside, branch.pardoned.end());
  return branch;
}

}  // namespace

double Numbers::percent() const { return percent_of(n_executed() + n_executed_branches(), n_statements + n_branches); }

double Numbers::percent_statements() const { return percent_of(n_executed(), n_statements); }

double Numbers::percent_branches() const { return percent_of(n_executed_branches(), n_branches); }

Numbers& Numbers::operator+=(const Numbers& other) {
  n_files += other.n_files;
  n_statements += other.n_statements;
  n_excluded += other.n_excluded;
  n_missing += other.n_missing;
  n_branches += other.n_branches;
  n_partial_branches += other.n_partial_branches;
  n_missing_branches += other.n_missing_branches;
  return *this;
}

std::string display_percent(double percent, int precision) {
  double unit = 1.0 / std::pow(10.0, precision);
  if (0 < percent && percent < unit) {
    percent = unit;
  } else if (100.0 - unit < percent && percent < 100) {
    percent = 100.0 - unit;
  }
  return base::float_fixed(percent, precision);
}

FileCoverage FileCoverage::of(LineSet statements, LineSet excluded, const LineSet& ran) {
  FileCoverage file;
  file.statements = std::move(statements);
  file.excluded = std::move(excluded);
  file.executed = file.statements & ran;
  file.missing = file.statements - ran;
  assert(holds_invariant(file));
  return file;
}

void FileCoverage::set_branches(const ArcSet& possible, const ArcSet& ran, const LineSet& no_branch) {
  has_branches = true;
  branches.clear();
  BranchLine line;
  auto end_line = [&] {
    if (line.n_exits > 1) branches.push_back(std::move(line));
    line = BranchLine();
  };
  auto next_ran = ran.begin();
  for (const auto& arc : possible) {
    if (arc.from != line.line) end_line();
    line.line = arc.from;
    const bool to_excluded = excluded.contains(arc.to);
    if (!to_excluded && !excluded.contains(arc.from)) ++line.n_exits;
    while (next_ran != ran.end() && *next_ran < arc) ++next_ran;
    if (next_ran != ran.end() && *next_ran == arc) {
      line.executed.push_back(arc.to);
    } else if (!no_branch.contains(arc.from)) {
      (to_excluded ? line.pardoned : line.missing).push_back(arc.to);
    }
  }
  end_line();
}

FileCoverage FileCoverage::narrowed(const LineSet& lines) const {
  FileCoverage part;
  part.statements = lines & statements;
  part.excluded = lines & excluded;
  part.executed = lines & executed;
  part.missing = lines & missing;
  part.has_branches = has_branches;
  // Not all of a file's branches for each of its functions: only from the first line on, and to the last.
  auto branch = std::lower_bound(branches.begin(), branches.end(), lines.min(),
                                 [](const BranchLine& at, int line) { return at.line < line; });
  for (const int last = lines.max(); branch != branches.end() && branch->line <= last; ++branch)
    if (lines.contains(branch->line)) part.branches.push_back(branch_within(*branch, lines));
  assert(holds_invariant(part));
  return part;
}

Numbers FileCoverage::numbers() const {
  Numbers numbers{1, statements.count(), excluded.count(), missing.count()};
  for (const auto& branch : branches) {
    const auto n_missing = static_cast<int>(branch.missing.size());
    numbers.n_branches += branch.n_exits;
    numbers.n_missing_branches += n_missing;
    if (!missing.contains(branch.line)) numbers.n_partial_branches += n_missing;
  }
  return numbers;
}

const ArcDescription* FileReport::description_of(Arc arc) const {
  auto found = std::lower_bound(descriptions.begin(), descriptions.end(), arc,
                                [](const ArcDescription& a, Arc wanted) { return a.arc < wanted; });
  return found != descriptions.end() && found->arc == arc ? &*found : nullptr;
}

bool has_branches(const std::vector<FileReport>& files) {
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return file.coverage.has_branches; });
}

Numbers total_of(const std::vector<FileReport>& files) {
  Numbers total;
  for (const auto& file : files) total += file.coverage.numbers();
  return total;
}

std::string format_lines(const LineSet& statements, const LineSet& lines, const std::vector<BranchLine>& branches) {
  auto items = ranges_of(statements, lines);
  for (const auto& branch : branches)
    for (int to : branch.missing)
      if (!lines.contains(branch.line) && !lines.contains(to))
        items.push_back({branch.line, std::to_string(branch.line) + "->" + (to > 0 ? std::to_string(to) : "exit")});
  std::sort(items.begin(), items.end());
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ", ";
    text += item.text;
  }
  return text;
}

}  // namespace covey::model
