// Files that the tests could have run and did not: they count as missing, not as if they were not there.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <covey/shard/settings.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

// The importable Python files below `directory`, canonical: in it or in packages below it, with `namespace_packages` in
// any directory (coverage.py's find_python_files).
std::vector<std::string> python_files(const std::string& directory, bool namespace_packages);

// The files below the settings' sources, less those omitted, that `measured` does not have. A source package is looked
// for where its modules were imported from.
std::vector<std::string> unexecuted_files(const shard::Settings& settings, const model::Measurement& measured);

// Those of the settings' source packages of which `measured` has no module.
std::vector<std::string> unimported_packages(const shard::Settings& settings, const model::Measurement& measured);

// A file that was found and did not run, with the digest of its source where it could be read.
struct UnexecutedFile {
  std::string path;
  std::optional<base::Digest128> digest;
};

// Writes `files` as a shard of its own into a run's folder, as found and not executed. `python` and `executable` are
// the interpreter whose statements count for them.
base::Result<void> write_unexecuted(const std::string& folder, const std::string& run_id, std::uint32_t python,
                                    const std::string& executable, const std::vector<UnexecutedFile>& files);

}  // namespace covey::cli
