// What covey itself says to the user. In its own manner on stderr, for stdout belongs to the measured program and to
// reports; as drop-in, what coverage.py says too goes where that says it.
#pragma once

#include <covey/base/result.hpp>
#include <covey/console/invocation.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::console {

// Sets the manner of all messages from here on. Called once, before any; the two streams are the process's, and so is
// the manner in which they are spoken to.
void speak_as(Manner manner);

// "covey: error: where: what". As drop-in an error that coverage.py has too, which is one without a place or with words
// of its own for that, goes to stdout in those words, with the address of what its documentation says of the slug.
// Returns 1, the status of every error, so that a command can end with it.
int print_error(const base::Error& error);

// "covey: warning: what".
void print_warning(std::string_view what);

// One of each error.
void print_warnings(const std::vector<base::Error>& errors);

// A warning that coverage.py has too, by the slug that its documentation and [run] disable_warnings know it by; `slug`
// may be empty. As drop-in "CoverageWarning: what (slug); see …".
void print_warning(std::string_view what, std::string_view slug);

// Warnings with these slugs are not printed from here on.
void disable_warnings(const std::vector<std::string>& slugs);

// What a command says that it did ("Combined 3 files"), to stderr in both manners.
void print_message(std::string_view what);

// A report's text, to stdout. Fails where not all of it could be written.
base::Result<void> print_report(std::string_view text);

}  // namespace covey::console
