// What the room `source` makes of Python texts, as JSON lines, for parser_corpus.py and parser_cases.py to compare with
// coverage.py.
//
// Standard input holds one job a line, a JSON object: `path` of a Python file or its `text`; `raw`, the lines of the
// interpreter's tables; `exclude` and `partial`, regular expressions; `arcs`, pairs of lines that a run recorded, and
// `lines` that ran. Standard output gets one JSON object a job, with `error` alone where the text is refused.
#include <covey/model/coverage.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/exclusion.hpp>
#include <covey/source/regions.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/text.hpp>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace covey;
using nlohmann::json;
using Expressions = std::vector<std::string>;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

json regions_json(const std::vector<model::Region>& regions) {
  json out = json::array();
  for (const auto& region : regions)
    out.push_back({region.kind == model::Region::Kind::function ? "function" : "class", region.name, region.start,
                   region.lines.lines()});
  return out;
}

json multiline_json(const source::MultilineMap& map) {
  json out = json::array();
  for (const auto& range : map.ranges()) out.push_back({range.first, range.last});
  return out;
}

json arcs_json(const model::ArcSet& arcs) {
  json out = json::array();
  for (const auto& arc : arcs) out.push_back({arc.from, arc.to});
  return out;
}

json numbers_json(const model::Numbers& numbers) {
  return {numbers.n_statements,       numbers.n_excluded,         numbers.n_missing, numbers.n_branches,
          numbers.n_partial_branches, numbers.n_missing_branches, numbers.percent()};
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

// The same expressions come with nearly every job.
template <class Compile>
base::Result<source::Patterns> compiled(const Expressions& wanted, Compile compile) {
  static std::pair<Expressions, base::Result<source::Patterns>> k_last{{"("}, {}};
  if (k_last.first != wanted) k_last = {wanted, compile(wanted)};
  return k_last.second;
}

model::LineSet line_set(const json& lines) {
  model::LineSet out;
  for (int line : lines) out.insert(line);
  return out;
}

void describe_arcs(const source::Branches& branches, json& out) {
  out["arcs"] = arcs_json(branches.possible());
  json descriptions = json::array();
  for (const auto& arc : branches.possible())
    descriptions.push_back({arc.from, arc.to, branches.description(arc), branches.missing_description(arc)});
  out["descriptions"] = std::move(descriptions);
}

void describe_coverage(const model::FileCoverage& coverage, json& out) {
  json lines = json::array();
  for (const auto& branch : coverage.branches)
    lines.push_back({branch.line, branch.n_exits, branch.executed, branch.missing});
  out["branches"] = std::move(lines);
  out["executed"] = coverage.executed.lines();
  out["missing"] = model::format_lines(coverage.statements, coverage.missing, coverage.branches);
  out["numbers"] = numbers_json(coverage.numbers());
}

base::Result<json> describe(const json& job) {
  auto exclude = compiled(job["exclude"], [](const auto& wanted) { return source::Patterns::compile(wanted); });
  if (!exclude) return tl::unexpected(exclude.error());
  auto partial = compiled(job["partial"], [](const auto& all) { return source::compile_partial_branches(all, {}); });
  if (!partial) return tl::unexpected(partial.error());
  auto text = job.contains("text") ? base::Result<std::string>(job["text"]) : source::decode(read_file(job["path"]));
  if (!text) return tl::unexpected(text.error());
  auto structure = source::parse(*text);
  if (!structure) return tl::unexpected(structure.error());
  auto raw = line_set(job["raw"]);
  auto lines = source::analyse(*text, *structure, raw, *exclude);
  if (!lines) return tl::unexpected(lines.error());
  auto no_branch = source::no_branch_lines(*text, *structure, *partial);
  if (!no_branch) return tl::unexpected(no_branch.error());
  json out;
  out["crc"] = crc32(*text);
  out["multiline"] = multiline_json(structure->multiline);
  out["docstrings"] = source::docstring_lines(*structure).lines();
  out["statements"] = lines->statements.lines();
  out["excluded"] = lines->excluded.lines();
  out["regions"] = regions_json(source::regions(*text, *structure));
  out["no_branch"] = no_branch->lines();
  source::Branches branches(*text, *structure, raw);
  describe_arcs(branches, out);
  std::vector<model::Arc> recorded;
  for (const auto& arc : job["arcs"]) recorded.push_back({arc[0], arc[1]});
  auto ran = branches.executed(model::ArcSet(std::move(recorded)));
  out["arcs_executed"] = arcs_json(ran);
  auto coverage = model::FileCoverage::of(lines->statements, lines->excluded,
                                          structure->multiline.first_lines(line_set(job["lines"])));
  coverage.set_branches(branches.possible(), ran, *no_branch);
  describe_coverage(coverage, out);
  return out;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    auto described = describe(json::parse(line));
    json out = described ? *described : json{{"error", described.error().message()}};
    std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}
