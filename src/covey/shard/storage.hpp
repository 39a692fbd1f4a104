// The bytes of a shard: a file that grows at its end, as memory to store into.
#pragma once

#include <covey/base/file.hpp>
#include <covey/base/result.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace covey::shard {

// Where the file system keeps what is reserved and has shared maps, the memory is the file: a store is all it takes,
// and no full disk can make a SIGBUS of it. Elsewhere (network file systems and those that copy on write, or where a
// map is refused) the memory is a copy, and what was stored has to be written after it.
//
// No descriptor is held between calls: a program that closes all it does not know (os.closerange) and opens its own
// file would otherwise have our bytes in it. The file is opened anew, by its path. No call grows the file beyond
// RLIMIT_FSIZE, which would be a signal. The memory outlives this object, for threads and exit handlers store on.
class Storage {
 public:
  // Makes the file, empty. Fails, and leaves none, where it cannot be made.
  static base::Result<std::unique_ptr<Storage>> create(const std::string& path);

  // `wanted` more bytes of zeros at the file's end; `needed` where there is no room for more. Both are multiples of
  // 4096. Fails where there is no room (disk, quota, limits, memory), and where the file is gone or another by now.
  base::Result<std::span<char>> grow(std::size_t wanted, std::size_t needed);

  // Whether what grow() gave last is the file.
  bool is_mapped() const { return m_parts.empty() || m_parts.back().is_mapped; }

  // Writes `size` bytes of the memory to the file, where they are not in it already. Fails as grow() does.
  base::Result<void> write(const void* at, std::size_t size);

  // The same of one byte whose bits other processes set too: theirs are kept, in the file.
  base::Result<void> add_bits(const std::uint8_t* at);

  // Whether the file is where it was made, as far as can be seen.
  bool is_in_place() const;

  const std::string& path() const { return m_path; }

 private:
  struct Part {
    char* memory = nullptr;
    std::size_t size = 0;
    std::size_t offset = 0;  // in the file
    bool is_mapped = false;
  };

  Storage() = default;
  base::Result<base::UniqueFd> reopen() const;
  base::Result<void> add_part(int fd, std::size_t size);
  const Part* part_of(const void* at) const;

  std::string m_path;
  std::size_t m_size = 0;
  std::uint64_t m_inode = 0;
  std::uint64_t m_device = 0;
  bool m_keeps_reserved = false;  // the file system does
  std::vector<Part> m_parts;
};

}  // namespace covey::shard
