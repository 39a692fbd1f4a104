#include <doctest/doctest.h>
#include <covey/console/debug_output.hpp>

using namespace covey;
using namespace covey::console;

TEST_CASE("which debug options are on") {
  config::Configuration configuration;
  configuration.run.debug = {"sys", "combine"};
  const DebugOutput configured(configuration, std::nullopt, base::Environment());
  CHECK(configured.shows("sys"));
  CHECK(configured.shows("combine"));
  CHECK_FALSE(configured.shows("config"));
  const DebugOutput given(configuration, "config,pid",
                          base::Environment());  // what is given replaces what is configured
  CHECK(given.shows("config"));
  CHECK(given.shows("pid"));
  CHECK_FALSE(given.shows("sys"));
}
