// The page of one source.
#include <fmt/format.h>
#include <algorithm>
#include <covey/base/human_order.hpp>
#include <covey/report/html.hpp>
#include <covey/report/html_page.hpp>
#include <covey/report/html_text.hpp>
#include <iterator>
#include <map>
#include <utility>

namespace covey::report {

namespace {

using model::BranchLine;
using model::FileReport;

enum class Mark { none, run, missing, excluded, partial };

constexpr std::string_view k_classes[] = {"", "run", "mis", "exc", "par"};

constexpr std::size_t k_page_bytes = 8192;  // of a page, about, but for its lines
constexpr std::size_t k_line_bytes = 64;    // of a line, but for its text

// The contexts of a page's lines. Lines that ran in the same ones, as those of a function mostly did, share one list.
class ContextLists {
 public:
  explicit ContextLists(const FileReport& file) {
    std::vector<std::pair<std::string, const model::LineSet*>> contexts;
    for (const auto& [name, lines] : file.contexts) contexts.emplace_back(name.empty() ? "(empty)" : name, &lines);
    std::sort(contexts.begin(), contexts.end(),
              [](const auto& a, const auto& b) { return base::human_less(a.first, b.first); });
    for (const auto& [name, lines] : contexts) {
      const int context = static_cast<int>(m_names.size());
      m_names.push_back(escaped_name(name));
      lines->for_each([this, context](int line) {
        if (m_by_line.size() <= static_cast<std::size_t>(line)) m_by_line.resize(static_cast<std::size_t>(line) + 1);
        m_by_line[static_cast<std::size_t>(line)].push_back(context);
      });
    }
  }

  // Adds what opens the line's list, or "(empty)" where the line ran outside any context only.
  void append_label(std::string& html, int line) {
    if (static_cast<std::size_t>(line) >= m_by_line.size()) return;
    const auto& contexts = m_by_line[static_cast<std::size_t>(line)];
    if (contexts.empty()) return;
    if (contexts.size() == 1 && m_names[static_cast<std::size_t>(contexts[0])] == "(empty)") {
      html += "<span class=\"ctx\">(empty)</span>";
      return;
    }
    const auto list = m_lists.emplace(contexts, m_lists.size()).first->second;
    fmt::format_to(std::back_inserter(html), "<button class=\"ctx\" popovertarget=\"c{}\">{} ctx</button>", list,
                   contexts.size());
  }

  // The lists that labels open.
  std::string lists() const {
    std::string html;
    for (const auto& [contexts, number] : m_lists) {
      fmt::format_to(std::back_inserter(html), "<ul popover id=\"c{}\" class=\"ctxs\">\n", number);
      for (int context : contexts)
        fmt::format_to(std::back_inserter(html), "<li>{}</li>\n", m_names[static_cast<std::size_t>(context)]);
      html += "</ul>\n";
    }
    return html;
  }

 private:
  std::vector<std::string> m_names;                 // HTML, in the order in which they are shown
  std::vector<std::vector<int>> m_by_line;          // indexes of names
  std::map<std::vector<int>, std::size_t> m_lists;  // those that lines use, numbered
};

// Adds one line after the other.
class SourceLines {
 public:
  SourceLines(const FileReport& file, std::string& html) : m_file(file), m_contexts(file), m_html(html) {}

  void append(int number, std::string_view text) {
    const auto* branch = branch_at(number);
    const auto mark = mark_of(number, branch);
    const bool goes_on = mark == Mark::none && m_file.continuations.contains(number);
    if (!goes_on) m_statement = mark;
    open(number, goes_on ? m_statement : mark, goes_on);
    append_escaped(m_html, text);
    if (mark == Mark::partial) append_branches(*branch);
    if (mark != Mark::none) m_contexts.append_label(m_html, number);
    m_html += "</p>\n";
  }

  std::string context_lists() const { return m_contexts.lists(); }

 private:
  // The line's branches, where any are missing. Lines must be asked for in ascending order.
  const BranchLine* branch_at(int number) {
    const auto& branches = m_file.coverage.branches;
    while (m_branch < branches.size() && branches[m_branch].line < number) ++m_branch;
    if (m_branch == branches.size() || branches[m_branch].line != number) return nullptr;
    return branches[m_branch].missing.empty() ? nullptr : &branches[m_branch];
  }

  Mark mark_of(int number, const BranchLine* missing_branches) const {
    const auto& coverage = m_file.coverage;
    if (coverage.excluded.contains(number)) return Mark::excluded;
    if (coverage.missing.contains(number)) return Mark::missing;
    if (missing_branches != nullptr) return Mark::partial;
    return coverage.statements.contains(number) ? Mark::run : Mark::none;
  }

  // "mis2" is what goes on with a statement that is "mis".
  void open(int number, Mark mark, bool goes_on) {
    const fmt::format_int line(number);
    const auto digits = std::string_view(line.data(), line.size());
    m_html += "<p";
    if (mark != Mark::none) {
      m_html.append(" class=\"").append(k_classes[static_cast<std::size_t>(mark)]);
      m_html += goes_on ? "2\"" : "\"";
    }
    m_html.append("><a id=\"t").append(digits).append("\" href=\"#t").append(digits).append("\">");
    m_html.append(digits).append("</a>");
  }

  void append_branches(const BranchLine& branch) {
    std::string where;
    std::string why;
    auto add = [](std::string& list, std::string_view separator, const std::string& item) {
      if (!list.empty()) list += separator;
      list += item;
    };
    const bool none_taken = static_cast<int>(branch.missing.size()) == branch.n_exits;
    if (none_taken) {
      where = fmt::format("{} ↛ anywhere", branch.line);
      why = fmt::format("line {} didn't jump anywhere: it always raised an exception.", branch.line);
    } else {
      for (int to : branch.missing) {
        add(where, ", ", fmt::format("{} ↛ {}", branch.line, to < 0 ? "exit" : std::to_string(to)));
        const auto* description = m_file.description_of({branch.line, to});
        if (description != nullptr) add(why, "; ", description->missing);
      }
    }
    m_html.append("<span class=\"annotate\"><b>").append(where).append("</b> <span>");
    append_escaped(m_html, why);
    m_html += "</span></span>";
  }

  const FileReport& m_file;
  ContextLists m_contexts;
  std::string& m_html;
  std::size_t m_branch = 0;       // the first of the file's branches at the line or after it
  Mark m_statement = Mark::none;  // of the line where the statement began
};

std::string counts(const model::Numbers& numbers, bool has_branches) {
  auto html = fmt::format("<p class=\"counts\">{} statements", numbers.n_statements);
  auto add = [&](Mark mark, int n, const char* what) {
    html += fmt::format(" <span class=\"{}\">{} {}</span>", k_classes[static_cast<std::size_t>(mark)], n, what);
  };
  add(Mark::run, numbers.n_executed(), "run");
  add(Mark::missing, numbers.n_missing, "missing");
  add(Mark::excluded, numbers.n_excluded, "excluded");
  if (has_branches) add(Mark::partial, numbers.n_partial_branches, "partial");
  return html + "</p>\n";
}

std::string source_bar(const std::string& previous, const std::string& next) {
  return fmt::format(
      "<nav><a href=\"{}\">« prev</a> <a href=\"index.html\">^ index</a> <a href=\"{}\">» next</a></nav>\n", previous,
      next);
}

}  // namespace

HtmlPage HtmlReport::source_page(std::size_t index, std::string_view text) const {
  const auto& file = *m_shown[index];
  const auto name = escaped_name(file.name);
  const auto numbers = file.coverage.numbers();
  const auto percent = model::display_percent(numbers.percent(), m_options.precision);
  auto page_at = [this](std::size_t at) {
    return at < m_shown.size() ? link_to(html_page_name(m_shown[at]->name)) : std::string("index.html");
  };
  const auto bar = source_bar(page_at(index - 1), page_at(index + 1));  // before the first one there is none

  std::string html;
  html.reserve(k_page_bytes + text.size() * 5 / 4 + static_cast<std::size_t>(file.n_lines) * k_line_bytes);
  html += page_head(fmt::format("Coverage for {}: {}%", name, percent), "source", m_options);
  html += fmt::format("<header>\n<h1>Coverage for <b>{}</b>: <span class=\"pc_cov\">{}%</span></h1>\n", name, percent);
  html += counts(numbers, m_has_branches) + bar + page_origin(m_options) + "</header>\n<main>\n";
  SourceLines lines(file, html);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.append(number, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  html += "</main>\n<footer>\n" + lines.context_lists() + bar + "</footer>\n" + std::string(k_page_end);
  return {html_page_name(file.name), std::move(html)};
}

}  // namespace covey::report
