#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/combine_as_drop_in.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/runs/data_directory.hpp>
#include <memory>

namespace covey::cli {

namespace {

base::Result<inputs::MeasuredData> at_hand(model::Measurement data, const std::string& path,
                                           const console::Invocation& invocation) {
  inputs::MeasuredData measured{std::move(data), path, inputs::tables_at_hand(invocation.environment, invocation.cwd)};
  if (auto made = base::make_directories(measured.tables); !made) return tl::unexpected(made.error());
  return measured;
}

// coverage.py's data file, its parallel files combined into it.
base::Result<inputs::MeasuredData> combine_files(const std::string& data_file, const DataChoice& choice,
                                                 const console::DebugOutput& debug,
                                                 model::Combination::MapPath map_path,
                                                 const console::Invocation& invocation) {
  inputs::DataFileCombine combine;
  combine.data_file = data_file;
  combine.cwd = invocation.cwd;
  combine.need = inputs::DataFileCombine::Need::nothing;
  combine.append = true;
  combine.keep = choice.keep_combined;
  combine.jobs = choice.jobs;
  combine.map_path = std::move(map_path);
  auto combined = combine_and_tell(std::move(combine), debug, choice.quiet);
  if (!combined) return tl::unexpected(combined.error());
  return at_hand(std::move(combined->data), data_file, invocation);
}

// The same in memory, where nothing of coverage.py's is to change.
base::Result<inputs::MeasuredData> unite_files(const std::string& data_file, std::vector<std::string> files,
                                               model::Combination::MapPath map_path,
                                               const console::Invocation& invocation, int jobs) {
  inputs::DataFileRequest request;
  request.data_file = data_file;
  request.files = std::move(files);
  request.read = formats::read_coverage_data;
  request.map_path = std::move(map_path);
  request.jobs = jobs;
  auto start = inputs::read_start(data_file, request.read);
  if (!start) return tl::unexpected(start.error());
  request.start = std::move(*start);
  auto combined = inputs::combine_data_files(std::move(request));
  if (!combined) return tl::unexpected(combined.error());
  for (const auto& error : combined->unreadable) console::print_warning(error.message());
  return at_hand(std::move(combined->data), data_file, invocation);
}

base::Result<inputs::MeasuredData> read_data(const DataChoice& choice, const config::Configuration& configuration,
                                             const model::Combination::MapPath& map_path,
                                             const console::Invocation& invocation) {
  const auto& given = choice.data_file;
  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  const auto directory = runs::data_directory_path(given, environment, cwd);
  const auto data_file =
      given ? base::absolute(*given, cwd) : inputs::data_file_path(configuration.run.data_file, environment, cwd);
  const bool has_directory = base::is_directory(directory);
  if (given && has_directory) return inputs::read_measured_data(given, environment, cwd);
  auto parallel = inputs::combinable_files(data_file, {}, cwd);
  const bool has_files = base::exists(data_file) || (parallel && !parallel->empty());
  if (invocation.is_drop_in()) {
    if (has_files || !has_directory)
      return combine_files(data_file, choice, {configuration, choice.debug, environment}, map_path, invocation);
  } else if (has_files && !has_directory) {
    if (!parallel) return tl::unexpected(parallel.error());
    return unite_files(data_file, std::move(*parallel), map_path, invocation, choice.jobs);
  }
  return inputs::read_measured_data(given, environment, cwd);
}

}  // namespace

base::Result<model::Combination::MapPath> path_mapping(const config::Configuration& configuration,
                                                       const std::string& cwd) {
  auto aliases = base::PathAliases::of_places(configuration.paths, {cwd, configuration.run.relative_files});
  if (!aliases) return tl::unexpected(aliases.error().at(config::place_of(configuration, "[paths]")));
  auto shared = std::make_shared<base::PathAliases>(std::move(*aliases));
  return [shared](const std::string& path) { return shared->map(path, base::source_exists); };
}

int tell_of_damage(const inputs::MeasuredData& data) {
  for (const auto& error : data.damaged) console::print_error(error);
  for (const auto& error : data.incomplete) console::print_warning(error.where + ": incomplete: " + error.what);
  return data.damaged.empty() ? 0 : 1;
}

base::Result<inputs::MeasuredData> read_report_data(const DataChoice& choice,
                                                    const config::Configuration& configuration,
                                                    const console::Invocation& invocation) {
  auto map_path = path_mapping(configuration, invocation.cwd);
  if (!map_path) return tl::unexpected(map_path.error());
  auto data = read_data(choice, configuration, *map_path, invocation);
  if (data) tell_of_damage(*data);
  if (!data || configuration.paths.empty() || data->measurement.is_mixed()) return data;
  model::Combination mapped(data->path, *map_path);
  if (auto added = mapped.add(data->path, std::move(data->measurement)); !added) return tl::unexpected(added.error());
  data->measurement = mapped.take();
  return data;
}

}  // namespace covey::cli
