// Percentages, thresholds and lists of lines.
#include <covey/model/coverage.hpp>
#include <covey/model/fail_under.hpp>
#include "kinds.hpp"

namespace covey::cases {

using nlohmann::json;

namespace {

struct Threshold {
  explicit Threshold(const json& recorded)
      : total(recorded.at("args").at(0)), fail_under(recorded["args"].at(1)), precision(recorded["args"].at(2)) {}

  double total;
  double fail_under;
  int precision;
};

model::LineSet lines_of(const json& numbers) {
  model::LineSet lines;
  for (int line : numbers) lines.insert(line);
  return lines;
}

}  // namespace

Outcome should_fail_under_case(const json& recorded) {
  const Threshold threshold(recorded);
  auto fails = model::should_fail_under(threshold.total, threshold.fail_under, threshold.precision);
  if (!fails) return tl::unexpected(fails.error());
  return json(*fails);
}

Outcome format_fail_under_case(const json& recorded) {
  const Threshold threshold(recorded);
  return json(model::format_fail_under_msg(threshold.total, threshold.fail_under, threshold.precision));
}

Outcome display_covered_case(const json& recorded) {
  const int precision = recorded.at("args").at(1);
  // The command line and the configuration refuse it before there is anything to show.
  if (precision < 0)
    return base::fail(base::ErrorKind::usage, "",
                      "precision=" + std::to_string(precision) + " is invalid. Must not be negative.");
  return json(model::display_percent(recorded["args"].at(0), precision));
}

Outcome format_lines_case(const json& recorded) {
  const auto& arguments = recorded.at("args");
  std::vector<model::BranchLine> branches;
  if (!arguments.at(2).is_null())
    for (const auto& [line, exits] : arguments[2].get<std::vector<std::pair<int, std::vector<int>>>>())
      branches.push_back({line, static_cast<int>(exits.size()), {}, exits});
  return json(model::format_lines(lines_of(arguments[0]), lines_of(arguments.at(1)), branches));
}

}  // namespace covey::cases
