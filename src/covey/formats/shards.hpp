// Shards as an input: what processes left becomes a measurement.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <covey/shard/reader.hpp>
#include <string>
#include <vector>

namespace covey::formats {

struct ShardsRead {
  model::Measurement measurement;
  int n_shards = 0;                     // that could be read
  std::vector<base::Error> damaged;     // shards that could not be read, or not to their end
  std::vector<base::Error> incomplete;  // shards whose process said that something is missing

  ShardsRead& operator+=(const ShardsRead& other);
};

// Adds what was read of the shard at `path`, or why it could not be.
void add_shard(const base::Result<shard::Shard>& shard, const std::string& path, ShardsRead& into);

// Reads the shards one after the other, so that memory does not grow with their number. One that cannot be read is
// told in `damaged` and the others are still read.
ShardsRead read_shards(const std::vector<std::string>& paths);

}  // namespace covey::formats
