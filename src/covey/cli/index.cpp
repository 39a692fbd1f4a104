#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/cli/index.hpp>
#include <covey/cli/sources.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/shard/tables.hpp>

namespace covey::cli {

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

namespace {

// Whether there is nothing to compile, known without a look at the source.
bool has_tables(const model::MeasuredFile& file, const std::string& tables_directory) {
  return !file.digests.empty() && std::all_of(file.digests.begin(), file.digests.end(), [&](const auto& digest) {
    return shard::has_tables(tables_directory, file.python, digest);
  });
}

}  // namespace

interpreters::CompileOutcome index_measurement(const model::Measurement& measurement, const CompileSettings& settings) {
  std::vector<std::pair<std::string, std::uint32_t>> left;
  for (const auto& [path, file] : measurement.files)
    if (!has_tables(file, settings.tables)) left.emplace_back(path, file.python);
  std::vector<Source> sources(left.size());
  base::for_each_index(left.size(), settings.jobs,
                       [&](auto i, auto) { sources[i] = read_source(left[i].first, left[i].second); });
  return complete_tables(sources, settings);
}

}  // namespace covey::cli
