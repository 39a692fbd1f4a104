#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <cerrno>
#include <covey/base/file_lock.hpp>

namespace covey::base {

Result<UniqueFd> make_locked(const std::string& path) {
  // For writing, because network file systems grant exclusive locks only there.
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) return fail_errno(path);
  const bool locked = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
  if (!locked && errno == EWOULDBLOCK) return fail_errno(path);
  return fd;
}

Result<void> keep_locked(UniqueFd fd) {
  constexpr std::size_t k_size = 1;  // of a page that nobody looks at
  void* address = ::mmap(nullptr, k_size, PROT_NONE, MAP_SHARED, fd.get(), 0);
  if (address == MAP_FAILED) return fail_errno("the lock of a run");
  ::madvise(address, k_size, MADV_DONTFORK);
  return {};
}

}  // namespace covey::base
