#include <doctest/doctest.h>
#include <covey/report/html.hpp>
#include <covey/report/html_text.hpp>
#include "reported_files.hpp"

using namespace covey::report;
using covey::model::FileCoverage;
using covey::model::FileReport;
using covey::model::LineSet;
using covey::model::Region;

namespace {

bool holds(const std::string& html, std::string_view part) { return html.find(part) != html.npos; }

// The line of the page that has the source's line of that number.
std::string line_of(const std::string& html, int number) {
  const auto at = html.find("id=\"t" + std::to_string(number) + "\"");
  REQUIRE(at != html.npos);
  const auto begin = html.rfind('\n', at) + 1;
  return html.substr(begin, html.find('\n', at) - begin);
}

std::vector<HtmlPage> index_pages(const HtmlReport& report) {
  std::vector<HtmlPage> pages;
  for (std::size_t i = 0; i < report.n_index_pages(); ++i) pages.push_back(report.index_page(i));
  return pages;
}

std::string names_of(const std::vector<HtmlPage>& pages) {
  std::string names;
  for (const auto& page : pages) names += page.name + " ";
  return names;
}

}  // namespace

TEST_CASE("text and names cannot break out of a page") {
  struct Row {
    const char* text;
    const char* html;
  };
  for (const auto& row : {Row{"a < b && \"c\" > 'd'", "a &lt; b &amp;&amp; &quot;c&quot; &gt; &#x27;d&#x27;"},
                          Row{"tab\tnewline\n", "tab\tnewline\n"}, Row{"\x1b[31m \x7f", "\u241b[31m \u2421"},
                          Row{"caf\u00e9 \u00a0 \ufb01 \u0085 \ufffe", "caf\u00e9 \u00a0 \ufb01 \ufffd \ufffd"}}) {
    std::string html;
    append_escaped(html, row.text);
    CHECK(html == row.html);
  }
  CHECK(escaped_name("a\xff\n<b>") == "a??&lt;b&gt;");
  CHECK(link_to("javascript:alert(1)_py.html") == "javascript%3Aalert%281%29_py.html");
  CHECK(link_to("a b#c?d%20\"\u00e9.html") == "a%20b%23c%3Fd%2520%22%C3%A9.html");
}

TEST_CASE("each line of a source shows what became of it") {
  auto source = file("a.py", 9, {3, 4});
  source.coverage = FileCoverage::of({1, 2, 3, 5, 6, 8}, {8, 9}, {1, 2, 5, 6, 8});
  source.coverage.set_branches({{2, 3}, {2, 5}, {5, 6}, {5, -1}, {6, -1}, {6, 8}}, {{2, 5}}, {6});
  source.continuations = {4};
  source.descriptions = {{{2, 3}, "", "line 2 didn't jump to line 3 because the condition was never true"}};
  const std::vector<FileReport> files = {source};
  const HtmlOptions options;
  const HtmlReport report(files, options);
  const auto page = report.source_page(0, "one\nif two:\n  (3,\n4)\nif five:\n\tx < 6\n\nexc\nexc\n");
  CHECK(page.name == "a_py.html");
  CHECK(line_of(page.text, 1) == R"(<p class="run"><a id="t1" href="#t1">1</a>one</p>)");
  CHECK(line_of(page.text, 2) == R"(<p class="par"><a id="t2" href="#t2">2</a>if two:<span class="annotate">)"
                                 "<b>2 \u219b 3</b> <span>line 2 didn&#x27;t jump to line 3 because the condition was "
                                 "never true</span></span></p>");
  CHECK(line_of(page.text, 3) == R"(<p class="mis"><a id="t3" href="#t3">3</a>  (3,</p>)");
  CHECK(line_of(page.text, 4) == R"(<p class="mis2"><a id="t4" href="#t4">4</a>4)</p>)");
  CHECK(holds(line_of(page.text, 5), "line 5 didn&#x27;t jump anywhere: it always raised an exception."));
  CHECK(line_of(page.text, 6) == "<p class=\"run\"><a id=\"t6\" href=\"#t6\">6</a>\tx &lt; 6</p>");
  CHECK(line_of(page.text, 7) == R"(<p><a id="t7" href="#t7">7</a></p>)");
  CHECK(line_of(page.text, 8) == R"(<p class="exc"><a id="t8" href="#t8">8</a>exc</p>)");
  CHECK(!holds(page.text, "id=\"t10\""));
}

TEST_CASE("lines that ran in the same contexts share one list") {
  auto source = file("a.py", 4);
  source.contexts = {{"", {1, 4}}, {"test<10>", {2, 3}}, {"test<9>", {2, 3, 4}}};
  const std::vector<FileReport> files = {source};
  const HtmlOptions options;
  const auto html = HtmlReport(files, options).source_page(0, "a\nb\nc\nd\n").text;
  CHECK(holds(line_of(html, 1), R"(<span class="ctx">(empty)</span>)"));
  CHECK(holds(line_of(html, 2), R"(<button class="ctx" popovertarget="c0">2 ctx</button>)"));
  CHECK(holds(line_of(html, 3), R"(popovertarget="c0")"));
  CHECK(holds(line_of(html, 4), R"(popovertarget="c1")"));
  CHECK(holds(html, "<ul popover id=\"c0\" class=\"ctxs\">\n<li>test&lt;9&gt;</li>\n<li>test&lt;10&gt;</li>\n</ul>"));
  CHECK(holds(html, "<ul popover id=\"c1\" class=\"ctxs\">\n<li>(empty)</li>\n<li>test&lt;9&gt;</li>\n</ul>"));
}

TEST_CASE("pages lead to their neighbours") {
  const std::vector<FileReport> files = {file("a.py", 1), file("b.py", 1, {1}), file("d/c.py", 1)};
  const HtmlOptions options;
  const HtmlReport report(files, options);
  CHECK(holds(report.source_page(0, "").text, R"(<a href="index.html">« prev</a>)"));
  CHECK(holds(report.source_page(1, "").text, R"(<a href="a_py.html">« prev</a>)"));
  CHECK(holds(report.source_page(1, "").text, "<a href=\"" + html_page_name("d/c.py") + "\">» next</a>"));
  CHECK(holds(report.source_page(2, "").text, R"(<a href="index.html">» next</a>)"));
}

TEST_CASE("files, functions and classes are listed") {
  auto source = file("a&b.py", 6, {3, 5});
  source.regions = {{Region::Kind::class_, "C", 1, {3}},
                    {Region::Kind::function, "C.<f>", 2, {3}},
                    {Region::Kind::function, "g", 4, {5, 6}}};
  const std::vector<FileReport> files = {source, file("empty.py", 0)};
  HtmlOptions options;
  options.title = "A & B";
  const auto pages = index_pages(HtmlReport(files, options));
  REQUIRE(names_of(pages) == "index.html function_index.html class_index.html ");
  CHECK(holds(pages[0].text, "<h1>A &amp; B: <span class=\"pc_cov\">67%</span></h1>"));
  CHECK(
      holds(pages[0].text, R"(<td class="name"><a href="a%26b_py.html">a&amp;b.py</a></td><td>6</td><td>2</td><td>0)"));
  CHECK(holds(pages[0].text, R"(<td class="name">Total</td><td>6</td><td>2</td><td>0</td>)"));
  CHECK(holds(pages[1].text, R"(<a href="a%26b_py.html#t2">C.&lt;f&gt;</a></td><td>1</td><td>1</td>)"));
  CHECK(holds(pages[1].text, R"(<a href="a%26b_py.html#t4">g</a></td><td>2</td><td>1</td>)"));
  CHECK(holds(pages[1].text, R"(<i>(no function)</i></a></td><td>3</td><td>0</td>)"));
  CHECK(holds(pages[2].text, R"(<i>(no class)</i></a></td><td>5</td><td>1</td>)"));
}

TEST_CASE("what is skipped counts all the same") {
  const std::vector<FileReport> files = {file("a.py", 2), file("b.py", 2, {1}), file("c.py", 0)};
  HtmlOptions options;
  options.skip_empty = true;
  const HtmlReport without_empty(files, options);
  CHECK(without_empty.shown().size() == 2);
  CHECK(holds(without_empty.index_page(0).text, "<p>1 empty file skipped.</p>"));
  options.skip_covered = true;
  const HtmlReport report(files, options);
  REQUIRE(report.shown().size() == 1);
  CHECK(report.shown()[0]->name == "b.py");
  const auto index = report.index_page(0).text;
  CHECK(!holds(index, "a.py"));
  CHECK(holds(index, R"(Total</td><td>4</td><td>1</td><td>0</td>)"));
  CHECK(holds(index, "<p>2 files skipped due to complete coverage.</p>"));
  const std::vector<FileReport> covered = {file("a.py", 2)};
  CHECK(names_of(index_pages(HtmlReport(covered, options))) == "index.html ");
}
