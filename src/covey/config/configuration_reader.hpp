// From files, environment and arguments to one Configuration, in coverage.py's order of precedence.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/config/configuration.hpp>
#include <covey/config/substitution.hpp>
#include <functional>
#include <optional>
#include <string>

namespace covey::config {

struct ConfigurationRequest {
  std::optional<std::string> rcfile;  // --rcfile, from `directory` where it is relative; "" for no file at all
  std::string directory;              // the current one, absolute
  base::Environment environment;
  HomeLookup home = system_home;
  // Sets what was given as arguments, which is stronger than files and variables.
  std::function<void(Configuration&)> arguments = [](Configuration&) {};
};

struct LoadedConfiguration {
  Configuration configuration;
  Strings warnings;
};

// Reads the named file, or COVERAGE_RCFILE's, else the first of .coveragerc, .coveragerc.toml, setup.cfg, tox.ini and
// pyproject.toml that says anything of coverage; then COVERAGE_FILE, COVERAGE_DEBUG and COVERAGE_CORE, the arguments,
// and COVERAGE_FORCE_CONFIG's file. Fails with coverage.py's message, which names the file, where one that was asked
// for cannot be read, where any is damaged or has a value of the wrong kind, and on concurrency that there is not.
base::Result<LoadedConfiguration> read_configuration(const ConfigurationRequest& request);

}  // namespace covey::config
