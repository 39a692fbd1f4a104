// Files that the tests could have run and did not: they count as missing, not as if they were not there.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/settings.hpp>
#include <string>
#include <vector>

namespace covey::runs {

// The importable Python files below `directory`, canonical: in it or in packages below it, with `namespace_packages` in
// any directory (coverage.py's find_python_files).
std::vector<std::string> python_files(const std::string& directory, bool namespace_packages);

// The files below the settings' sources, less those omitted, that `measured` does not have. A source package is looked
// for where its modules were imported from.
std::vector<std::string> unexecuted_files(const shard::Settings& settings, const model::Measurement& measured);

// Those of the settings' source packages of which `measured` has no module.
std::vector<std::string> unimported_packages(const shard::Settings& settings, const model::Measurement& measured);

// Writes into the folder, whose measurement is given, the files below the run's sources that did not run there, as a
// shard of its own, and adds them to the measurement: found and not executed, by the interpreter whose statements count
// for them. Nothing where nothing ran.
base::Result<void> add_unexecuted(const RunFolder& folder, const shard::Settings& settings,
                                  model::Measurement& measurement);

}  // namespace covey::runs
