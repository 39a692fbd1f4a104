// Reads shards, and trusts nothing in them.
#pragma once

#include <covey/base/hash.hpp>
#include <covey/base/result.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::shard {

struct ReadFile {
  std::string_view path;
  std::string_view module;
  std::uint32_t flags = 0;  // FileFlags
  base::Digest128 digest;   // of the source that ran; zeros where there was none
};

struct ReadCode {
  std::uint32_t file_id = 0;             // an index into Shard::files
  int first_line = 0;                    // the line of points[0]
  std::span<const std::uint8_t> points;  // PointBits
  int def_line = 0;                      // 0 where lines alone were measured
};

struct ReadTrail {
  std::uint32_t file_id = 0;  // an index into Shard::files
  int from = 0;
  std::vector<int> lines;  // as in TrailRecord: one or more, a negative one last
  bool implied = false;    // gone only if lines[0] ran, in each context
};

// One thing that happened while a dynamic context was on.
struct ContextEvent {
  std::uint32_t context = 0;  // an index into Shard::contexts
  std::uint32_t what = 0;     // an index into Shard::codes, or into Shard::context_trails where `line` is 0
  int line = 0;               // one of the code's
  std::uint8_t bits = 0;      // PointBits
};

// All views are into `bytes`.
struct Shard {
  std::string bytes;
  std::string path;
  std::string_view run_id;
  std::uint64_t started_ns = 0;
  std::uint32_t pid = 0;
  std::uint32_t python = 0;     // PY_VERSION_HEX
  std::string_view incomplete;  // why something that ran is missing; empty where nothing is known to be
  std::vector<std::pair<std::string_view, std::string_view>> process;
  std::vector<ReadFile> files;
  std::vector<ReadCode> codes;
  std::vector<ReadTrail> trails;                            // gone outside dynamic contexts
  std::vector<ReadTrail> context_trails;                    // gone where context events say so
  std::vector<std::string_view> contexts;                   // dynamic ones, by name; one may be there more than once
  std::vector<std::span<const std::uint8_t>> context_logs;  // for for_each_context_event
  // Where the file is damaged: what stands before that place was read.
  std::optional<base::Error> damage;

  std::string_view fact(std::string_view key) const;  // of `process`; empty where it is not there
};

// Calls `visit(const ContextEvent&)` for everything that the shard's context logs hold.
void for_each_context_event(const Shard& shard, const std::function<void(const ContextEvent&)>& visit);

// A shard may be read while its process runs. Fails where the file cannot be read, is no shard, or is of a version this
// Covey does not know; damage further on (truncated, impossible lengths) is told in Shard::damage.
base::Result<Shard> read_shard(const std::string& path);

// The same for bytes already read; `path` is for messages.
base::Result<Shard> parse_shard(std::string bytes, const std::string& path);

}  // namespace covey::shard
