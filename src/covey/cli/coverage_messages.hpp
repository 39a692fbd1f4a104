// What coverage.py's drop-in says to the user, in coverage.py's words and places.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/invocation.hpp>
#include <string>

namespace covey::cli {

// The message alone, to standard output. Returns 1.
int print_coverage_error(const base::Error& error);

// To standard error: "CoverageWarning: what (slug); see …".
void print_coverage_warning(const std::string& what, const std::string& slug);

// To standard error, with where help is to be had. Returns 1.
int print_misuse(const std::string& what, const Invocation& invocation);

}  // namespace covey::cli
