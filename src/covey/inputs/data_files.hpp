// coverage.py's own data files: .coverage, and what parallel mode puts beside it.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <string>
#include <vector>

namespace covey::inputs {

// Where coverage.py's data file is: COVERAGE_FILE, else `configured` ([run] data_file), else .coverage; absolute, below
// `cwd`.
std::string data_file_path(const std::string& configured, const base::Environment& environment, const std::string& cwd);

// The files that coverage.py combines, sorted: those that `paths` name, and in directories among them those named as
// `data_file` is, with a dot and more behind it; without paths those beside `data_file`. Journals of SQLite are left
// out. All absolute. Fails where one of `paths` is not there.
base::Result<std::vector<std::string>> combinable_files(const std::string& data_file,
                                                        const std::vector<std::string>& paths, const std::string& cwd);

enum class ErasedFiles { data_file, parallel_too };

// Removes the data file and, where asked to, all that are named as it is with a dot and more behind it. Fine where
// there are none; fails with the first that cannot be removed.
base::Result<void> erase_data_files(const std::string& data_file, ErasedFiles which);

}  // namespace covey::inputs
