// The kinds of recorded cases that the cases tool knows, one file a kind or a few that belong together.
#pragma once

#include <covey/base/result.hpp>
#include <nlohmann/json.hpp>

namespace covey::cases {

// What Covey makes of a case, in the form in which the case has its `result`; an error's `what` is the message.
using Outcome = base::Result<nlohmann::json>;

struct Kind {
  const char* name;
  Outcome (*run)(const nlohmann::json& recorded);
};

Outcome read_configuration_case(const nlohmann::json& recorded);  // configuration.cpp
Outcome substitute_variables_case(const nlohmann::json& recorded);
Outcome should_fail_under_case(const nlohmann::json& recorded);  // numbers.cpp
Outcome format_fail_under_case(const nlohmann::json& recorded);
Outcome display_covered_case(const nlohmann::json& recorded);
Outcome format_lines_case(const nlohmann::json& recorded);
Outcome code_regions_case(const nlohmann::json& recorded);  // regions.cpp

}  // namespace covey::cases
