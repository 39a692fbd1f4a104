#include <doctest/doctest.h>
#include <covey/cli/debug_facts.hpp>

using namespace covey;
using namespace covey::cli;

namespace {

std::string text_of(const DebugFacts& facts, const std::string& name) {
  for (const auto& [label, value] : facts)
    if (label == name) return debug_text({{label, value}});
  return "";
}

}  // namespace

TEST_CASE("facts are laid out under a header, lists a line each") {
  CHECK(debug_header("sys") == "-- sys -------------------------------------------------------\n");
  CHECK(debug_text({{"branch", std::string("True")}}) == "                         branch: True\n");
  CHECK(debug_text({{"omit", std::vector<std::string>{"a", "b"}}}) ==
        "                           omit: a\n"
        "                                 b\n");
  CHECK(debug_text({{"omit", std::vector<std::string>{}}}) == "                           omit: -none-\n");
}

TEST_CASE("settings are shown as Python shows them") {
  config::Configuration configuration;
  configuration.run.branch = true;
  configuration.report.fail_under = 90;
  configuration.run.source = config::Strings{"src"};
  configuration.paths = {{"source", {"src", "it's/src"}}};
  const auto facts = configuration_facts(configuration);
  CHECK(text_of(facts, "branch") == "                         branch: True\n");
  CHECK(text_of(facts, "fail_under") == "                     fail_under: 90.0\n");
  CHECK(text_of(facts, "source") == "                         source: src\n");
  CHECK(text_of(facts, "sort") == "                           sort: None\n");
  CHECK(text_of(facts, "xml_package_depth") == "              xml_package_depth: 99\n");
  CHECK(text_of(facts, "paths") == "                          paths: {'source': ['src', \"it's/src\"]}\n");
  CHECK(text_of(facts, "plugin_options") == "                 plugin_options: {}\n");
  CHECK(facts.front().first == "branch");
  CHECK(text_of(facts, "_crash").empty());
}
