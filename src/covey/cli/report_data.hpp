// The data that a reporting command is to read, from whichever home it has.
#pragma once

#include <covey/base/parallel.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/config/configuration.hpp>
#include <covey/console/invocation.hpp>
#include <covey/inputs/measured_data.hpp>
#include <covey/model/combine.hpp>
#include <optional>
#include <string>

namespace covey::cli {

struct DataChoice {
  std::optional<std::string> data_file;  // --data-file
  std::optional<std::string> debug;      // --debug
  bool keep_combined = false;            // coverage.py's parallel files stay where they were read
  bool quiet = false;
  int jobs = base::default_jobs();  // threads
};

// Reads what --data-file names, of either home. Without it the data directory, or where there is none coverage.py's
// data file and its parallel files; as drop-in those first. As drop-in, parallel files are combined into the data file
// before, and are gone then, as coverage.py does. The rules of [paths] have been applied. Fails where there is nothing
// to read, and as reading does; as drop-in nothing to read is no error, but no data. Has told of damage.
base::Result<inputs::MeasuredData> read_report_data(const DataChoice& choice,
                                                    const config::Configuration& configuration,
                                                    const console::Invocation& invocation);

// Says what of the data is damaged or incomplete. Returns the status that this makes: 1 where some could not be read,
// else 0.
int tell_of_damage(const inputs::MeasuredData& data);

// The rules of [paths]: where they lead a measured path. Fails on a pattern that means nothing.
base::Result<model::Combination::MapPath> path_mapping(const config::Configuration& configuration,
                                                       const std::string& cwd);

}  // namespace covey::cli
