// What `covey combine` finds in the places it is given.
#pragma once

#include <covey/base/result.hpp>
#include <covey/runs/data_directory.hpp>
#include <string>
#include <vector>

namespace covey::inputs {

// The folder in `jobs` that holds combined runs: no job's name makes such a slug.
inline constexpr const char* k_combined_slug = "+combined";

// A data directory that takes part, and what of it.
struct CombinedDirectory {
  runs::DataDirectory data;
  std::vector<runs::RunFolder> folders;  // that count
  std::vector<runs::RunFolder> all;      // those and the ones that they supersede, of the same jobs
};

struct CombineInputs {
  std::vector<CombinedDirectory> directories;
  std::vector<std::string> shards;        // named one by one
  std::vector<std::string> data_files;    // coverage.py's, sorted
  std::vector<runs::RunFolder> combined;  // what the data directory has combined already; none of the above

  bool empty() const;                            // whether there is nothing new
  std::vector<std::string> shard_paths() const;  // of all but `combined`
};

struct CombinePlaces {
  std::string own;                 // the data directory that the result goes to; it need not be there yet
  std::string data_file;           // coverage.py's, absolute: what its parallel files are named by
  std::vector<std::string> paths;  // as the user gave them; empty: `own`, and the files beside `data_file`
  std::string cwd;
};

// A path may be a shard, a data file, a data directory, or a directory with data directories, a data file or
// parallel ones in it. Fails where one is not there.
base::Result<CombineInputs> find_inputs(const CombinePlaces& places);

}  // namespace covey::inputs
