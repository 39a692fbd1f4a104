// What the room `source` makes of Python files, as JSON lines, for parser_corpus.py to compare with coverage.py.
//
// Standard input holds one job a line: the path of a Python file, a tab, and the path of a file with its raw statement
// lines, blank between. Standard output gets one JSON object a job, with `error` alone where the file is refused.
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
#include <vector>

namespace {

using namespace covey;
using nlohmann::json;

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

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

base::Result<json> describe(const std::string& path, const std::string& raw_path, const source::Patterns& exclude) {
  auto text = source::decode(read_file(path));
  if (!text) return tl::unexpected(text.error());
  auto structure = source::parse(*text);
  if (!structure) return tl::unexpected(structure.error());
  model::LineSet raw;
  std::ifstream raw_file(raw_path);
  for (int line = 0; raw_file >> line;) raw.insert(line);
  auto lines = source::analyse(*text, *structure, raw, exclude);
  if (!lines) return tl::unexpected(lines.error());
  json out;
  out["crc"] = crc32(*text);
  out["multiline"] = multiline_json(structure->multiline);
  out["docstrings"] = source::docstring_lines(*structure).lines();
  out["statements"] = lines->statements.lines();
  out["excluded"] = lines->excluded.lines();
  out["regions"] = regions_json(source::regions(*text, *structure));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> patterns(argv + 1, argv + argc);
  auto exclude = source::Patterns::compile(patterns.empty() ? source::default_exclude() : patterns);
  if (!exclude) {
    std::cerr << exclude.error().message() << '\n';
    return 1;
  }
  for (std::string job; std::getline(std::cin, job);) {
    auto tab = job.find('\t');
    auto described = describe(job.substr(0, tab), job.substr(tab + 1), *exclude);
    json out = described ? *described : json{{"error", described.error().message()}};
    std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}
