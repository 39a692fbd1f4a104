// What the drop-in says of itself: help, version, and how it is misused.
#pragma once

#include <covey/console/declared_options.hpp>
#include <string>
#include <string_view>

namespace covey::console {

// coverage.py's, whose ways the drop-in has: programs ask for it.
inline constexpr const char* k_coverage_version = "7.17.3";

// The address of coverage.py's documentation of that version.
std::string coverage_url();

// What follows a message that coverage.py's documentation explains: "; see https://…/messages.html#error-no-source" of
// `place` "error-no-source".
std::string coverage_reference(std::string_view place);

// The help of one command in the form that Python's optparse gives it.
std::string command_help(const DeclaredOptions& declared, const Invocation& invocation);

// To standard output, and 0: the list of commands; the few words where no command is named; the version; that there is
// no help on a topic.
int print_drop_in_help(const Invocation& invocation);
int print_drop_in_minimum(const Invocation& invocation);
int print_drop_in_version();
int print_unknown_topic(const std::string& topic);

// What comes first where the program goes by a name that coverage.py gives up: coverage3, coverage-3.14.
void print_deprecated_name(const Invocation& invocation);

// To standard error, and to standard output where the documentation is. Returns 1, the status of misuse.
int print_misuse(std::string_view what, const Invocation& invocation);

}  // namespace covey::console
