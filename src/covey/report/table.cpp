#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/report/table.hpp>
#include <tuple>
#include <utility>

namespace covey::report {

namespace {

using model::Numbers;

// Less than 0, 0, or more than 0. Runs of digits count as numbers, of any length: "a2" < "a10". Where two names differ
// in leading zeros alone, as text.
int compare_as_people_do(std::string_view a, std::string_view b) {
  static constexpr std::string_view k_digits = "0123456789";
  auto take = [](std::string_view& text, std::size_t end) {
    auto chunk = text.substr(0, end);
    text.remove_prefix(chunk.size());
    return chunk;
  };
  auto without_zeros = [](std::string_view number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size()));
  };
  std::string_view rest_a = a, rest_b = b;
  while (!rest_a.empty() || !rest_b.empty()) {
    auto text_a = take(rest_a, rest_a.find_first_of(k_digits));
    auto text_b = take(rest_b, rest_b.find_first_of(k_digits));
    if (int order = text_a.compare(text_b)) return order;
    if (rest_a.empty() != rest_b.empty()) return rest_a.empty() ? -1 : 1;
    auto number_a = without_zeros(take(rest_a, rest_a.find_first_not_of(k_digits)));
    auto number_b = without_zeros(take(rest_b, rest_b.find_first_not_of(k_digits)));
    if (number_a.size() != number_b.size()) return number_a.size() < number_b.size() ? -1 : 1;
    if (int order = number_a.compare(number_b)) return order;
  }
  return a.compare(b);
}

bool comes_before_by_name(const Row& a, const Row& b) {
  if (int order = compare_as_people_do(a.name, b.name)) return order < 0;
  auto rest = [](const Row& row) {  // the same name twice: two that differ in what cannot be shown
    const auto& numbers = row.numbers;
    return std::tuple(numbers.n_statements, numbers.n_missing, numbers.n_branches, numbers.n_partial_branches,
                      std::string_view(row.cover), std::string_view(row.missing), numbers.percent());
  };
  return rest(a) < rest(b);
}

bool comes_before(const Row& a, const Row& b, SortOrder::Key key) {
  auto by = [&](auto value_a, auto value_b) { return std::tie(value_a, a.name) < std::tie(value_b, b.name); };
  switch (key) {
    case SortOrder::Key::statements:
      return by(a.numbers.n_statements, b.numbers.n_statements);
    case SortOrder::Key::missing:
      return by(a.numbers.n_missing, b.numbers.n_missing);
    case SortOrder::Key::branches:
      return by(a.numbers.n_branches, b.numbers.n_branches);
    case SortOrder::Key::partial_branches:
      return by(a.numbers.n_partial_branches, b.numbers.n_partial_branches);
    case SortOrder::Key::cover:
      return by(a.numbers.percent(), b.numbers.percent());
    case SortOrder::Key::name:
      break;
  }
  return comes_before_by_name(a, b);
}

void sort_rows(std::vector<Row>& rows, SortOrder order) {
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    return order.descending ? comes_before(b, a, order.key) : comes_before(a, b, order.key);
  });
}

template <int Numbers::*Count>
Column count_column(const char* title) {
  return {Column::Kind::count, title, [](const Row& row) { return std::to_string(row.numbers.*Count); }};
}

std::vector<Column> columns_of(bool has_branches, bool show_missing) {
  std::vector<Column> columns = {{Column::Kind::name, "Name", [](const Row& row) { return row.name; }},
                                 count_column<&Numbers::n_statements>("Stmts"),
                                 count_column<&Numbers::n_missing>("Miss")};
  if (has_branches) {
    columns.push_back(count_column<&Numbers::n_branches>("Branch"));
    columns.push_back(count_column<&Numbers::n_partial_branches>("BrPart"));
  }
  columns.push_back({Column::Kind::cover, "Cover", [](const Row& row) { return row.cover; }});
  if (show_missing) columns.push_back({Column::Kind::missing, "Missing", [](const Row& row) { return row.missing; }});
  return columns;
}

std::string counted(int n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

Row row_of(const model::FileReport& file, const Numbers& numbers, const TableOptions& options) {
  const auto& coverage = file.coverage;
  return {base::printable(file.name), numbers, model::display_percent(numbers.percent(), options.precision),
          options.show_missing ? format_lines(coverage.statements, coverage.missing, coverage.branches) : ""};
}

}  // namespace

base::Result<SortOrder> parse_sort_order(std::string_view text, bool has_branches) {
  using Key = SortOrder::Key;
  static constexpr std::pair<std::string_view, Key> k_keys[] = {
      {"name", Key::name},       {"stmts", Key::statements},        {"miss", Key::missing},
      {"branch", Key::branches}, {"brpart", Key::partial_branches}, {"cover", Key::cover}};
  SortOrder order;
  std::string name(text.empty() ? "name" : text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  order.descending = name[0] == '-';
  if (name[0] == '-' || name[0] == '+') name.erase(0, 1);
  for (const auto& [key_name, key] : k_keys) {
    order.key = key;
    const bool is_there = has_branches || (key != Key::branches && key != Key::partial_branches);
    if (name == key_name && is_there) return order;
  }
  return base::fail(base::ErrorKind::usage, "", "Invalid sorting option: '" + std::string(text) + "'");
}

Table make_table(const std::vector<model::FileReport>& files, const TableOptions& options) {
  Table table;
  int n_covered = 0, n_empty = 0;
  table.total.name = "TOTAL";
  for (const auto& file : files) {
    const auto numbers = file.coverage.numbers();
    table.total.numbers += numbers;
    if (options.skip_covered && numbers.is_covered()) {
      ++n_covered;
    } else if (options.skip_empty && numbers.n_statements == 0) {
      ++n_empty;
    } else {
      table.rows.push_back(row_of(file, numbers, options));
    }
  }
  table.total.cover = model::display_percent(table.total.numbers.percent(), options.precision);
  table.columns = columns_of(has_branches(files), options.show_missing);
  sort_rows(table.rows, options.sort);
  if (n_covered > 0) table.notes.push_back(counted(n_covered, "file") + " skipped due to complete coverage.");
  if (n_empty > 0) table.notes.push_back(counted(n_empty, "empty file") + " skipped.");
  return table;
}

std::string total_line(const std::vector<model::FileReport>& files, int precision) {
  return model::display_percent(total_of(files).percent(), precision) + "\n";
}

}  // namespace covey::report
