#include <doctest/doctest.h>
#include <covey/base/environment.hpp>

using namespace covey::base;

TEST_CASE("variables") {
  Environment environment({"A=1", "AB=2", "EMPTY=", "malformed", "=odd", "A=3"});
  CHECK(environment.value("A") == "1");
  CHECK(environment.value("AB") == "2");
  CHECK(environment.value("EMPTY") == "");
  CHECK(environment.value("NONE") == "");
  environment.set("AB", "x=y");
  environment.set("NEW", "");
  environment.remove("A");
  CHECK(environment.entries() == std::vector<std::string>{"AB=x=y", "EMPTY=", "malformed", "=odd", "NEW="});
}
