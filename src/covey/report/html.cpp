#include <fmt/compile.h>
#include <algorithm>
#include <covey/report/flat_name.hpp>
#include <covey/report/html.hpp>
#include <covey/report/html_page.hpp>
#include <covey/report/html_text.hpp>
#include <iterator>
#include <utility>

namespace covey::report {

namespace {

using model::FileReport;
using model::Numbers;
using model::Region;

// A kind of thing that a page lists.
struct Noun {
  Region::Kind kind;  // but of files
  const char* one;
  const char* many;
  const char* title;
  const char* page;
};

constexpr Noun k_nouns[] = {{{}, "file", "files", "Files", "index.html"},
                            {Region::Kind::function, "function", "functions", "Functions", "function_index.html"},
                            {Region::Kind::class_, "class", "classes", "Classes", "class_index.html"}};
constexpr std::size_t k_files = 0;

struct IndexRow {
  std::string link;    // percent-encoded
  std::string name;    // HTML
  std::string region;  // HTML; empty where files are listed
  Numbers numbers;
};

// The cells of one row's numbers, in the columns of table_head().
void append_numbers(std::string& html, const Numbers& numbers, bool has_branches, int precision) {
  auto out = std::back_inserter(html);
  auto percent = [&](double value) {
    fmt::format_to(out, FMT_COMPILE("<td>{}%</td>"), model::display_percent(value, precision));
  };
  if (has_branches) percent(numbers.percent_statements());
  fmt::format_to(out, FMT_COMPILE("<td>{}</td><td>{}</td><td>{}</td>"), numbers.n_statements, numbers.n_missing,
                 numbers.n_excluded);
  if (has_branches) {
    percent(numbers.percent_branches());
    fmt::format_to(out, FMT_COMPILE("<td>{}</td><td>{}</td>"), numbers.n_branches, numbers.n_partial_branches);
  }
  fmt::format_to(
      out, FMT_COMPILE("<td class=\"cover\"><meter min=\"0\" max=\"100\" value=\"{0:.2f}\"></meter> {1}%</td></tr>\n"),
      numbers.percent(), model::display_percent(numbers.percent(), precision));
}

std::string table_head(const Noun& noun, bool has_branches) {
  const bool is_files = &noun == k_nouns;
  std::string html = "<thead>\n";
  if (has_branches)
    html += fmt::format(
        "<tr class=\"group\"><th colspan=\"{}\"></th><th colspan=\"4\" scope=\"colgroup\">Statements</th>"
        "<th colspan=\"3\" scope=\"colgroup\">Branches</th><th scope=\"colgroup\">Total</th></tr>\n",
        is_files ? 1 : 2);
  html += "<tr><th class=\"name\" scope=\"col\">File</th>";
  if (!is_files) html += fmt::format("<th class=\"name\" scope=\"col\">{}</th>", noun.one);
  auto columns = [&](std::initializer_list<const char*> titles) {
    for (const char* title : titles) html += fmt::format("<th scope=\"col\">{}</th>", title);
  };
  if (has_branches) columns({"coverage"});
  columns({"statements", "missing", "excluded"});
  if (has_branches) columns({"coverage", "branches", "partial"});
  columns({"coverage"});
  return html + "</tr>\n</thead>\n";
}

std::string skipped(int n, const std::string& prefix, const Noun& noun, const char* why) {
  if (n == 0) return "";
  return fmt::format("<p>{} {}{} skipped{}.</p>\n", n, prefix, n == 1 ? noun.one : noun.many, why);
}

}  // namespace

// How pages that list things name a file.
struct HtmlReport::Place {
  std::string link;
  std::string name;  // escaped
};

// A page that lists one kind of thing.
struct HtmlReport::Index {
  std::size_t noun = k_files;
  std::vector<IndexRow> rows;
  Numbers total;
  int n_covered = 0;  // left out
  int n_empty = 0;    // left out
};

HtmlReport::HtmlReport(const std::vector<FileReport>& files, const HtmlOptions& options)
    : m_files(files), m_options(options), m_has_branches(model::has_branches(files)) {
  for (const auto& file : files)
    if (skip_of(file.coverage.numbers()) == Skip::none) m_shown.push_back(&file);
}

HtmlReport::Skip HtmlReport::skip_of(const Numbers& numbers) const {
  if (m_options.skip_covered && numbers.is_covered()) return Skip::covered;
  if (m_options.skip_empty && numbers.n_statements == 0) return Skip::empty;
  return Skip::none;
}

void HtmlReport::add(Index& index, const Place& place, const std::string& anchor, const std::string& region,
                     const Numbers& numbers) const {
  index.total += numbers;
  switch (skip_of(numbers)) {
    case Skip::covered:
      ++index.n_covered;
      break;
    case Skip::empty:
      ++index.n_empty;
      break;
    case Skip::none:
      index.rows.push_back({place.link + anchor, place.name, region, numbers});
  }
}

// Once a file, for it costs more than the numbers of one of its functions.
HtmlReport::Place HtmlReport::place_of(const FileReport& file) {
  return {link_to(html_page_name(file.name)), escaped_name(file.name)};
}

HtmlReport::Index HtmlReport::file_index() const {
  Index index;
  for (const auto& file : m_files) add(index, place_of(file), "", "", file.coverage.numbers());
  return index;
}

HtmlReport::Index HtmlReport::region_index(std::size_t noun) const {
  Index index;
  index.noun = noun;
  const auto outside_name = fmt::format("<i>(no {})</i>", k_nouns[noun].one);
  for (const auto* file : m_shown) {
    const auto place = place_of(*file);
    model::LineSet outside;
    outside.insert_range(1, file->n_lines);
    for (const auto& region : file->regions) {
      if (region.kind != k_nouns[noun].kind) continue;
      outside -= region.lines;
      add(index, place, fmt::format("#t{}", region.start), escaped_name(region.name),
          file->coverage.narrowed(region.lines).numbers());
    }
    add(index, place, "", outside_name, file->coverage.narrowed(outside).numbers());
  }
  return index;
}

// Links to the pages that list something, of which `current` is this one.
std::string HtmlReport::index_bar(std::size_t current) const {
  std::string html = "<nav>";
  for (std::size_t i = 0; i < n_index_pages(); ++i)
    html += i == current ? fmt::format("<b aria-current=\"page\">{}</b> ", k_nouns[i].title)
                         : fmt::format("<a href=\"{}\">{}</a> ", k_nouns[i].page, k_nouns[i].title);
  return html + "</nav>\n";
}

HtmlPage HtmlReport::page_of(const Index& index) const {
  const auto& noun = k_nouns[index.noun];
  const auto title = escaped_name(m_options.title);
  auto html = page_head(title, "index", m_options);
  html += fmt::format("<header>\n<h1>{}: <span class=\"pc_cov\">{}%</span></h1>\n{}{}</header>\n<main>\n", title,
                      model::display_percent(index.total.percent(), m_options.precision), index_bar(index.noun),
                      page_origin(m_options));
  html += "<table>\n" + table_head(noun, m_has_branches) + "<tbody>\n";
  for (const auto& row : index.rows) {
    html += fmt::format("<tr class=\"region\"><td class=\"name\"><a href=\"{}\">{}</a></td>", row.link, row.name);
    if (index.noun != k_files)
      html += fmt::format("<td class=\"name\"><a href=\"{}\">{}</a></td>", row.link, row.region);
    append_numbers(html, row.numbers, m_has_branches, m_options.precision);
  }
  html += "</tbody>\n<tfoot>\n<tr class=\"total\"><td class=\"name\">Total</td>";
  if (index.noun != k_files) html += "<td class=\"name\"></td>";
  append_numbers(html, index.total, m_has_branches, m_options.precision);
  html += "</tfoot>\n</table>\n" + skipped(index.n_covered, "", noun, " due to complete coverage") +
          skipped(index.n_empty, "empty ", noun, "") + "</main>\n" + std::string(k_page_end);
  return {noun.page, std::move(html)};
}

std::size_t HtmlReport::n_index_pages() const { return m_shown.empty() ? 1 : std::size(k_nouns); }

HtmlPage HtmlReport::index_page(std::size_t index) const {
  return page_of(index == k_files ? file_index() : region_index(index));
}

std::string html_page_name(std::string_view name) { return flat_name(name) + ".html"; }

}  // namespace covey::report
