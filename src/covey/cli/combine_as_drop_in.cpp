#include <algorithm>
#include <covey/analysis/arc_data.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/combine_as_drop_in.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/shards.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/runs/data_directory.hpp>

namespace covey::cli {

namespace {

constexpr std::string_view k_shard_ending = ".shard";

// A shard says more than the data file can hold: branches become arcs, with the sources as they are here.
base::Result<model::Measurement> read_shard_data(const std::string& path) {
  auto read = formats::read_shards({path});
  if (!read.damaged.empty()) return tl::unexpected(read.damaged.front());
  analysis::make_arcs(read.measurement, 1);  // inputs are read side by side already
  return std::move(read.measurement);
}

base::Result<model::Measurement> read(const std::string& path) {
  return path.ends_with(k_shard_ending) ? read_shard_data(path) : formats::read_coverage_data(path);
}

// The shards that count in the data directories among the paths, which leave the paths.
std::vector<std::string> take_shards(std::vector<std::string>& paths, const std::string& cwd) {
  std::vector<std::string> shards;
  std::erase_if(paths, [&](const std::string& path) {
    const auto place = base::absolute(path, cwd);
    if (!runs::is_data_directory(place)) return false;
    auto data = runs::DataDirectory::open(place);
    if (!data) return false;
    for (const auto& folder : data->current())
      for (auto& shard : runs::shard_paths(folder)) shards.push_back(std::move(shard));
    return true;
  });
  return shards;
}

std::string fate_in_words(inputs::CombinedFile::Fate fate) {
  switch (fate) {
    case inputs::CombinedFile::Fate::combined:
      return "Combined data file ";
    case inputs::CombinedFile::Fate::duplicate:
      return "Skipping duplicate data ";
    case inputs::CombinedFile::Fate::unreadable:
      break;
  }
  return "Couldn't combine data file ";
}

}  // namespace

base::Result<inputs::CombinedDataFiles> combine_and_tell(inputs::DataFileCombine combine,
                                                         const console::DebugOutput& debug, bool quiet) {
  combine.read = read;
  combine.write = [](const model::Measurement& data, const std::string& path) {
    return formats::write_coverage_data(data, path, {base::k_version, {}});
  };
  auto combined = inputs::combine_into_data_file(combine);
  if (!combined) return combined;
  for (const auto& error : combined->unreadable) console::print_warning(error.message(), "");
  if (debug.shows("combine"))
    for (const auto& file : combined->files)
      debug.write(fate_in_words(file.fate) + base::relative_to(file.path, combine.cwd) + "\n");
  if (combined->stopped) return tl::unexpected(*combined->stopped);
  if (const auto message = combined->counts.message(); !message.empty() && !quiet) console::print_message(message);
  return combined;
}

int combine_as_drop_in(const CombineOptions& options, const config::Configuration& configuration,
                       const console::Invocation& invocation) {
  const auto& cwd = invocation.cwd;
  inputs::DataFileCombine combine;
  combine.data_file = options.data_file
                          ? base::absolute(*options.data_file, cwd)
                          : inputs::data_file_path(configuration.run.data_file, invocation.environment, cwd);
  combine.paths = options.paths;
  combine.others = take_shards(combine.paths, cwd);
  combine.cwd = cwd;
  combine.append = options.append;
  combine.keep = options.keep;
  combine.jobs = options.jobs;
  auto map_path = path_mapping(configuration, cwd);
  if (!map_path) return console::print_error(map_path.error());
  combine.map_path = std::move(*map_path);
  auto combined = combine_and_tell(combine, {configuration, options.debug, invocation.environment}, options.quiet);
  return combined ? 0 : console::print_error(combined.error());
}

}  // namespace covey::cli
