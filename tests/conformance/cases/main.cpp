// Runs recorded cases of coverage.py's tests, as cases.py hands them over: a case in JSON a line on standard input, an
// answer a line on standard output, {"result": …} or {"error": "message"}.
//
//     covey_cases              answers
//     covey_cases --kinds      prints the kinds that it knows, one a line
#include <iostream>
#include <string>
#include <string_view>
#include "kinds.hpp"

namespace {

using namespace covey;

constexpr cases::Kind k_kinds[] = {
    {"config", cases::read_configuration_case},           {"substitute_variables", cases::substitute_variables_case},
    {"should_fail_under", cases::should_fail_under_case}, {"format_fail_under_msg", cases::format_fail_under_case},
    {"display_covered", cases::display_covered_case},     {"format_lines", cases::format_lines_case},
    {"code_regions", cases::code_regions_case},
};

cases::Outcome run(const nlohmann::json& recorded) {
  const auto name = recorded.at("kind").get<std::string>();
  for (const auto& kind : k_kinds)
    if (name == kind.name) return kind.run(recorded);
  return base::fail(base::ErrorKind::usage, "", "no such kind");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--kinds") {
    for (const auto& kind : k_kinds) std::cout << kind.name << '\n';
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    auto outcome = run(nlohmann::json::parse(line));
    nlohmann::json answer;
    if (outcome) {
      answer["result"] = std::move(*outcome);
    } else {
      answer["error"] = outcome.error().coverage_message();
    }
    std::cout << answer.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << std::endl;
  }
  return 0;
}
