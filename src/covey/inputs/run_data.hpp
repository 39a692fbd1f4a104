// What runs have measured, as their folders hold it.
#pragma once

#include <covey/formats/shards.hpp>
#include <covey/runs/data_directory.hpp>
#include <vector>

namespace covey::inputs {

// Reads the shards of `folders`. What their records know to be missing is told in `incomplete`, where no shard says so.
formats::ShardsRead read_folders(const std::vector<runs::RunFolder>& folders);

}  // namespace covey::inputs
