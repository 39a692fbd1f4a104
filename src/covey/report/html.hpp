// The HTML report: its pages as text. Whoever has a directory writes them.
#pragma once

#include <covey/model/coverage.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::report {

struct HtmlOptions {
  std::string title = "Coverage report";  // of the pages that list files, functions and classes
  std::string generator;                  // what made the pages, as "covey v0.1.0"
  std::string created;                    // when, as shown
  std::string extra_css;                  // the name of one more style sheet beside the pages; none where empty
  int precision = 0;                      // decimals of percentages
  bool skip_covered = false;              // leave out files, functions and classes without a missing line or branch
  bool skip_empty = false;                // leave out those without statements
};

struct HtmlPage {
  std::string name;  // of its file
  std::string text;
};

// The report of `files`, whose order it keeps. Both arguments must outlive it. It does not change: pages can be made by
// several threads at once.
class HtmlReport {
 public:
  HtmlReport(const std::vector<model::FileReport>& files, const HtmlOptions& options);

  // The files that have a page, in order; all but those that are to be skipped.
  const std::vector<const model::FileReport*>& shown() const { return m_shown; }

  // The page of shown()[index]: `text`, as source::decode gives it, with what became of each line, its branches that
  // are missing and, where the file has them, the contexts it ran in.
  HtmlPage source_page(std::size_t index, std::string_view text) const;

  // The pages that list things: files (index.html) and, where any file is shown, their functions and classes.
  std::size_t n_index_pages() const;
  HtmlPage index_page(std::size_t index) const;

 private:
  struct Index;
  struct Place;
  enum class Skip { none, covered, empty };

  Skip skip_of(const model::Numbers& numbers) const;
  Index file_index() const;
  Index region_index(std::size_t noun) const;  // of functions or classes
  static Place place_of(const model::FileReport& file);
  void add(Index& index, const Place& place, const std::string& anchor, const std::string& region,
           const model::Numbers& numbers) const;
  std::string index_bar(std::size_t current) const;
  HtmlPage page_of(const Index& index) const;

  const std::vector<model::FileReport>& m_files;
  const HtmlOptions& m_options;
  bool m_has_branches;
  std::vector<const model::FileReport*> m_shown;
};

// The name of a source's page: "pkg/mod.py" gives "z_30f4…_mod_py.html". `name` is the source's as shown.
std::string html_page_name(std::string_view name);

// The style sheet of all pages, and the name that they call it by.
inline constexpr std::string_view k_html_style_name = "style.css";
std::string_view html_style();

}  // namespace covey::report
