// Files in zip archives.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <string>

namespace covey::base {

// The bytes of the file `member`, a path with slashes, of the archive. Fails, naming the archive, where that is missing
// or none, and naming both where there is no such file, it is damaged or encrypted, or, with ErrorKind::too_large,
// holds more than `limit` bytes.
Result<std::string> read_zip_member(const std::string& archive, const std::string& member, std::size_t limit);

}  // namespace covey::base
