#include <algorithm>
#include <covey/report/markdown.hpp>
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

// Whether the text before a dot makes a forge take it for an address.
bool is_www(std::string_view before) {
  if (before.size() < 3) return false;
  const auto last = before.substr(before.size() - 3);
  return std::all_of(last.begin(), last.end(), [](char c) { return c == 'w' || c == 'W'; });
}

// A backslash before each character that could mean something in Markdown: ASCII punctuation, but for ". , / -".
std::string escaped(std::string_view text) {
  static constexpr std::string_view k_special = "!\"#$%&'()*+:;<=>?@[\\]^_`{|}~";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (k_special.find(c) != k_special.npos || (c == '.' && is_www(text.substr(0, i)))) result += '\\';
    result += c;
  }
  return result;
}

Widths widths_of(const Table& table) {
  std::size_t name = std::string_view("**TOTAL**").size();
  for (const auto& row : table.rows) name = std::max(name, base::length_of(escaped(row.name)));
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
  return escaped(column.cell(row)) + (column.kind == Kind::cover ? "%" : "");
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
