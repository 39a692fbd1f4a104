#include <doctest/doctest.h>
#include <algorithm>
#include <covey/config/plugins.hpp>
#include <covey/source/patterns.hpp>

using namespace covey;
using config::Strings;

TEST_CASE("covdefaults is built in") {
  config::Configuration configuration;
  configuration.run.plugins = {"covdefaults"};
  configuration.run.omit = {"x"};
  configuration.plugin_options = {{"covdefaults", {{"subtract_omit", "*/setup.py"}}}};
  CHECK(config::apply_plugins(configuration).empty());
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
  auto patterns = source::Patterns::compile(config::exclude_patterns(configuration, 0x030d00f0));
  REQUIRE(patterns);
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(patterns->matching_lines(row.line).value().contains(1) == row.excluded);
  }
}

TEST_CASE("what covdefaults leaves to the configuration") {
  config::Configuration configuration;
  configuration.run.plugins = {"covdefaults"};
  configuration.run.source = Strings{"src"};
  configuration.report.fail_under = 80;
  config::apply_plugins(configuration);
  CHECK(configuration.run.source == Strings{"src"});
  CHECK(configuration.report.fail_under == 80);
}

TEST_CASE("any other plugin is a warning, and changes nothing") {
  config::Configuration configuration;
  configuration.run.plugins = {"django_coverage_plugin"};
  const auto warnings = config::apply_plugins(configuration);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("plugin django_coverage_plugin: "));
  CHECK_FALSE(configuration.run.branch);
  CHECK(config::exclude_patterns(configuration, 0x030d00f0) == configuration.report.exclude_list);
}

TEST_CASE("lines whose branches are never missing") {
  config::Configuration configuration;
  configuration.report.partial_list = {"a", "b"};
  configuration.report.partial_always_list = {"c"};
  CHECK(config::partial_patterns(configuration) == Strings{"a", "b", "c"});
}
