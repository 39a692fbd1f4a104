#include <algorithm>
#include <covey/report/printable.hpp>
#include <covey/report/terminal.hpp>
#include <tuple>

namespace covey::report {

namespace {

using model::Numbers;

// What one line of the table shows.
struct Row {
  std::string name;
  Numbers numbers;
  std::string cover;    // the percentage as shown
  std::string missing;  // lines, formatted
};

enum class Align { left, right };

struct Column {
  std::string title;
  Align align;
  std::size_t width;
  std::string (*cell)(const Row&);
};

struct Table {
  std::vector<Row> rows;
  Row total{"TOTAL", {}, {}, {}};
  int n_covered = 0;  // files left out because nothing in them is missing
  int n_empty = 0;    // files left out because there is nothing in them
};

Table make_table(const std::vector<model::FileReport>& files, const TextOptions& options) {
  Table table;
  for (const auto& file : files) {
    auto numbers = file.coverage.numbers();
    table.total.numbers += numbers;
    if (options.skip_covered && numbers.n_missing == 0) {
      ++table.n_covered;
    } else if (options.skip_empty && numbers.n_statements == 0) {
      ++table.n_empty;
    } else {
      auto missing = options.show_missing ? format_lines(file.coverage.statements, file.coverage.missing) : "";
      auto cover = model::display_percent(numbers.percent(), options.precision);
      table.rows.push_back({printable(file.name), numbers, std::move(cover), std::move(missing)});
    }
  }
  table.total.cover = model::display_percent(table.total.numbers.percent(), options.precision);
  return table;
}

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
    return std::tuple(row.numbers.n_statements, row.numbers.n_missing, std::string_view(row.cover),
                      std::string_view(row.missing), row.numbers.percent());
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

std::vector<Column> columns_of(const Table& table, bool show_missing) {
  std::size_t name_width = 5, cover_width = std::string_view(" Cover").size();
  for (const auto& row : table.rows) {
    name_width = std::max(name_width, length_of(row.name));
    cover_width = std::max(cover_width, row.cover.size() + 1);
  }
  cover_width = std::max(cover_width, table.total.cover.size() + 2);
  std::vector<Column> columns = {
      {"Name", Align::left, name_width + 1, [](const Row& row) { return row.name; }},
      {"Stmts", Align::right, 7, [](const Row& row) { return std::to_string(row.numbers.n_statements); }},
      {"Miss", Align::right, 7, [](const Row& row) { return std::to_string(row.numbers.n_missing); }},
      {"Cover", Align::right, cover_width + 1, [](const Row& row) { return row.cover + "%"; }}};
  if (show_missing)
    columns.push_back({"   Missing", Align::left, 10, [](const Row& row) { return "   " + row.missing; }});
  return columns;
}

template <class Cell>
std::string line_of(const std::vector<Column>& columns, Cell cell_of) {
  std::string line;
  for (const auto& column : columns) {
    auto cell = cell_of(column);
    auto length = length_of(cell);
    std::string padding(column.width > length ? column.width - length : 0, ' ');
    line += column.align == Align::left ? cell + padding : padding + cell;
  }
  return line;
}

void add_line(std::string& text, std::string_view line) {
  text += line.substr(0, line.find_last_not_of(' ') + 1);
  text += '\n';
}

std::string counted(int n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

}  // namespace

base::Result<SortOrder> parse_sort_order(std::string_view text) {
  SortOrder order;
  std::string name(text.empty() ? "name" : text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  order.descending = name[0] == '-';
  if (name[0] == '-' || name[0] == '+') name.erase(0, 1);
  static constexpr std::pair<std::string_view, SortOrder::Key> k_keys[] = {{"name", SortOrder::Key::name},
                                                                           {"stmts", SortOrder::Key::statements},
                                                                           {"miss", SortOrder::Key::missing},
                                                                           {"cover", SortOrder::Key::cover}};
  for (const auto& [key_name, key] : k_keys) {
    order.key = key;
    if (name == key_name) return order;
  }
  return base::fail(base::ErrorKind::usage, "", "Invalid sorting option: '" + std::string(text) + "'");
}

std::string text_table(const std::vector<model::FileReport>& files, const TextOptions& options) {
  auto table = make_table(files, options);
  sort_rows(table.rows, options.sort);
  auto columns = columns_of(table, options.show_missing);
  auto header = line_of(columns, [](const Column& column) { return column.title; });
  auto rule = std::string(header.size(), '-');

  std::string text;
  add_line(text, header);
  add_line(text, rule);
  for (const auto& row : table.rows)
    add_line(text, line_of(columns, [&](const Column& column) { return column.cell(row); }));
  if (!table.rows.empty()) add_line(text, rule);
  add_line(text, line_of(columns, [&](const Column& column) { return column.cell(table.total); }));
  if (table.n_covered > 0) text += "\n" + counted(table.n_covered, "file") + " skipped due to complete coverage.\n";
  if (table.n_empty > 0) text += "\n" + counted(table.n_empty, "empty file") + " skipped.\n";
  return text;
}

std::string total_line(const std::vector<model::FileReport>& files, int precision) {
  Numbers total;
  for (const auto& file : files) total += file.coverage.numbers();
  return model::display_percent(total.percent(), precision) + "\n";
}

}  // namespace covey::report
