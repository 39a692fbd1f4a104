#include <doctest/doctest.h>
#include <covey/console/configure.hpp>

using namespace covey;

TEST_CASE("command lines are split as a shell would") {
  struct Row {
    const char* text;
    config::Strings words;
  };
  const Row rows[] = {
      {"", {}},
      {" -m  pytest\n-x ", {"-m", "pytest", "-x"}},
      {R"(a 'b c' "d e"f '')", {"a", "b c", "d ef", ""}},
      {R"(a\ b "c\"d\n" 'e\f')", {"a b", R"(c"d\n)", R"(e\f)"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(console::shell_words(row.text).value() == row.words);
  }
  CHECK(console::shell_words("a 'b").error().message() == "command_line: No closing quotation");
  CHECK(console::shell_words("a \\").error().message() == "command_line: No escaped character");
}

TEST_CASE("what a run refuses") {
  config::Configuration configuration;
  configuration.run.patch = {"_exit", "xyzzy"};
  CHECK(console::check_for_run(configuration).error().message() == "Unknown patch 'xyzzy'");
  configuration.run.patch.clear();
  configuration.run.dynamic_context = "test";
  CHECK(console::check_for_run(configuration).error().message() == "Don't understand dynamic_context setting: 'test'");
  configuration.run.dynamic_context = "test_function";
  CHECK(console::check_for_run(configuration));
}
