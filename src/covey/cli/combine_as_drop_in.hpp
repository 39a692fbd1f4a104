// `combine` as coverage.py's drop-in: what is combined becomes its data file.
#pragma once

#include <covey/base/parallel.hpp>
#include <covey/config/configuration.hpp>
#include <covey/console/debug_output.hpp>
#include <covey/console/invocation.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

// The options of `combine`, as given.
struct CombineOptions {
  std::vector<std::string> paths;
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  std::optional<std::string> debug;
  int jobs = base::default_jobs();
  bool append = false;
  bool keep = false;
  bool quiet = false;
};

// Combines data files, and shards and the data directories that are named, into coverage.py's data file. Data
// directories stay as they are. Has printed what coverage.py prints; returns the status to end with.
int combine_as_drop_in(const CombineOptions& options, const config::Configuration& configuration,
                       const console::Invocation& invocation);

// The part that a report does as well: reads, writes and removes data files of coverage.py's, and says what coverage.py
// says, its count unless `quiet`. `combine` needs no more than its paths and what is to happen to the files.
base::Result<inputs::CombinedDataFiles> combine_and_tell(inputs::DataFileCombine combine,
                                                         const console::DebugOutput& debug, bool quiet);

}  // namespace covey::cli
