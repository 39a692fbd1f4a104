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

base::Result<void> add_unexecuted(const std::vector<RunFolder>& folders, const shard::Settings& settings) {
  for (const auto& folder : folders) {
    auto measurement = read_folders({folder}).measurement;
    if (measurement.interpreters.empty()) continue;
    auto files = unexecuted_files(settings, measurement);
    if (files.empty()) continue;
    const auto& [python, executable] = *measurement.interpreters.rbegin();
    if (auto written = write_unexecuted(folder.path, folder.run_id, python, executable, files); !written)
      return written;
  }
  return {};
}

CompileOutcome index_folders(const std::vector<RunFolder>& folders, const std::string& tables_directory,
                             const Environment& environment) {
  const auto measurement = read_folders(folders).measurement;
  std::vector<Source> sources;
  for (const auto& [path, file] : measurement.files) sources.push_back(read_source(path, file.python));
  return complete_tables(sources, measurement.interpreters, tables_directory, environment);
}

}  // namespace covey::cli
