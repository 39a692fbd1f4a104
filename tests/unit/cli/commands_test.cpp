#include <doctest/doctest.h>
#include <covey/cli/commands.hpp>
#include <set>

using namespace covey;
using namespace covey::cli;

TEST_CASE("every command is there once and says what it does") {
  std::set<std::string> names;
  for (const auto& command : commands()) {
    CAPTURE(command.name);
    CHECK(names.insert(command.name).second);
    CHECK(std::string(command.help).size() > 10);
    CHECK(std::string(command.help).size() < 90);
    CHECK((command.run != nullptr));
  }
  for (const char* name : {"run", "report", "json", "combine", "erase", "index"}) CHECK(names.contains(name));
}

TEST_CASE("what covey itself ends with") {
  struct Row {
    std::vector<std::string> arguments;
    int status;
  };
  const Row rows[] = {
      {{}, 0},
      {{"help"}, 0},
      {{"--help"}, 0},
      {{"-h"}, 0},
      {{"--version"}, 0},
      {{"help", "run"}, 0},
      {{"run", "--help"}, 0},
      {{"nonsense"}, 1},
      {{"--nonsense"}, 1},
      {{"help", "nonsense"}, 1},
      {{"run"}, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    CHECK(run_covey(console::Invocation().with(row.arguments)) == row.status);
  }
}
