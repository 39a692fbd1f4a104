#include <unzip.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/zip.hpp>
#include <cstdint>
#include <memory>
#include <vector>

namespace covey::base {

namespace {

constexpr std::size_t k_at_a_time = 64 * 1024;
constexpr int k_case_sensitive = 1;

struct CloseArchive {
  void operator()(void* archive) const { unzClose(archive); }
};
using Archive = std::unique_ptr<void, CloseArchive>;

// The file that is open in the archive. False where it is damaged, or holds more than `limit` bytes. minizip compares
// the checksum, when the file is closed, only where as many bytes were read as there should be.
bool read_open_member(const Archive& archive, std::size_t limit, std::string& bytes) {
  unz_file_info64 info;
  if (unzGetCurrentFileInfo64(archive.get(), &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) return false;
  for (;;) {
    const auto size = bytes.size();
    bytes.resize(size + k_at_a_time);
    const int got = unzReadCurrentFile(archive.get(), bytes.data() + size, k_at_a_time);
    bytes.resize(size + static_cast<std::size_t>(std::max(got, 0)));
    if (got == 0) return bytes.size() == info.uncompressed_size;
    if (got < 0 || bytes.size() > limit) return false;
  }
}

Result<void> hand_out_member(void* archive, const std::string& path, ArchiveSink& sink) {
  unz_file_info64 info;
  std::vector<char> name(UINT16_MAX + 1);
  if (unzGetCurrentFileInfo64(archive, &info, name.data(), name.size(), nullptr, 0, nullptr, 0) != UNZ_OK)
    return fail(ErrorKind::format, path, "damaged");
  const std::string member(name.data(), info.size_filename);
  constexpr unsigned k_type_mask = 0170000;
  constexpr unsigned k_link = 0120000;
  const bool is_link = (info.external_fa >> 16 & k_type_mask) == k_link;
  if (member.ends_with('/') || is_link) return {};
  if (unzOpenCurrentFile(archive) != UNZ_OK)
    return fail(ErrorKind::format, path + "/" + member,
                "cannot be unpacked (damaged, encrypted, or by a method that is not known)");
  if (auto opened = sink.open(member); !opened) return opened;
  std::vector<char> buffer(k_at_a_time);
  std::uint64_t size = 0;
  int got = 0;
  while ((got = unzReadCurrentFile(archive, buffer.data(), k_at_a_time)) > 0) {
    size += static_cast<std::uint64_t>(got);
    if (auto added = sink.add(buffer.data(), static_cast<std::size_t>(got)); !added) return added;
  }
  const bool is_good = unzCloseCurrentFile(archive) == UNZ_OK;  // its checksum
  if (got < 0 || !is_good || size != info.uncompressed_size)
    return fail(ErrorKind::format, path + "/" + member, "damaged in the archive");
  return sink.close();
}

}  // namespace

Result<void> read_zip(const std::string& path, ArchiveSink& sink) {
  const Archive archive(unzOpen64(path.c_str()));
  if (archive == nullptr) return fail(ErrorKind::format, path, "no zip archive, or a cut one");
  for (int status = unzGoToFirstFile(archive.get()); status != UNZ_END_OF_LIST_OF_FILE;
       status = unzGoToNextFile(archive.get())) {
    if (status != UNZ_OK) return fail(ErrorKind::format, path, "damaged");
    if (auto done = hand_out_member(archive.get(), path, sink); !done) return done;
  }
  return {};
}

Result<std::string> read_zip_member(const std::string& archive, const std::string& member, std::size_t limit) {
  // Opening a pipe in an archive's place would wait for it.
  if (auto size = file_size(archive); !size) return tl::unexpected(size.error());
  const Archive opened(unzOpen64(archive.c_str()));
  if (opened == nullptr) return fail(ErrorKind::format, archive, "no zip archive");
  const auto place = archive + "/" + member;
  if (unzLocateFile(opened.get(), member.c_str(), k_case_sensitive) != UNZ_OK)
    return fail(ErrorKind::not_found, place, "no such file in the archive");
  if (unzOpenCurrentFile(opened.get()) != UNZ_OK)
    return fail(ErrorKind::format, place, "cannot be unpacked (damaged, encrypted, or by a method that is not known)");
  std::string bytes;
  const bool is_whole = read_open_member(opened, limit, bytes);
  const bool is_good = unzCloseCurrentFile(opened.get()) == UNZ_OK;  // its checksum
  if (bytes.size() > limit) return fail(ErrorKind::too_large, place, "more than " + std::to_string(limit) + " bytes");
  if (!is_whole || !is_good) return fail(ErrorKind::format, place, "damaged in the archive");
  return bytes;
}

}  // namespace covey::base
