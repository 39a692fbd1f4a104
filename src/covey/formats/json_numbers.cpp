#include <covey/formats/json_numbers.hpp>

namespace covey::formats {

using model::display_percent;

void add_numbers(JsonText& json, const model::Numbers& numbers, bool has_branches, int precision) {
  json.open('{');
  json.member("covered_lines", numbers.n_executed());
  json.member("num_statements", numbers.n_statements);
  json.member("percent_covered", numbers.percent());
  json.member("percent_covered_display", display_percent(numbers.percent(), precision));
  json.member("missing_lines", numbers.n_missing);
  json.member("excluded_lines", numbers.n_excluded);
  json.member("percent_statements_covered", numbers.percent_statements());
  json.member("percent_statements_covered_display", display_percent(numbers.percent_statements(), precision));
  if (has_branches) {
    json.member("num_branches", numbers.n_branches);
    json.member("num_partial_branches", numbers.n_partial_branches);
    json.member("covered_branches", numbers.n_executed_branches());
    json.member("missing_branches", numbers.n_missing_branches);
    json.member("percent_branches_covered", numbers.percent_branches());
    json.member("percent_branches_covered_display", display_percent(numbers.percent_branches(), precision));
  }
  json.close('}');
}

}  // namespace covey::formats
