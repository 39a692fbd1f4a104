// Whether a process is a pytest that is told on its command line to measure: it then does from before its first line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace covey::collector {

// Variables by which a process that executes itself anew tells what it found out.
inline constexpr const char* k_pytest_options_variable = "COVEY_PYTEST_OPTIONS";

// The arguments of the pytest that `command`, sys.orig_argv, starts (as a module or by its script); nothing where it
// starts another program.
std::optional<std::vector<std::string>> pytest_arguments(const std::vector<std::string>& command);

// What the arguments of a pytest say about measuring.
struct PytestWishes {
  bool cov = false;        // --cov
  bool covey = false;      // --covey
  bool no_cov = false;     // pytest-cov is not to be loaded (-p no:cov)
  bool prevented = false;  // --no-cov, our plugin is not to be loaded, or only help is asked for
};
PytestWishes pytest_wishes(const std::vector<std::string>& arguments);

}  // namespace covey::collector
