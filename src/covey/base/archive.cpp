#include <unistd.h>
#include <algorithm>
#include <covey/base/archive.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/tar.hpp>
#include <covey/base/zip.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

namespace covey::base {

namespace {

constexpr std::size_t k_block = 512;  // of tar

constexpr std::string_view k_gzip_magic = "\x1f\x8b";
constexpr std::string_view k_zstd_magic = "\x28\xb5\x2f\xfd";
constexpr std::string_view k_zip_magic = "PK\x03\x04";
constexpr std::string_view k_empty_zip_magic = "PK\x05\x06";
constexpr std::string_view k_ustar = "ustar";
constexpr std::size_t k_ustar_at = 257;

bool is_tar(std::string_view head) {
  return head.size() >= k_block && head.substr(k_ustar_at, k_ustar.size()) == k_ustar;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Writes files below a directory, within limits.
class Unpacker : public ArchiveSink {
 public:
  Unpacker(const std::string& archive, const std::string& directory, const UnpackLimits& limits)
      : m_archive(archive), m_directory(directory), m_limits(limits) {}

  Result<void> open(const std::string& name) override {
    const auto clean = inner_name(name);
    if (!clean) return tl::unexpected(clean.error());
    if (++m_n_files > m_limits.n_files) return fail(ErrorKind::too_large, m_archive, "holds too many files");
    const auto path = m_directory + "/" + *clean;
    const auto parent = std::string(dirname(path));
    if (m_made.insert(parent).second)
      if (auto made = make_directories(parent); !made) return made;
    m_file.reset(std::fopen(path.c_str(), "wbxe"));  // x: no file twice, and through no link
    if (m_file == nullptr) return fail_errno(m_archive + "/" + *clean);
    return {};
  }

  Result<void> add(const char* bytes, std::size_t size) override {
    m_n_bytes += size;
    if (m_n_bytes > m_limits.n_bytes) return fail(ErrorKind::too_large, m_archive, "holds too much");
    if (std::fwrite(bytes, 1, size, m_file.get()) != size) return fail_errno(m_directory);
    return {};
  }

  Result<void> close() override {
    if (std::fclose(m_file.release()) != 0) return fail_errno(m_directory);
    return {};
  }

 private:
  Result<std::string> inner_name(const std::string& name) const {
    auto outside = [&] {
      return fail(ErrorKind::format, m_archive, "has a file that would lie outside of it: " + name);
    };
    if (name.empty() || name.front() == '/' || name.find('\0') != name.npos || name.find('\\') != name.npos)
      return outside();
    std::string clean;
    for (std::size_t start = 0; start <= name.size();) {
      const auto end = std::min(name.find('/', start), name.size());
      const auto part = name.substr(start, end - start);
      if (part == "..") return outside();
      if (!part.empty() && part != ".") clean += (clean.empty() ? "" : "/") + part;
      start = end + 1;
    }
    if (clean.empty()) return outside();
    return clean;
  }

  const std::string& m_archive;
  const std::string& m_directory;
  const UnpackLimits& m_limits;
  std::set<std::string> m_made;
  File m_file;
  std::uint64_t m_n_files = 0;
  std::uint64_t m_n_bytes = 0;
};

}  // namespace

bool is_archive(std::string_view head, std::string_view name) {
  if (head.starts_with(k_zip_magic) || head.starts_with(k_empty_zip_magic) || is_tar(head)) return true;
  auto is_named = [&](std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return name.ends_with(ending); });
  };
  if (head.starts_with(k_gzip_magic)) return is_named({".tar.gz", ".tgz"});
  return head.starts_with(k_zstd_magic) && is_named({".tar.zst", ".tzst"});
}

Result<void> unpack_archive(const std::string& path, const std::string& directory, const UnpackLimits& limits) {
  auto head = read_head(path, k_archive_head);
  if (!head) return tl::unexpected(head.error());
  Unpacker unpacker(path, directory, limits);
  return head->starts_with("PK") ? read_zip(path, unpacker) : read_tar(path, unpacker);
}

Result<TemporaryDirectory> TemporaryDirectory::make(const std::string& parent) {
  auto path = join(parent, "covey-XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return fail_errno(path);
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : m_path(std::exchange(other.m_path, std::string())) {}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
  std::swap(m_path, other.m_path);
  return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
}

}  // namespace covey::base
