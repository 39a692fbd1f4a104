// What covey itself says to the user, on stderr; stdout belongs to the measured program and to reports.
#pragma once

#include <covey/base/result.hpp>
#include <string_view>

namespace covey::cli {

// "covey: error: where: what". Returns 1, the status of every error, so that a command can end with it.
int print_error(const base::Error& error);

// "covey: warning: what".
void print_warning(std::string_view what);

// A report's text, to stdout. Fails where not all of it could be written.
base::Result<void> print_report(std::string_view text);

}  // namespace covey::cli
