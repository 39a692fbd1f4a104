#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/hash.hpp>
#include <covey/base/path.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>

namespace covey::base {

namespace {

constexpr std::size_t k_chunk = 64 * 1024;

// read(2) gone on with after signals: the measured program's handlers may interrupt us at any time.
ssize_t read_some(int fd, char* to, std::size_t size) {
  ssize_t got;
  do got = ::read(fd, to, size);
  while (got < 0 && errno == EINTR);
  return got;
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Network file systems report a full disk only here.
Result<void> close_written(UniqueFd& fd, const std::string& shown) {
  if (::close(fd.release()) != 0 && errno != EINTR) return fail_errno(shown);
  return {};
}

// The operating system would take the path to end at its NUL, and so name another file: "x.py" for "x.py\0,cover".
Result<void> check_name(const std::string& path) {
  if (path.find('\0') == path.npos) return {};
  return fail(ErrorKind::io, path, "has a NUL in its name");
}

Result<void> write_new_file(const std::string& path, std::span<const std::string_view> parts,
                            const std::string& shown) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) return fail_errno(shown);
  for (const auto part : parts)
    if (auto written = write_all(fd.get(), part, shown); !written) return written;
  return close_written(fd, shown);
}

// Where the kernel gives no random bytes (a seccomp filter, say): different in every process and at every call.
void fill_from_clock(unsigned char (&bytes)[16]) {
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  static std::uint64_t calls = 0;
  auto process = static_cast<std::uint64_t>(::getpid());
  std::uint64_t seed[] = {static_cast<std::uint64_t>(now.tv_sec), static_cast<std::uint64_t>(now.tv_nsec), process,
                          __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED)};
  auto digest = digest128({reinterpret_cast<const char*>(seed), sizeof seed});
  std::copy(digest.bytes.begin(), digest.bytes.end(), bytes);
}

void fill_random(unsigned char (&bytes)[16]) {
  ssize_t got;
  do got = ::getrandom(bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof bytes)) fill_from_clock(bytes);
}

// The regular file `path`, open for reading, and its status.
Result<UniqueFd> open_regular(const std::string& path, struct stat& status) {
  if (auto checked = check_name(path); !checked) return tl::unexpected(checked.error());
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return fail_errno(path);
  if (::fstat(fd.get(), &status) != 0) return fail_errno(path);
  if (S_ISDIR(status.st_mode)) return fail(ErrorKind::io, path, "is a directory");
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::io, path, "is not a regular file");
  return fd;
}

bool has_type(const std::string& path, mode_t type) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IFMT) == type;
}

}  // namespace

void UniqueFd::reset(int fd) {
  int old = std::exchange(m_fd, fd);
  if (old >= 0 && old != fd) ::close(old);
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  struct stat status {};
  auto fd = open_regular(path, status);
  if (!fd) return tl::unexpected(fd.error());

  auto too_large = [&] {
    return fail(ErrorKind::too_large, path, "is larger than " + std::to_string(limit) + " bytes");
  };
  const auto expected = static_cast<std::size_t>(status.st_size);
  if (expected > limit) return too_large();
  std::string bytes;
  bytes.resize(expected + 1);  // one more, so that a file of its own size ends without another round
  std::size_t size = 0;
  for (;;) {
    ssize_t got = read_some(fd->get(), bytes.data() + size, bytes.size() - size);
    if (got < 0) return fail_errno(path);
    size += static_cast<std::size_t>(got);
    if (size > limit) return too_large();
    if (got == 0) break;
    if (size == bytes.size()) bytes.resize(size + std::max(size, k_chunk));
  }
  bytes.resize(size);
  return bytes;
}

Result<std::size_t> file_size(const std::string& path) {
  struct stat status {};
  auto fd = open_regular(path, status);
  if (!fd) return tl::unexpected(fd.error());
  return static_cast<std::size_t>(status.st_size);
}

Result<std::string> read_head(const std::string& path, std::size_t limit) {
  struct stat status {};
  auto fd = open_regular(path, status);
  if (!fd) return tl::unexpected(fd.error());
  std::string head(limit, '\0');
  const ssize_t got = read_some(fd->get(), head.data(), head.size());
  if (got < 0) return fail_errno(path);
  head.resize(static_cast<std::size_t>(got));
  return head;
}

Result<std::string> read_sample(const std::string& path) {
  constexpr off_t k_places = 16;
  constexpr std::size_t k_bytes = 512;
  struct stat status {};
  auto fd = open_regular(path, status);
  if (!fd) return tl::unexpected(fd.error());
  auto sample = std::to_string(status.st_size);
  for (off_t place = 0; place < k_places; ++place) {
    char bytes[k_bytes];
    const ssize_t got = ::pread(fd->get(), bytes, k_bytes, status.st_size / k_places * place);
    if (got < 0) return fail_errno(path);
    sample.append(bytes, static_cast<std::size_t>(got));
  }
  return sample;
}

Result<void> write_file_atomic(const std::string& path, std::string_view bytes) {
  return write_file_atomic(path, std::span(&bytes, 1));
}

Result<void> write_file_atomic(const std::string& path, std::span<const std::string_view> parts) {
  if (auto checked = check_name(path); !checked) return checked;
  // Its own short name: one made of the target's could be too long for the file system.
  auto temporary = join(dirname(path), ".covey-" + random_hex(16) + ".tmp");
  auto written = write_new_file(temporary, parts, path);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = fail_errno(path);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<void> overwrite_file(const std::string& path, std::string_view bytes) {
  if (auto checked = check_name(path); !checked) return checked;
  // Cut to its size afterwards and not emptied before: of a file that was emptied, ext4 writes the new bytes to the
  // disk as it is closed.
  constexpr int k_flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
  UniqueFd fd(::open(path.c_str(), k_flags, 0666));
  if (!fd && errno == ELOOP) return write_file_atomic(path, bytes);
  if (!fd) return fail_errno(path);
  if (auto written = write_all(fd.get(), bytes, path); !written) return written;
  if (::ftruncate(fd.get(), static_cast<off_t>(bytes.size())) != 0) return fail_errno(path);
  return close_written(fd, path);
}

Result<void> make_directories(const std::string& path) {
  if (is_directory(path)) return {};
  for (std::size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    auto directory = path.substr(0, end);
    if (::mkdir(directory.c_str(), 0777) == 0) continue;
    auto failure = fail_errno(directory);
    if (is_directory(directory)) continue;  // was there, or another process was faster
    if (exists(directory)) return fail(ErrorKind::io, directory, "is not a directory");
    return failure;
  }
  return {};
}

bool may_have_size(std::size_t size) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur) return true;
  errno = EFBIG;
  return false;
}

void lock_briefly(int fd) {
  constexpr int k_turns = 50;
  constexpr timespec k_turn{0, 1'000'000};
  for (int turn = 0; turn < k_turns; ++turn) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR)) return;
    ::nanosleep(&k_turn, nullptr);
  }
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) { return has_type(path, S_IFDIR); }

bool is_file(const std::string& path) { return has_type(path, S_IFREG); }

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(directory.c_str()), ::closedir);
  while (const auto* entry = handle ? ::readdir(handle.get()) : nullptr)
    if (std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string random_hex(int digits) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string text;
  while (static_cast<int>(text.size()) < digits) {
    unsigned char random[16];
    fill_random(random);
    for (unsigned char byte : random) {
      text += k_digits[byte >> 4];
      text += k_digits[byte & 15];
    }
  }
  text.resize(static_cast<std::size_t>(std::max(digits, 0)));
  return text;
}

}  // namespace covey::base
