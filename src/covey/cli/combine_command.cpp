#include <fmt/format.h>
#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/cli/combine_inputs.hpp>
#include <covey/cli/combined_run.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/data_files.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/replace.hpp>
#include <covey/model/combine.hpp>
#include <thread>

namespace covey::cli {

namespace {

struct CombineOptions {
  std::vector<std::string> paths;
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  std::optional<std::string> debug;
  std::optional<double> jobs;
  bool append = false;
  bool keep = false;
  bool quiet = false;
};

void declare(OptionParser& parser, CombineOptions& options) {
  parser.flag("-a,--append", options.append, "add to what was combined before; it is replaced otherwise");
  parser.text("--data-file", options.data_file, "DIR",
              "the data directory; .covey, or what COVEY_DATA says, otherwise");
  parser.flag("--keep", options.keep, "leave what was combined where it is");
  parser.flag("-q,--quiet", options.quiet, "say nothing but errors");
  parser.number("--jobs", options.jobs, "N", "threads to read with; as many as there are processors otherwise");
  parser.text("--rcfile", options.rcfile, "FILE", "the configuration file");
  parser.text("--debug", options.debug, "OPTS", "accepted and ignored");
  parser.words(options.paths);
}

// The new data, and with --append the old.
shard::UnitedShards unite(const CombineInputs& inputs, const CombineOptions& options) {
  auto paths = inputs.shard_paths();
  for (const auto& folder : options.append ? inputs.combined : std::vector<RunFolder>())
    for (auto& path : shard_paths(folder)) paths.push_back(std::move(path));
  const auto processors = static_cast<double>(std::thread::hardware_concurrency());
  const auto jobs = std::clamp(options.jobs.value_or(processors), 1.0, 256.0);
  return shard::unite_shards(paths, static_cast<int>(jobs));
}

base::Result<DataDirectory> combine(const CombineInputs& inputs, const shard::UnitedShards& united,
                                    const std::string& own, const Invocation& invocation) {
  if (united.data.is_mixed())
    return base::fail(base::ErrorKind::usage, own, "can't combine branch coverage data with statement data");
  auto data = DataDirectory::create(own);
  if (!data) return data;
  base::PathAliases aliases({invocation.cwd, false});
  auto map_path = [&](const std::string& path) { return aliases.map(path, base::source_exists); };
  std::vector<std::string> command = {"covey", "combine"};
  command.insert(command.end(), invocation.arguments.begin(), invocation.arguments.end());
  const auto before = data->run_folders();
  if (auto copied = copy_tables(*data, united.data, inputs); !copied) return tl::unexpected(copied.error());
  auto written = write_combined_run(*data, united.data, map_path, inputs, command);
  if (!written) return tl::unexpected(written.error());
  replace_runs(before, k_combined_slug, std::nullopt, finished_runs(before));
  return data;
}

}  // namespace

int combine_command(const Invocation& invocation) {
  CombineOptions options;
  OptionParser parser("combine", "[options] [PATH...]",
                      "Unites the data of several runs, jobs or machines into one. PATHs are data directories or "
                      "directories that hold some; the data directory itself otherwise.");
  declare(parser, options);
  if (auto status = parser.parse(invocation)) return *status;

  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  const auto own = data_directory_path(options.data_file, environment, cwd);
  auto inputs = find_inputs({own, data_file_path("", environment, cwd), options.paths, cwd});
  if (!inputs) return print_error(inputs.error());
  if (inputs->empty())
    return print_error({base::ErrorKind::no_data, own, "no data to combine (covey run collects it)"});
  model::CombineCounts counts;
  for (const auto& path : inputs->data_files) {
    print_warning(path + ": is no shard and no data directory");
    ++counts.errored;
  }
  auto united = unite(*inputs, options);
  for (const auto& error : united.damaged) print_warning(error.message());
  if (united.data.empty()) return print_error({base::ErrorKind::no_data, own, "no usable data files"});
  if (auto combined = combine(*inputs, united, own, invocation); !combined) return print_error(combined.error());
  if (!options.keep) remove_combined(*inputs, united.damaged);
  counts.combined = united.n_shards;
  counts.errored += static_cast<int>(united.damaged.size());
  if (!options.quiet) fmt::print(stderr, "{}\n", counts.message());
  return 0;
}

}  // namespace covey::cli
