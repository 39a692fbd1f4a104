// The bytes of a shard: docs/formats/shard.md explains them, this header freezes them.
//
// A shard is one process's (exactly: one interpreter's) measurements: a header, then chunks of records. It grows only
// at its end and every store leaves it valid, so whatever ends the process, what ran before is kept. All numbers are
// little-endian. Bump k_version whenever a reader of the old version would misread the new bytes; adding a record
// type is not such a change, for readers skip types they do not know.
#pragma once

#include <cstddef>
#include <cstdint>

namespace covey::shard {

inline constexpr char k_magic[8] = {'C', 'O', 'V', 'E', 'Y', 'S', 'H', 'D'};
inline constexpr std::uint32_t k_version = 3;               // 1 had lines alone, 2 no contexts; they are read, too
inline constexpr std::uint32_t k_header_size = 4096;        // a page, so that the chunks can be mapped on their own
inline constexpr std::uint32_t k_chunk_magic = 0x4b4e4843;  // "CHNK"
inline constexpr std::size_t k_first_chunk = 12 * 1024;     // with the header 16 KiB: all that an idle process costs
inline constexpr std::size_t k_largest_chunk = 1024 * 1024;
inline constexpr std::size_t k_record_alignment = 8;
// Of a code record or a trail: no file that CPython compiled has more. Made-up code may lie beyond: it is not recorded.
inline constexpr std::uint32_t k_largest_line = 1U << 24;

struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t header_size;
  std::uint64_t started_ns;  // since 1970-01-01 UTC
  std::uint32_t pid;
  std::uint32_t parent_pid;
  std::uint32_t python;      // PY_VERSION_HEX
  std::uint32_t incomplete;  // not 0: something that ran is not here, `reason` says why
  char run_id[16];
  char reason[200];  // UTF-8, ended by NUL
};
static_assert(sizeof(Header) == 256 && offsetof(Header, started_ns) == 16 && offsetof(Header, reason) == 56);

struct ChunkHeader {
  std::uint32_t magic;
  std::uint32_t reserved;
  std::uint64_t size;  // of the chunk with this header: the next chunk begins there
};
static_assert(sizeof(ChunkHeader) == 16);

enum class RecordType : std::uint16_t {
  process = 1,
  file = 2,
  code = 3,
  trail = 4,
  implied_trail = 5,
  context = 6,
  context_log = 7,
  context_trail = 8,  // as trail, but gone only in the contexts whose log names it
};

// `size` counts the record with this header and is a multiple of k_record_alignment. It is stored last: a record counts
// once it is there, and 0 ends the chunk's records.
struct RecordHeader {
  std::uint32_t size;
  std::uint16_t type;
  std::uint16_t reserved;
};
static_assert(sizeof(RecordHeader) == 8);

// Followed by `text_size` bytes: key NUL value NUL key NUL value NUL …
struct ProcessRecord {
  RecordHeader header;
  std::uint32_t text_size;
  std::uint32_t reserved;
};
static_assert(sizeof(ProcessRecord) == 16);

enum FileFlags : std::uint32_t {
  k_file_has_source = 1,  // `digest` is that of the file's bytes when its first code ran; else there was no such file
  k_file_unexecuted = 2,  // found below the measured source after the tests; no code of it ran in this process
};

// Followed by the path and then the module's name, both as UTF-8 (the path with any other bytes it has).
struct FileRecord {
  RecordHeader header;
  std::uint32_t file_id;    // what the code records of this shard call the file
  std::uint32_t flags;      // FileFlags
  std::uint8_t digest[16];  // XXH3-128
  std::uint32_t path_size;
  std::uint32_t module_size;
};
static_assert(sizeof(FileRecord) == 40 && offsetof(FileRecord, digest) == 16);

// What is known of one line in one code object: bits that go from 0 to 1 and never back. The last six say that the line
// ran right after the line 1, 2 … 6 lines above it, k_line_after << 0, 1 … 5.
enum PointBits : std::uint8_t {
  k_line_ran = 1,
  k_line_returned = 2,  // the code object was left there, by a return
  k_line_after = 4,
};
inline constexpr int k_after_bits = 6;

// Followed by `n_points` bytes, the PointBits of line `first_line` + i.
struct CodeRecord {
  RecordHeader header;
  std::uint32_t file_id;
  std::uint32_t first_line;
  std::uint32_t n_points;
  std::int32_t def_line;  // co_firstlineno: -def_line is where a return goes; 0 where lines alone are measured
};
static_assert(sizeof(CodeRecord) == 24);

// That control went from line `from` to the first line, of those that follow, that is part of another statement. Which
// one that is the source alone can tell. Followed by the lines as varints (7 bits a byte, low first, bit 7 where more
// follow) of zigzag differences, each to the line before it; a difference of 0 ends them. A negative line, the last
// then, is leaving the code object that starts there. An implied trail was gone if the first of its lines ran: there is
// no other way to that line.
struct TrailRecord {
  RecordHeader header;
  std::uint32_t file_id;
  std::uint32_t from;
};
static_assert(sizeof(TrailRecord) == 16);

// A dynamic context, followed by its name. Contexts are numbered 0, 1, 2 … in the order of these records.
struct ContextRecord {
  RecordHeader header;
  std::uint32_t name_size;
  std::uint32_t reserved;
};
static_assert(sizeof(ContextRecord) == 16);

// What a number in a context log says, in its low three bits; the rest is the payload. A context log is a record header
// and then varints (as in a trail) until one is 0. What it says of the context and the code stays so up to the next one
// that does, within the record; the code's line begins at the first of its points.
enum class LogEntry : std::uint8_t {
  context = 1,   // that a context is on: its number
  code = 2,      // what is said of lines is said of a code record: its number, in the order of the code records
  ran = 3,       // a line ran: the zigzag difference to the line named before
  after = 4,     // … right after the line 1 to 6 above it: the zigzag difference times 6 plus that less 1
  returned = 5,  // the code object was left at a line: its zigzag difference
  trail = 6,     // control went a trail: its number, in the order of the context_trail records
};
inline constexpr unsigned k_log_kind_bits = 3;

}  // namespace covey::shard
