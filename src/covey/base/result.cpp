#include <cerrno>
#include <covey/base/result.hpp>
#include <cstring>

namespace covey::base {

Error Error::at(const std::string& place) const {
  Error placed = *this;
  placed.where = where.empty() ? place : place + ": " + where;
  if (where.empty()) placed.as_coverage_says = coverage_message();
  return placed;
}

tl::unexpected<Error> fail_errno(std::string where) {
  int code = errno;
  char buffer[256];
  // GNU's strerror_r returns the text, which need not be in the buffer; strerror is not safe with threads.
  std::string what = ::strerror_r(code, buffer, sizeof buffer);
  if (!what.empty() && what[0] >= 'A' && what[0] <= 'Z') what[0] = static_cast<char>(what[0] - 'A' + 'a');
  bool missing = code == ENOENT || code == ENOTDIR;
  return fail(missing ? ErrorKind::not_found : ErrorKind::io, std::move(where), std::move(what));
}

}  // namespace covey::base
