#include <doctest/doctest.h>
#include <covey/gate/expectation.hpp>

using namespace covey;

TEST_CASE("which jobs are expected") {
  struct Row {
    std::string text, jobs;
  };
  const Row rows[] = {
      {"a", "a"},
      {"a,b , c", "a|b|c"},
      {"tests(a=3, b='x,y'),lint", "tests(a=3, b='x,y')|lint"},
      {"tests(a=[1,2], b={'k': (1,2)})", "tests(a=[1,2], b={'k': (1,2)})"},
      {"tests(a='(,'),b", "tests(a='(,')|b"},
      {"tests(a='it\\'s, so'),b", "tests(a='it\\'s, so')|b"},
      {"bob's,b", "bob's|b"},
      {"unit*4", "unit x4"},
      {"unit*4,b*2", "unit x4|b x2"},
      {"tests(a=2*3)", "tests(a=2*3)"},
      {"tests(a=2*3)*2", "tests(a=2*3) x2"},
      {"", "error"},
      {"a,,b", "error"},
      {"a,", "error"},
      {"*3", "error"},
      {"a*", "error"},
      {"a*0", "error"},
      {"a*x", "error"},
      {"a*10001", "error"},
      {"tests(a=3", "error"},
      {"tests(a='x", "error"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto parsed = gate::parse_expectation(row.text, "--expect");
    std::string jobs;
    if (parsed)
      for (const auto& job : *parsed)
        jobs += (jobs.empty() ? "" : "|") + job.name + (job.n_parts > 1 ? " x" + std::to_string(job.n_parts) : "");
    CHECK((parsed ? jobs : "error") == row.jobs);
    if (!parsed) CHECK(parsed.error().where == "--expect");
  }
}
