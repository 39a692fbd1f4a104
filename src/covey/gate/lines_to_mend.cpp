#include <algorithm>
#include <covey/gate/lines_to_mend.hpp>

namespace covey::gate {

namespace {

std::vector<LineRange> ranges_of(const MendableFile& file) {
  std::vector<LineRange> ranges;
  bool goes_on = false;
  (file.statements | file.lines).for_each([&](int line) {
    const bool is_in = file.lines.contains(line);
    if (is_in && goes_on) {
      ranges.back().last = line;
    } else if (is_in) {
      ranges.push_back({line, line});
    }
    goes_on = is_in;
  });
  return ranges;
}

}  // namespace

model::LineSet uncovered_lines(const model::FileCoverage& coverage) {
  auto lines = coverage.missing;
  for (const auto& branch : coverage.branches)
    if (!branch.missing.empty()) lines.insert(branch.line);
  return lines;
}

void name_lines(RuleVerdict& verdict, std::vector<MendableFile> files) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    const int n_a = a.lines.count(), n_b = b.lines.count();
    return n_a != n_b ? n_a > n_b : a.file < b.file;
  });
  int left = k_most_ranges;
  for (const auto& file : files) {
    auto ranges = ranges_of(file);
    const int taken = std::min(left, static_cast<int>(ranges.size()));
    verdict.n_more_ranges += static_cast<int>(ranges.size()) - taken;
    left -= taken;
    ranges.resize(static_cast<std::size_t>(taken));
    if (taken > 0) verdict.lines.push_back({file.file, std::move(ranges)});
  }
}

}  // namespace covey::gate
