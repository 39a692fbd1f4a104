// Files in zip archives.
#pragma once

#include <covey/base/archive_sink.hpp>
#include <covey/base/result.hpp>
#include <cstddef>
#include <string>

namespace covey::base {

// The bytes of the file `member`, a path with slashes, of the archive. Fails, naming the archive, where that is missing
// or none, and naming both where there is no such file, it is damaged or encrypted, or, with ErrorKind::too_large,
// holds more than `limit` bytes.
Result<std::string> read_zip_member(const std::string& archive, const std::string& member, std::size_t limit);

// Hands the files of the archive at `path` to `sink`, in their order; links are passed over. Fails as the sink does,
// and, naming the archive, where it is none, or is damaged, cut or encrypted.
Result<void> read_zip(const std::string& path, ArchiveSink& sink);

}  // namespace covey::base
