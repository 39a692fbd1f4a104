#include <algorithm>
#include <covey/report/markdown.hpp>
#include <covey/report/markdown_text.hpp>
#include <covey/report/padding.hpp>

namespace covey::report {

namespace {

using Kind = Column::Kind;

constexpr std::size_t k_count_width = 9;
constexpr std::size_t k_missing_width = 10;

struct Widths {
  std::size_t name;
  std::size_t cover;
};

Widths widths_of(const Table& table) {
  std::size_t name = std::string_view("**TOTAL**").size();
  for (const auto& row : table.rows) name = std::max(name, base::length_of(escaped_markdown(row.name)));
  const std::string_view around_total = " **%**";
  return {name + 1, std::max(table.total.cover.size() + around_total.size(), std::string_view(" Cover ").size())};
}

std::string laid_out(Kind kind, const std::string& cell, const Widths& widths) {
  switch (kind) {
    case Kind::name:
      return "| " + padded_right(cell, widths.name) + "|";
    case Kind::count:
      return padded_left(cell, k_count_width) + " |";
    case Kind::cover:
      return padded_left(cell, widths.cover) + " |";
    case Kind::missing:
      break;
  }
  return padded_left(cell, k_missing_width) + " |";
}

// The line that says how columns are aligned: the name to the left, all others to the right.
std::string rule_of(const std::vector<std::string>& header) {
  std::string rule = "|";
  for (const auto& item : header) {
    const bool is_first = rule.size() == 1;
    const std::string end = is_first ? "- |" : "-: |";
    const auto width = std::max(item.size() - 1, end.size());
    rule += (is_first ? "" : " ") + std::string(width - end.size(), '-') + end;
  }
  return rule;
}

std::string cell_of(const Column& column, const Row& row) {
  return escaped_markdown(column.cell(row)) + (column.kind == Kind::cover ? "%" : "");
}

// Wider than its column, it still has a space before it, unlike other rows' cells.
std::string total_cell(const Column& column, const Row& total) {
  if (column.kind == Kind::missing) return "";
  return std::string(column.kind == Kind::name ? "" : " ") + "**" + column.cell(total) +
         (column.kind == Kind::cover ? "%" : "") + "**";
}

}  // namespace

std::string markdown_table(const Table& table) {
  const auto widths = widths_of(table);
  std::vector<std::string> header;
  for (const auto& column : table.columns) header.push_back(laid_out(column.kind, column.title, widths));

  std::string text;
  for (const auto& item : header) text += item;
  text += "\n" + rule_of(header) + "\n";
  for (const auto& row : table.rows) {
    for (const auto& column : table.columns) text += laid_out(column.kind, cell_of(column, row), widths);
    text += '\n';
  }
  for (const auto& column : table.columns) text += laid_out(column.kind, total_cell(column, table.total), widths);
  text += '\n';
  for (const auto& note : table.notes) text += "\n" + note + "\n";
  return text;
}

}  // namespace covey::report
