#include <doctest/doctest.h>
#include <covey/console/invocation.hpp>

using namespace covey;
using namespace covey::console;

TEST_CASE("what makes covey the drop-in") {
  struct Row {
    const char* program;
    const char* variable;
    Manner manner;
  };
  const Row rows[] = {
      {"coverage", "", Manner::coverage},
      {"coverage3", "", Manner::coverage},
      {"coverage-3.14", "", Manner::coverage},
      {"covey", "COVEY_COMPAT=1", Manner::coverage},
      {"covey", "", Manner::covey},
      {"covey", "COVEY_COMPAT=0", Manner::covey},
      {"covey", "COVEY_COMPAT=", Manner::covey},
      {"coverage2", "", Manner::covey},
      {"coverage-3", "", Manner::covey},
      {"coverage-3.", "", Manner::covey},
      {"coverage-3.14t", "", Manner::covey},
      {"coverage-badge", "", Manner::covey},
      {"my-coverage", "", Manner::covey},
  };
  for (const auto& row : rows) {
    CAPTURE(row.program);
    CAPTURE(row.variable);
    CHECK(manner_of(row.program, base::Environment({row.variable})) == row.manner);
  }
}

TEST_CASE("a program is known by its name without directories") {
  const auto invocation = Invocation::of_process({"/usr/bin/coverage3", "report", "-m"});
  CHECK(invocation.program == "coverage3");
  CHECK(invocation.is_drop_in());
  CHECK(invocation.arguments == std::vector<std::string>{"report", "-m"});
  CHECK(invocation.with({"-h"}).program == "coverage3");
  CHECK(invocation.with({"-h"}).arguments == std::vector<std::string>{"-h"});
}
