#include <algorithm>
#include <covey/report/padding.hpp>
#include <covey/report/terminal.hpp>

namespace covey::report {

namespace {

using Kind = Column::Kind;

constexpr std::size_t k_count_width = 7;
constexpr std::size_t k_missing_width = 10;

struct Widths {
  std::size_t name = std::string_view("TOTAL").size();
  std::size_t cover = std::string_view(" Cover").size();  // with the sign
};

Widths widths_of(const Table& table) {
  Widths widths;
  for (const auto& row : table.rows) {
    widths.name = std::max(widths.name, base::length_of(row.name));
    widths.cover = std::max(widths.cover, row.cover.size() + 1);
  }
  widths.cover = std::max(widths.cover, table.total.cover.size() + 2);
  return {widths.name + 1, widths.cover + 1};
}

std::string laid_out(Kind kind, const std::string& cell, const Widths& widths) {
  switch (kind) {
    case Kind::name:
      return padded_right(cell, widths.name);
    case Kind::count:
      return padded_left(cell, k_count_width);
    case Kind::cover:
      return padded_left(cell, widths.cover);
    case Kind::missing:
      break;
  }
  return padded_right("   " + cell, k_missing_width);
}

std::string row_line(const Table& table, const Row& row, const Widths& widths) {
  std::string line;
  for (const auto& column : table.columns)
    line += laid_out(column.kind, column.cell(row) + (column.kind == Kind::cover ? "%" : ""), widths);
  return line;
}

void add_line(std::string& text, std::string line) {
  for (auto at = base::command_in(line); at != line.npos; at = base::command_in(line)) line[at] = '?';
  text.append(line, 0, line.find_last_not_of(' ') + 1);
  text += '\n';
}

}  // namespace

std::string text_table(const Table& table) {
  const auto widths = widths_of(table);
  std::string header;
  for (const auto& column : table.columns) header += laid_out(column.kind, column.title, widths);
  const std::string rule(header.size(), '-');

  std::string text;
  add_line(text, header);
  add_line(text, rule);
  for (const auto& row : table.rows) add_line(text, row_line(table, row, widths));
  if (!table.rows.empty()) add_line(text, rule);
  add_line(text, row_line(table, table.total, widths));
  for (const auto& note : table.notes) text += "\n" + note + "\n";
  return text;
}

}  // namespace covey::report
