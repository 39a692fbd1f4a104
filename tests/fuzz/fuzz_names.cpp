#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/data_file_name.hpp>
#include <covey/report/annotate.hpp>
#include <covey/report/html.hpp>
#include <covey/report/markdown.hpp>
#include <covey/report/terminal.hpp>
#include <covey/shard/settings.hpp>
#include <cstdint>
#include "require.hpp"

namespace {

using namespace covey;

// Whether it names something in the directory that it is joined to.
void require_inside(const std::string& name) {
  require(!name.empty() && name != "." && name != ".." && name.find('/') == name.npos);
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
}

void show(const std::string& name) {
  for (const auto& text : {base::printable(name), base::harmless(name), base::quoted(name)})
    require(!has_controls(text));
  std::vector<model::FileReport> files(1);
  files[0].name = name;
  model::Region region;
  region.kind = model::Region::Kind::function;
  region.name = name;
  files[0].regions.push_back(region);
  const auto table = report::make_table(files, {});
  for (const auto& text : {report::markdown_table(table), report::text_table(table)})
    require(std::count(text.begin(), text.end(), '\n') <= 5);
  report::HtmlOptions options;
  options.title = name;
  const report::HtmlReport pages(files, options);
  for (std::size_t i = 0; i < pages.n_index_pages(); ++i) {
    const auto page = pages.index_page(i).text;
    require(std::count(page.begin(), page.end(), '<') == std::count(page.begin(), page.end(), '>'));
  }
}

}  // namespace

// A file's name and, in lines of their own before it, a pattern of [paths] and its result: what is made of the name
// names nothing outside a directory and can be shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string lines[2];
  for (auto& line : lines) {
    line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  }
  const std::string name(bytes);
  require_inside(report::html_page_name(name));
  require_inside(report::annotated_name(name));
  require_inside(shard::job_slug(name));
  formats::data_hash_in_name(name);
  require(base::normalized(base::normalized(name)) == base::normalized(name));
  for (const bool relative : {false, true}) {
    base::PathAliases aliases({"/work", relative});
    if (aliases.add(lines[0], lines[1])) aliases.map(name, [](const auto& path) { return path.size() % 2 == 0; });
  }
  show(name);
  return 0;
}
