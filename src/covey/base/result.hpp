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
};

// `where` is a path, an option or a place in a file ("src/a.py"); `what` says what is wrong, lower case, no full stop.
struct Error {
  ErrorKind kind = ErrorKind::io;
  std::string where;
  std::string what;
  std::string slug = {};  // by which coverage.py's documentation knows an error that it has too; mostly empty

  // "where: what", or `what` alone where there is no place.
  std::string message() const { return where.empty() ? what : where + ": " + what; }
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string where, std::string what) {
  return tl::unexpected<Error>(Error{kind, std::move(where), std::move(what)});
}

// The error of the last system call, as errno has it now.
tl::unexpected<Error> fail_errno(std::string where);

}  // namespace covey::base
