// Writes one shard: memory that is mapped to the file, so that a store is all it takes to keep a fact; where it cannot
// be mapped, keep() after it.
#pragma once

#include <array>
#include <covey/base/hash.hpp>
#include <covey/base/result.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/storage.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::shard {

// What a shard begins with, and where it is.
struct ShardStart {
  std::string directory;                                     // absolute; made where missing
  std::string run_id;                                        // 16 hex digits
  std::uint32_t python = 0;                                  // PY_VERSION_HEX
  std::vector<std::pair<std::string, std::string>> process;  // facts about the process: see docs/formats/shard.md
  std::string losses = {};                                   // the run's: see losses.hpp; empty for none
};

// In lines.
inline constexpr std::size_t k_longest_trail = 16;

// What the record of a file says.
struct ShardFile {
  std::string_view path;    // absolute
  std::string_view module;  // the name it was imported by, or empty
  std::uint32_t flags = 0;  // FileFlags
  base::Digest128 digest;
};

// Not for use by two threads at once: the collector holds the interpreter's lock. The points that `add_code` hands out
// are valid until the process ends: the memory outlives the Writer, for threads and exit handlers may still run code.
// errno stays as it is.
class Writer {
 public:
  // Makes <directory>/<random>.shard. Fails, leaving none, where there is no room for the directory or the file.
  static base::Result<std::unique_ptr<Writer>> create(const ShardStart& start);

  // The id to name the file by, or an error where there is no room (disk full, file gone): the shard is then marked
  // incomplete and accepts nothing that follows.
  base::Result<std::uint32_t> add_file(const ShardFile& file);

  // The `n_points` zeroed bytes of a new code record; `def_line` is for branches, 0 without. Fails as add_file does.
  base::Result<std::uint8_t*> add_code(std::uint32_t file_id, std::uint32_t first_line, std::uint32_t n_points,
                                       std::int32_t def_line = 0);

  // That control went from line `from` to one of `lines`: see TrailRecord. At most k_longest_trail of them, no two in
  // a row equal and the first not `from`. `type` may be implied_trail or context_trail. Fails as add_file does.
  base::Result<void> add_trail(std::uint32_t file_id, std::uint32_t from, std::span<const int> lines,
                               RecordType type = RecordType::trail);

  // A dynamic context; its number is how many were added before. Fails as add_file does.
  base::Result<void> add_context(std::string_view name);

  // `size` zeroed bytes for a ContextLog. Fails as add_file does.
  base::Result<std::span<std::uint8_t>> add_context_log(std::size_t size);

  // How many records of a type were added: the number that context logs call the next one by.
  std::uint32_t count(RecordType type) const { return m_counts[static_cast<std::size_t>(type)]; }

  // Whether stores into what was handed out last are all it takes. Where it is not, keep() must follow each of them.
  bool is_mapped() const { return m_storage->is_mapped(); }

  // Has the file have the `size` bytes at `at`, which were handed out. Where that fails the shard is marked incomplete.
  void keep(const void* at, std::size_t size) noexcept;
  // The same of one point. Where other processes set bits of it too (a forked child and its parent do), theirs stay.
  void keep_point(const std::uint8_t* point, bool is_shared) noexcept;

  // Marks the shard: something that ran is not in it. The first reason stays. Where the shard cannot say so, being gone
  // or not to be written to, the run's losses do.
  void mark_incomplete(std::string_view reason) noexcept;

  // Has nothing more be added. For a forked child that could open no shard of its own: this is its parent's.
  void stop() noexcept { m_accepts = false; }
  bool accepts() const { return m_accepts; }

  const std::string& path() const { return m_storage->path(); }  // of the shard; absolute

 private:
  Writer() = default;
  base::Result<void> add_start(const ShardStart& start);
  base::Result<void> grow(std::size_t record_size);
  base::Result<char*> begin_record(std::size_t size, RecordType type);
  void commit_record(std::size_t size);

  std::unique_ptr<Storage> m_storage;
  std::string m_losses;
  Header* m_header = nullptr;
  char* m_next = nullptr;  // where the next record goes
  char* m_end = nullptr;   // of the chunk
  std::size_t m_chunk_size = k_first_chunk;
  bool m_accepts = true;
  bool m_is_in_losses = false;
  std::array<std::uint32_t, 9> m_counts{};  // of records, by RecordType
};

}  // namespace covey::shard
