// Functions and classes.
#include <algorithm>
#include <covey/source/regions.hpp>
#include <covey/source/structure.hpp>
#include "kinds.hpp"

namespace covey::cases {

using nlohmann::json;

Outcome code_regions_case(const json& recorded) {
  const auto text = recorded.at("args").at(0).get<std::string>();
  auto structure = source::parse(text);
  if (!structure) return tl::unexpected(structure.error());
  auto regions = source::regions(text, *structure);
  const auto kind_of = [](const model::Region& region) {
    return region.kind == model::Region::Kind::function ? "function" : "class";
  };
  json out = json::array();
  for (const auto& region : regions)
    out.push_back(
        {{"kind", kind_of(region)}, {"name", region.name}, {"start", region.start}, {"lines", region.lines.lines()}});
  std::sort(out.begin(), out.end(), [](const json& a, const json& b) {
    return std::pair(a["kind"], a["start"]) < std::pair(b["kind"], b["start"]);
  });
  return out;
}

}  // namespace covey::cases
