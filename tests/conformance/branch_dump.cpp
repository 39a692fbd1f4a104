// What shards hold of lines and branches, as one JSON object, for branches.py to give to coverage.py.
//
// Standard input holds the paths of shards, one a line. The object has for each measured file that can be read and
// tokenized {"lines": [line], "arcs": [[from, to]]}, trails resolved.
#include <covey/formats/shards.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/text.hpp>
#include <covey/source/trails.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace covey;
using nlohmann::json;

namespace {

source::MultilineMap multiline_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto text = source::decode(bytes);
  auto structure = text ? source::parse(*text) : tl::unexpected(text.error());
  return structure ? structure->multiline : source::MultilineMap();
}

}  // namespace

int main() {
  std::vector<std::string> paths;
  for (std::string path; std::getline(std::cin, path);) paths.push_back(path);
  const auto shards = formats::read_shards(paths);
  for (const auto& error : shards.damaged) std::cerr << error.message() << '\n';
  json all = json::object();
  for (const auto& [path, file] : shards.measurement.files) {
    if (!file.executed) continue;
    json arcs = json::array();
    const auto resolved = source::resolve_trails(file.trails, file.ran, file.arcs, multiline_of(path));
    for (auto [from, to] : file.arcs | resolved) arcs.push_back({from, to});
    all[path] = {{"lines", file.ran.lines()}, {"arcs", arcs}};
  }
  std::cout << all << '\n';
  return shards.damaged.empty() ? 0 : 1;
}
