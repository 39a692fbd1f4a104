// Code that runs inside calls of somebody else's, who may be about to look at errno.
#pragma once

#include <cerrno>

namespace covey::base {

// errno as it was when this was made, again when this goes.
class KeptErrno {
 public:
  KeptErrno() = default;
  ~KeptErrno() { errno = m_value; }
  KeptErrno(const KeptErrno&) = delete;
  KeptErrno& operator=(const KeptErrno&) = delete;

 private:
  int m_value = errno;
};

}  // namespace covey::base
