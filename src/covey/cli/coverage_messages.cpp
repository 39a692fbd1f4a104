#include <fmt/format.h>
#include <covey/cli/coverage_messages.hpp>
#include <cstdio>

namespace covey::cli {

namespace {
constexpr const char* k_address = "https://coverage.readthedocs.io/en/7.17.3";
}

int print_coverage_error(const base::Error& error) {
  fmt::print("{}\n", error.message());
  std::fflush(stdout);
  return 1;
}

void print_coverage_warning(const std::string& what, const std::string& slug) {
  fmt::print(stderr, "CoverageWarning: {} ({}); see {}/messages.html#warning-{}\n", what, slug, k_address, slug);
}

int print_misuse(const std::string& what, const Invocation& invocation) {
  fmt::print(stderr, "{}\nUse '{} help' for help.\n", what, invocation.program);
  fmt::print("Full documentation is at {}\n", k_address);
  std::fflush(stdout);
  return 1;
}

}  // namespace covey::cli
