#include <covey/report/annotate.hpp>
#include <covey/report/html.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/exclusion.hpp>
#include <covey/source/regions.hpp>
#include <covey/source/text.hpp>
#include <cstdint>
#include "require.hpp"

// A source in which the interpreter calls every line a statement: all that is found in it can be shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  static const auto exclude = source::Patterns::compile(source::default_exclude());
  auto text = source::decode(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!text) return 0;
  auto structure = source::parse(*text);
  if (!structure) return 0;
  model::LineSet lines;
  lines.insert_range(1, source::count_lines(*text));
  auto found = source::analyse(*text, *structure, lines, *exclude);
  if (!found) return 0;  // too many steps of a regular expression
  require(!found->statements.intersects(found->excluded));

  model::FileReport file;
  file.name = "a.py";
  file.coverage = model::FileCoverage::of(found->statements, found->excluded, {});
  const source::Branches branches(*text, *structure, lines);
  file.coverage.set_branches(branches.possible(), {}, {});
  file.regions = source::regions(*text, *structure);
  file.n_lines = source::count_lines(*text);
  const std::vector<model::FileReport> files = {file};
  const report::HtmlOptions options;
  const report::HtmlReport report(files, options);
  require(report.source_page(0, *text).text.size() > text->size());
  for (std::size_t i = 0; i < report.n_index_pages(); ++i) require(!report.index_page(i).text.empty());
  report::annotated(*text, file.coverage);
  return 0;
}
