// Files in tar archives.
#pragma once

#include <covey/base/archive_sink.hpp>
#include <covey/base/result.hpp>
#include <string>

namespace covey::base {

// Hands the regular files of the archive at `path`, which may be compressed by gzip or zstd, to `sink`, in their order.
// Anything else in it is passed over. Memory does not grow with the archive. Fails as the sink does, and, naming the
// archive, where it is none, is damaged or cut.
Result<void> read_tar(const std::string& path, ArchiveSink& sink);

}  // namespace covey::base
