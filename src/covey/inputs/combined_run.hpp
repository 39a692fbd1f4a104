// The run that `covey combine` leaves in the data directory.
#pragma once

#include <covey/base/result.hpp>
#include <covey/inputs/combine_inputs.hpp>
#include <covey/model/measurement.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/union.hpp>
#include <string>
#include <vector>

namespace covey::inputs {

struct CombinedData {
  const shard::Union& shards;
  const model::Measurement& files;  // of coverage.py's data files, their names mapped
};

// Who combined it, for its session record.
struct Combiner {
  std::vector<std::string> command;
  double time = 0;  // unix seconds
};

// Writes the data, with its files' names mapped, as a new run of the job `combined`: its folder appears whole or not at
// all. Fails, leaving nothing, where it cannot be written.
base::Result<void> write_combined_run(const runs::DataDirectory& data, const CombinedData& combined,
                                      const shard::Union::MapPath& map_path, const CombineInputs& inputs,
                                      const Combiner& combiner);

// Brings along the tables of the combined sources that other data directories have and this one lacks. What cannot be
// read is left to `covey index`. Fails where one cannot be written.
base::Result<void> copy_tables(const runs::DataDirectory& data, const shard::Union& combined,
                               const CombineInputs& inputs);

// Removes what was combined, and what that had superseded, which would count again without it. Runs that go on stay,
// and so does the run of each shard in `damaged`: whoever can mend it should find it. Returns what could not be
// removed, to be warned of.
std::vector<base::Error> remove_combined(const CombineInputs& inputs, const std::vector<base::Error>& damaged);

}  // namespace covey::inputs
