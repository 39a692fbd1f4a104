#include <algorithm>
#include <covey/cli/index.hpp>
#include <covey/cli/sources.hpp>
#include <covey/cli/unexecuted.hpp>

namespace covey::cli {

formats::ShardsRead read_folders(const std::vector<RunFolder>& folders) {
  std::vector<std::string> paths;
  for (const auto& folder : folders) {
    auto shards = shard_paths(folder);
    paths.insert(paths.end(), shards.begin(), shards.end());
  }
  return formats::read_shards(paths);
}

base::Result<void> add_unexecuted(const RunFolder& folder, const shard::Settings& settings,
                                  model::Measurement& measurement) {
  auto executed = [](const auto& file) { return file.second.executed; };
  if (std::none_of(measurement.files.begin(), measurement.files.end(), executed)) return {};
  if (measurement.interpreters.empty()) return {};
  const auto& [python, executable] = *measurement.interpreters.rbegin();
  const auto files = unexecuted_files(settings, measurement);
  for (const auto& path : files) measurement.files[path].python = python;
  return files.empty() ? base::Result<void>() : write_unexecuted(folder.path, folder.run_id, python, executable, files);
}

CompileOutcome index_measurement(const model::Measurement& measurement, const std::string& tables_directory,
                                 const Environment& environment) {
  std::vector<Source> sources;
  for (const auto& [path, file] : measurement.files) sources.push_back(read_source(path, file.python));
  return complete_tables(sources, measurement.interpreters, tables_directory, environment);
}

}  // namespace covey::cli
