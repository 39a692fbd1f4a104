#include <fmt/format.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/combine_as_drop_in.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/combine_inputs.hpp>
#include <covey/inputs/combined_run.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/model/combine.hpp>
#include <covey/runs/replace.hpp>
#include <set>

namespace covey::cli {

namespace {

void declare(console::OptionParser& parser, CombineOptions& options) {
  parser.flag("-a,--append", options.append, "add to what was combined before; it is replaced otherwise");
  parser.text("--data-file", options.data_file, "PATH",
              "where the result goes: as drop-in a data file, .coverage otherwise; else the data directory");
  parser.flag("--keep", options.keep, "leave what was combined where it is");
  parser.flag("-q,--quiet", options.quiet, "say nothing but errors");
  console::declare_jobs(parser, options.jobs);
  console::declare_rcfile(parser, options.rcfile);
  console::declare_debug(parser, options.debug);
  parser.words(options.paths);
}

// The new data, and with --append the old.
shard::UnitedShards unite(const inputs::CombineInputs& inputs, const CombineOptions& options) {
  auto paths = inputs.shard_paths();
  for (const auto& folder : options.append ? inputs.combined : std::vector<runs::RunFolder>())
    for (auto& path : runs::shard_paths(folder)) paths.push_back(std::move(path));
  return shard::unite_shards(paths, options.jobs);
}

// coverage.py's data files, and what earlier combined runs hold of such.
base::Result<inputs::CombinedDataFiles> unite_data_files(const inputs::CombineInputs& inputs,
                                                         const CombineOptions& options, const std::string& own,
                                                         const model::Combination::MapPath& map_path) {
  inputs::DataFileRequest request;
  request.data_file = own;
  request.files = inputs.data_files;
  auto add = [&](const runs::RunFolder& folder) {
    if (auto path = runs::united_data_path(folder.path); base::exists(path)) request.files.push_back(path);
  };
  for (const auto& directory : inputs.directories)
    for (const auto& folder : directory.folders) add(folder);
  if (options.append)
    for (const auto& folder : inputs.combined) add(folder);
  request.read = formats::read_coverage_data;
  request.map_path = map_path;
  request.jobs = options.jobs;
  return inputs::combine_data_files(std::move(request));
}

struct Combined {
  shard::UnitedShards shards;
  inputs::CombinedDataFiles files;

  bool has_branches() const { return shards.data.has_branches() || files.data.has_branches(); }
  bool has_lines() const {
    return (files.data.modes & model::k_measured_lines) != 0 ||
           (!shards.data.empty() && (shards.data.is_mixed() || !shards.data.has_branches()));
  }
};

base::Result<void> write(const inputs::CombineInputs& inputs, const Combined& combined, const std::string& own,
                         const model::Combination::MapPath& map_path, const console::Invocation& invocation) {
  if (combined.has_branches() && combined.has_lines())
    return base::fail(base::ErrorKind::usage, own, "can't combine branch coverage data with statement data");
  auto data = runs::DataDirectory::create(own);
  if (!data) return tl::unexpected(data.error());
  std::vector<std::string> command = {"covey", "combine"};
  command.insert(command.end(), invocation.arguments.begin(), invocation.arguments.end());
  const auto before = data->run_folders();
  if (auto copied = inputs::copy_tables(*data, combined.shards.data, inputs); !copied) return copied;
  auto written = inputs::write_combined_run(*data, {combined.shards.data, combined.files.data}, map_path, inputs,
                                            {command, console::unix_now()});
  if (!written) return written;
  console::print_warnings(
      runs::replace_runs(before, inputs::k_combined_slug, std::nullopt, runs::finished_runs(before)).failures);
  return {};
}

// The data files are the user's; those in combined runs go with their runs.
void remove_data_files(const inputs::CombineInputs& inputs, const inputs::CombinedDataFiles& files) {
  const std::set<std::string> given(inputs.data_files.begin(), inputs.data_files.end());
  for (const auto& path : files.done)
    if (given.contains(path))
      if (auto removed = inputs::erase_data_files(path, inputs::ErasedFiles::data_file); !removed)
        console::print_warning(removed.error().message());
}

int combine_into_directory(const CombineOptions& options, const config::Configuration& configuration,
                           const console::Invocation& invocation) {
  const auto& cwd = invocation.cwd;
  const auto own = runs::data_directory_path(options.data_file, invocation.environment, cwd);
  const auto data_file = inputs::data_file_path(configuration.run.data_file, invocation.environment, cwd);
  auto inputs = inputs::find_inputs({own, data_file, options.paths, cwd});
  if (!inputs) return console::print_error(inputs.error());
  if (inputs->empty())
    return console::print_error({base::ErrorKind::no_data,
                                 options.paths.empty() ? own : fmt::format("{}", fmt::join(options.paths, ", ")),
                                 "no data to combine (covey run collects it)"});
  auto map_path = path_mapping(configuration, cwd);
  if (!map_path) return console::print_error(map_path.error());
  auto files = unite_data_files(*inputs, options, own, *map_path);
  if (!files) return console::print_error(files.error());
  Combined combined{unite(*inputs, options), std::move(*files)};
  for (const auto& error : combined.files.unreadable) console::print_warning(error.message());
  for (const auto& error : combined.shards.damaged) console::print_warning(error.message());
  auto counts = combined.files.counts;
  if (combined.shards.data.empty() && counts.combined == 0)
    return console::print_error({base::ErrorKind::no_data, own, "no usable data files"});
  if (auto written = write(*inputs, combined, own, *map_path, invocation); !written)
    return console::print_error(written.error());
  if (!options.keep) {
    console::print_warnings(inputs::remove_combined(*inputs, combined.shards.damaged));
    remove_data_files(*inputs, combined.files);
  }
  counts.combined += combined.shards.n_shards;
  counts.errored += static_cast<int>(combined.shards.damaged.size());
  if (!options.quiet) console::print_message(counts.message());
  return 0;
}

}  // namespace

int combine_command(const console::Invocation& invocation) {
  CombineOptions options;
  console::OptionParser parser(
      "combine", "[options] [PATH...]",
      "Unites the data of several runs, jobs or machines into one. PATHs are data directories, data "
      "files of coverage.py's, or directories that hold some; otherwise the data "
      "directory itself, and coverage.py's parallel data files in the current one, which are removed.");
  declare(parser, options);
  if (auto status = parser.parse(invocation)) return *status;
  auto configuration = console::configure(console::configuration_request(invocation, options.rcfile));
  if (!configuration) return console::print_error(configuration.error());
  return invocation.is_drop_in() ? combine_as_drop_in(options, *configuration, invocation)
                                 : combine_into_directory(options, *configuration, invocation);
}

}  // namespace covey::cli
