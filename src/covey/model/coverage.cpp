#include <cassert>
#include <charconv>
#include <cmath>
#include <covey/model/coverage.hpp>

namespace covey::model {

namespace {

[[maybe_unused]] bool holds_invariant(const FileCoverage& file) {
  return !file.executed.intersects(file.missing) && (file.executed | file.missing) == file.statements;
}

// One item of a "Missing" column. Items are shown in the order of `line`; branches not taken will stand among them.
struct Item {
  int line;
  std::string text;
};

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

}  // namespace

double Numbers::percent() const {
  // In this order: coverage.py multiplies first, and the last digits of its reports depend on it.
  return n_statements > 0 ? 100.0 * n_executed() / n_statements : 100.0;
}

Numbers& Numbers::operator+=(const Numbers& other) {
  n_files += other.n_files;
  n_statements += other.n_statements;
  n_excluded += other.n_excluded;
  n_missing += other.n_missing;
  return *this;
}

std::string display_percent(double percent, int precision) {
  double unit = 1.0 / std::pow(10.0, precision);
  if (0 < percent && percent < unit) {
    percent = unit;
  } else if (100.0 - unit < percent && percent < 100) {
    percent = 100.0 - unit;
  }
  // Rounds the double's exact value, half to even; three digits and the point come before the decimals.
  std::string text(static_cast<std::size_t>(precision) + 4, '\0');
  auto end = std::to_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed, precision).ptr;
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

FileCoverage FileCoverage::of(LineSet statements, LineSet excluded, const LineSet& ran) {
  FileCoverage file{std::move(statements), std::move(excluded), {}, {}};
  file.executed = file.statements & ran;
  file.missing = file.statements - ran;
  assert(holds_invariant(file));
  return file;
}

FileCoverage FileCoverage::narrowed(const LineSet& lines) const {
  FileCoverage part{lines & statements, lines & excluded, lines & executed, lines & missing};
  assert(holds_invariant(part));
  return part;
}

Numbers FileCoverage::numbers() const { return {1, statements.count(), excluded.count(), missing.count()}; }

std::string format_lines(const LineSet& statements, const LineSet& lines) {
  std::string text;
  for (const auto& item : ranges_of(statements, lines)) {
    if (!text.empty()) text += ", ";
    text += item.text;
  }
  return text;
}

}  // namespace covey::model
