#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/report/markdown_text.hpp>

namespace covey::report {

namespace {

// Whether the text before a dot makes a forge take it for an address.
bool is_www(std::string_view before) {
  if (before.size() < 3) return false;
  const auto last = before.substr(before.size() - 3);
  return std::all_of(last.begin(), last.end(), [](char c) { return c == 'w' || c == 'W'; });
}

}  // namespace

std::string escaped_markdown(std::string_view text) {
  static constexpr std::string_view k_special = "!\"#$%&'()*+:;<=>?@[\\]^_`{|}~";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (k_special.find(c) != k_special.npos || (c == '.' && is_www(text.substr(0, i)))) result += '\\';
    result += c;
  }
  return result;
}

std::string code_span(std::string_view name) {
  const auto text = base::printable(name);
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < text.size(); ++i) {
    run = text[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // A blank on both sides is taken off again; without it a backtick there would be part of the fence.
  const std::string pad = text.empty() || text.front() == '`' || text.back() == '`' || text.front() == ' ' ? " " : "";
  return fence + pad + text + pad + fence;
}

std::string code_cell(std::string_view name) {
  std::string cell;
  for (char c : code_span(name)) cell.append(c == '|' ? "\\|" : std::string(1, c));
  return cell;
}

}  // namespace covey::report
