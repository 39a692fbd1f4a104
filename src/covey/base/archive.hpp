// Archives of directories: what CI hands from job to job.
#pragma once

#include <covey/base/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace covey::base {

// Whether the file is an archive by its first bytes (k_archive_head are enough) and its name: zip, tar, or tar
// compressed by gzip or zstd.
inline constexpr std::size_t k_archive_head = 512;
bool is_archive(std::string_view head, std::string_view name);

struct UnpackLimits {
  std::uint64_t n_bytes = std::uint64_t{16} << 30;  // of all files together, unpacked
  std::uint64_t n_files = 4'000'000;
};

// Writes the files of the archive at `path` below `directory`, which must be there and empty. Directories come as files
// need them; links, devices and the like are passed over, as are owners, modes and times. Fails, naming the archive,
// where it is none, is damaged or cut, has a file whose name leads out of the directory, or is larger than the limits.
Result<void> unpack_archive(const std::string& path, const std::string& directory, const UnpackLimits& limits = {});

// A directory of one's own that is gone with this.
class TemporaryDirectory {
 public:
  // Below `parent`. Fails where none can be made.
  static Result<TemporaryDirectory> make(const std::string& parent);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
  ~TemporaryDirectory();

  const std::string& path() const { return m_path; }  // absolute

 private:
  explicit TemporaryDirectory(std::string path) : m_path(std::move(path)) {}
  std::string m_path;  // empty once moved from
};

}  // namespace covey::base
