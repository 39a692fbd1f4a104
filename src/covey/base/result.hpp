// The one way a function says that it failed: a Result that holds a value or an Error.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace covey::base {

enum class ErrorKind {
  not_found,  // a file, directory or module that is not there
  io,         // the operating system refused: the message holds its reason
  format,     // bytes that are not what they claim to be
  usage,      // what the user asked for makes no sense
  no_data,    // nothing was measured
  too_large,  // more than anything in earnest: it was not read
};

// `where` is a path, an option or a place in a file ("src/a.py"); `what` says what is wrong, lower case, no full stop.
struct Error {
  ErrorKind kind = ErrorKind::io;
  std::string where;
  std::string what;
  // Of an error that coverage.py has too: what its documentation knows it by, and its words where they are others.
  std::string slug = {};
  std::string as_coverage_says = {};

  // "where: what", or `what` alone where there is no place.
  std::string message() const { return where.empty() ? what : where + ": " + what; }
  // What coverage.py says of it.
  std::string coverage_message() const { return as_coverage_says.empty() ? what : as_coverage_says; }
  // The same with a place, before its own where it has one. coverage.py does not say it.
  Error at(const std::string& place) const;
};

template <class T>
using Result = tl::expected<T, Error>;

// An error for a function to return as its Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string where, std::string what) {
  return tl::unexpected<Error>(Error{kind, std::move(where), std::move(what)});
}

// The same of the last system call, as errno has it now.
tl::unexpected<Error> fail_errno(std::string where);

}  // namespace covey::base
