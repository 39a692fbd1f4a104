#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/kept_errno.hpp>
#include <covey/shard/storage.hpp>

namespace covey::shard {

namespace {

constexpr std::size_t k_page = 4096;

// By statfs(2): file systems that write changed bytes to another place, or at another time to another machine. Space
// that is reserved there says nothing about the next store; through a map it would be a SIGBUS, or lost unseen.
constexpr std::uint32_t k_without_reservation[] = {
    0x9123683e,  // btrfs
    0xca451a4e,  // bcachefs
    0x2fc12fc1,  // ZFS
    0xf2f52010,  // f2fs
    0x00006969,  // NFS
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB2
    0x01021997,  // 9P
    0x65735546,  // FUSE
    0x00c36400,  // Ceph
    0x5346414f,  // AFS
    0x0bd00bd0,  // Lustre
    0x47504653,  // GPFS
};

bool keeps_reserved(int fd) {
  struct statfs status {};
  if (::fstatfs(fd, &status) != 0) return false;
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::find(std::begin(k_without_reservation), std::end(k_without_reservation), type) ==
         std::end(k_without_reservation);
}

// False with errno set.
bool write_at(int fd, const char* bytes, std::size_t size, std::size_t offset) {
  if (!base::may_have_size(offset + size)) return false;
  while (size > 0) {
    const ssize_t written = ::pwrite(fd, bytes, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = ENOSPC;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
    offset += static_cast<std::size_t>(written);
  }
  return true;
}

// Space for [offset, offset + size). `kept` becomes false where that is no promise. False with errno set.
bool reserve(int fd, std::size_t offset, std::size_t size, bool& kept) {
  if (!base::may_have_size(offset + size)) return false;
  int status = 0;
  do {
    status = ::fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(size));
  } while (status != 0 && errno == EINTR);
  if (status == 0) return true;
  if (errno != EOPNOTSUPP && errno != ENOSYS) return false;
  kept = false;
  static const char zeros[k_page] = {};
  for (std::size_t done = 0; done < size; done += k_page)
    if (!write_at(fd, zeros, k_page, offset + done)) return false;
  return true;
}

// nullptr with errno set.
char* map(std::size_t size, int flags, int fd, std::size_t offset) {
  void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, static_cast<off_t>(offset));
  return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

}  // namespace

base::Result<std::unique_ptr<Storage>> Storage::create(const std::string& path) {
  std::unique_ptr<Storage> storage(new Storage);
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) return base::fail_errno(path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) {
    auto error = base::fail_errno(path);
    ::unlink(path.c_str());
    return error;
  }
  storage->m_path = path;
  storage->m_inode = status.st_ino;
  storage->m_device = status.st_dev;
  storage->m_keeps_reserved = keeps_reserved(fd.get());
  return storage;
}

base::Result<base::UniqueFd> Storage::reopen() const {
  base::UniqueFd fd(::open(m_path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return base::fail_errno(m_path);
  if (status.st_ino != m_inode || status.st_dev != m_device)
    return base::fail(base::ErrorKind::io, m_path, "was replaced by another file");
  return fd;
}

base::Result<void> Storage::add_part(int fd, std::size_t size) {
  m_parts.reserve(m_parts.size() + 1);
  Part part{nullptr, size, m_size, m_keeps_reserved};
  if (!reserve(fd, m_size, size, part.is_mapped)) return base::fail_errno(m_path);
  if (part.is_mapped) part.memory = map(size, MAP_SHARED, fd, m_size);
  if (part.memory == nullptr) {
    part.is_mapped = false;
    part.memory = map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  if (part.memory == nullptr) return base::fail_errno(m_path);
  m_parts.push_back(part);
  m_size += size;
  return {};
}

base::Result<std::span<char>> Storage::grow(std::size_t wanted, std::size_t needed) {
  base::KeptErrno kept;
  auto fd = reopen();
  if (!fd) return tl::unexpected(fd.error());
  auto added = add_part(fd->get(), wanted);
  if (!added && needed < wanted) added = add_part(fd->get(), needed);
  if (!added) return tl::unexpected(added.error());
  return std::span(m_parts.back().memory, m_parts.back().size);
}

const Storage::Part* Storage::part_of(const void* at) const {
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  for (auto part = m_parts.rbegin(); part != m_parts.rend(); ++part) {
    const auto begin = reinterpret_cast<std::uintptr_t>(part->memory);
    if (address >= begin && address < begin + part->size) return &*part;
  }
  return nullptr;
}

base::Result<void> Storage::write(const void* at, std::size_t size) {
  const Part* part = part_of(at);
  if (part == nullptr || part->is_mapped || size == 0) return {};
  base::KeptErrno kept;
  auto fd = reopen();
  if (!fd) return tl::unexpected(fd.error());
  const auto* bytes = static_cast<const char*>(at);
  const auto offset = part->offset + static_cast<std::size_t>(bytes - part->memory);
  if (!write_at(fd->get(), bytes, size, offset)) return base::fail_errno(m_path);
  return {};
}

base::Result<void> Storage::add_bits(const std::uint8_t* at) {
  const Part* part = part_of(at);
  if (part == nullptr || part->is_mapped) return {};
  base::KeptErrno kept;
  auto fd = reopen();
  if (!fd) return tl::unexpected(fd.error());
  // Not taken where another process has been stopped with it: one bit that both set at once may be lost then.
  base::lock_briefly(fd->get());
  const auto offset = part->offset + static_cast<std::size_t>(reinterpret_cast<const char*>(at) - part->memory);
  std::uint8_t there = 0;
  if (::pread(fd->get(), &there, 1, static_cast<off_t>(offset)) != 1) there = 0;
  const char bits = static_cast<char>(there | *at);
  if (!write_at(fd->get(), &bits, 1, offset)) return base::fail_errno(m_path);
  return {};
}

bool Storage::is_in_place() const {
  base::KeptErrno kept;
  struct stat status {};
  // Somebody who has become another user cannot look.
  if (::stat(m_path.c_str(), &status) != 0) return errno != ENOENT && errno != ENOTDIR;
  return status.st_ino == m_inode && status.st_dev == m_device;
}

}  // namespace covey::shard
