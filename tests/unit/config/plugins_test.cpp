#include <doctest/doctest.h>
#include <algorithm>
#include <covey/cli/configure.hpp>
#include <covey/config/plugins.hpp>
#include <covey/source/patterns.hpp>

using namespace covey;
using cli::Strings;

TEST_CASE("covdefaults is built in") {
  cli::Configuration configuration;
  configuration.run.plugins = {"covdefaults"};
  configuration.run.omit = {"x"};
  configuration.plugin_options = {{"covdefaults", {{"subtract_omit", "*/setup.py"}}}};
  CHECK(cli::apply_plugins(configuration).empty());
  CHECK(configuration.run.branch);
  CHECK(configuration.run.source == Strings{"."});
  CHECK(configuration.run.omit == Strings{"*/__main__.py", "x"});
  CHECK(configuration.report.show_missing);
  CHECK(configuration.report.skip_covered);
  CHECK(configuration.report.fail_under == 100);

  struct Row {
    const char* line;
    bool excluded;
  };
  const Row rows[] = {
      {"x = 1", false},
      {"x = 1  # pragma: no cover", true},
      {"x = 1  # PRAGMA: NO COVER", false},
      {"    raise AssertionError('never')", true},
      {"    raise ValueError", false},
      {"    raise", true},
      {"    return NotImplemented", true},
      {"if TYPE_CHECKING:", true},
      {"if __name__ == '__main__':", true},
      {"def f(): ...", true},
      {"def f() -> NoReturn:", true},
      {"x = 1  # pragma: linux no cover", true},
      {"x = 1  # pragma: linux cover", false},
      {"x = 1  # pragma: win32 cover", true},
      {"x = 1  # pragma: win32 no cover", false},
      {"x = 1  # pragma: >=3.14 cover", true},
      {"x = 1  # pragma: >=3.13 cover", false},
      {"x = 1  # pragma: >3.13 cover", true},
      {"x = 1  # pragma: >=3.20 cover", true},
      {"x = 1  # pragma: >=3.9 cover", false},
      {"x = 1  # pragma: <3.13 cover", true},
      {"x = 1  # pragma: <=3.13 cover", false},
      {"x = 1  # pragma: <3.9 cover", true},
      {"x = 1  # pragma: <3.14 cover", false},
      {"x = 1  # pragma: <3.100 cover", false},
      {"x = 1  # pragma: <4.0 cover", false},
      {"x = 1  # pragma: >=4.0 cover", true},
      {"x = 1  # pragma: <2.7 cover", true},
      {"x = 1  # pragma: ==3.13 cover", false},
      {"x = 1  # pragma: ==3.12 cover", true},
      {"x = 1  # pragma: !=3.13 cover", true},
      {"x = 1  # pragma: !=3.12 cover", false},
  };
  auto patterns = source::Patterns::compile(cli::exclude_patterns(configuration, 0x030d00f0));
  REQUIRE(patterns);
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(patterns->matching_lines(row.line).value().contains(1) == row.excluded);
  }
}

TEST_CASE("what covdefaults leaves to the configuration") {
  cli::Configuration configuration;
  configuration.run.plugins = {"covdefaults"};
  configuration.run.source = Strings{"src"};
  configuration.report.fail_under = 80;
  cli::apply_plugins(configuration);
  CHECK(configuration.run.source == Strings{"src"});
  CHECK(configuration.report.fail_under == 80);
}

TEST_CASE("any other plugin is a warning, and changes nothing") {
  cli::Configuration configuration;
  configuration.run.plugins = {"django_coverage_plugin"};
  const auto warnings = cli::apply_plugins(configuration);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("plugin django_coverage_plugin: "));
  CHECK_FALSE(configuration.run.branch);
  CHECK(cli::exclude_patterns(configuration, 0x030d00f0) == configuration.report.exclude_list);
}

TEST_CASE("lines whose branches are never missing") {
  cli::Configuration configuration;
  configuration.report.partial_list = {"a", "b"};
  configuration.report.partial_always_list = {"c"};
  CHECK(cli::partial_patterns(configuration) == Strings{"a", "b", "c"});
}

TEST_CASE("command lines are split as a shell would") {
  struct Row {
    const char* text;
    Strings words;
  };
  const Row rows[] = {
      {"", {}},
      {" -m  pytest\n-x ", {"-m", "pytest", "-x"}},
      {R"(a 'b c' "d e"f '')", {"a", "b c", "d ef", ""}},
      {R"(a\ b "c\"d\n" 'e\f')", {"a b", R"(c"d\n)", R"(e\f)"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(cli::shell_words(row.text).value() == row.words);
  }
  CHECK(cli::shell_words("a 'b").error().message() == "command_line: No closing quotation");
  CHECK(cli::shell_words("a \\").error().message() == "command_line: No escaped character");
}

TEST_CASE("what a run refuses") {
  cli::Configuration configuration;
  configuration.run.patch = {"_exit", "xyzzy"};
  CHECK(cli::check_for_run(configuration).error().message() == "Unknown patch 'xyzzy'");
  configuration.run.patch.clear();
  configuration.run.dynamic_context = "test";
  CHECK(cli::check_for_run(configuration).error().message() == "Don't understand dynamic_context setting: 'test'");
  configuration.run.dynamic_context = "test_function";
  CHECK(cli::check_for_run(configuration));
}
