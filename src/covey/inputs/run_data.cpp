#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/run_data.hpp>

namespace covey::inputs {

formats::ShardsRead read_folders(const std::vector<runs::RunFolder>& folders) {
  std::vector<std::string> paths;
  for (const auto& folder : folders) {
    auto shards = runs::shard_paths(folder);
    paths.insert(paths.end(), shards.begin(), shards.end());
  }
  auto read = formats::read_shards(paths);
  for (const auto& folder : folders) {
    auto is_its = [&](const auto& error) { return error.where.starts_with(folder.path + "/"); };
    if (!folder.incomplete.empty() && std::none_of(read.incomplete.begin(), read.incomplete.end(), is_its))
      read.incomplete.push_back({base::ErrorKind::io, folder.path, folder.incomplete});
    const auto path = runs::united_data_path(folder.path);
    if (!base::exists(path)) continue;
    if (auto data = formats::read_coverage_data(path)) {
      read.measurement |= *data;
    } else {
      read.damaged.push_back(data.error());
    }
  }
  return read;
}

}  // namespace covey::inputs
