// How coverage.py names its data files in parallel mode: .coverage.HOST.pid123.XabcDEFx.H0123456789h
#pragma once

#include <covey/base/hash.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace covey::formats {

// What makes one process's file another than all others'.
struct DataFileOrigin {
  std::string host;  // its dots become underscores
  int pid = 0;
  std::uint64_t random = 0;  // of which six characters are made
};

// "HOST.pid123.XabcDEFx": what follows the data file's name and a dot while the file is being written.
std::string data_file_suffix(const DataFileOrigin& origin);

// The same with what combining knows duplicates by, "HOST.pid123.XabcDEFx.H0123456789h": data with the same digest gets
// the same ten characters.
std::string data_file_suffix(const DataFileOrigin& origin, const base::Digest128& data);

// The last part of such a name, "0123456789h"; nothing where `path` does not end as these names do.
std::optional<std::string> data_hash_in_name(std::string_view path);

}  // namespace covey::formats
