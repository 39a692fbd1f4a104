// pytest's options for coverage: pytest-cov's, and --covey, which measures the same and leaves no data file.
#pragma once

#include <covey/base/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::launch {

// --cov-report's "xml:out.xml".
struct PytestReport {
  std::string type;         // of k_pytest_reports
  std::string destination;  // what follows the colon, or empty: that of the format
};

struct PytestOptions {
  bool cov = false;                  // by pytest-cov's option: data goes into coverage.py's file, too
  bool covey = false;                // by ours
  std::vector<std::string> sources;  // empty: what the configuration says
  std::vector<PytestReport> reports;
  std::optional<std::string> config;
  std::optional<std::string> context;
  std::optional<double> fail_under;
  std::string fail_under_text;  // as it was given
  std::optional<double> precision;
  bool branch = false;
  bool append = false;

  bool measures() const { return cov || covey; }
};

// The options among pytest's arguments, as pytest reads them; what belongs to pytest itself or another plugin is passed
// over. Fails on a value that means nothing. Which reports there are: docs/pytest.md.
base::Result<PytestOptions> parse_pytest_options(const std::vector<std::string>& arguments);

}  // namespace covey::launch
