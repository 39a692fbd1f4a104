// Files and directories by plain system calls. No name with a NUL in it is read or written. The collector links this
// too, so there is no std::filesystem and no iostream here: both cost every measured process their start-up.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::base {

// Owns a file descriptor and closes it. Empty where it holds -1.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : m_fd(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : m_fd(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return m_fd; }
  explicit operator bool() const { return m_fd >= 0; }
  int release() { return std::exchange(m_fd, -1); }  // the caller closes it
  void reset(int fd = -1);                           // closes what it holds, then holds `fd`

 private:
  int m_fd = -1;
};

// More than any file that Covey reads whole is in earnest: memory stays bounded whatever lies in a file's place.
inline constexpr std::size_t k_read_limit = std::size_t{512} << 20;
inline constexpr std::size_t k_source_limit = std::size_t{64} << 20;  // of a Python source

// The bytes of the regular file `path`, read to its end whatever size it claims (files of /proc claim none). Fails
// where it is missing, is a directory or another kind of file (a pipe is never waited for), or, with
// ErrorKind::too_large, holds more than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = k_read_limit);

// The size in bytes of the regular file `path`. Fails where it is missing or another kind of file.
Result<std::size_t> file_size(const std::string& path);

// The first bytes of the regular file `path`, `limit` of them or fewer. Fails where it is missing or another kind of
// file.
Result<std::string> read_head(const std::string& path, std::size_t limit);

// The size of the regular file `path` and some of its bytes, from all over it: where these of two files differ, so do
// the files. Fails as file_size() does.
Result<std::string> read_sample(const std::string& path);

// Replaces `path` by a file of these bytes, in one step: a reader sees the old file or the new one, never a part. The
// new file is first written beside it under a random name, which is gone again where this fails.
Result<void> write_file_atomic(const std::string& path, std::string_view bytes);

// The same of a file that these parts make up, one after the other.
Result<void> write_file_atomic(const std::string& path, std::span<const std::string_view> parts);

// Makes `path` a file of these bytes, an old file of that name being written over: less work for the file system than
// write_file_atomic() where many are replaced, but a reader may see parts of both, and so it is left where this fails.
// A symbolic link of that name is replaced, and what it leads to left alone.
Result<void> overwrite_file(const std::string& path, std::string_view bytes);

// Makes `path` and what is missing above it; fine where it is there or empty. Fails naming the
// directory that cannot be made.
Result<void> make_directories(const std::string& path);

// Whether a file may have that size in this process. Beyond RLIMIT_FSIZE each write is a SIGXFSZ, which ends programs,
// also where the file is as long already. Sets errno where it may not.
bool may_have_size(std::size_t size);

// Takes the lock (flock) of the file, until the descriptor is closed. Waits for no longer than a twentieth of a second,
// for whoever has it may have been stopped, and goes on without it then; also where the file system has no locks.
void lock_briefly(int fd);

// What `path` is, symbolic links followed. False too where it cannot be looked at.
bool exists(const std::string& path);
bool is_directory(const std::string& path);
bool is_file(const std::string& path);  // a regular file

// The names in a directory, sorted, without "." and ".."; none where it cannot be read.
std::vector<std::string> names_in(const std::string& directory);

// `digits` random lower-case hex digits, from the operating system's generator where it has one.
std::string random_hex(int digits);

}  // namespace covey::base
