#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/measured_data.hpp>
#include <covey/inputs/run_data.hpp>
#include <covey/interpreters/interpreter_cache.hpp>
#include <covey/runs/data_directory.hpp>

namespace covey::inputs {

namespace {

base::Result<MeasuredData> read_directory(const std::string& path) {
  auto data = runs::DataDirectory::open(path);
  if (!data) return tl::unexpected(data.error());
  auto shards = read_folders(data->current());
  MeasuredData measured;
  measured.damaged = std::move(shards.damaged);
  measured.incomplete = std::move(shards.incomplete);
  measured.measurement = std::move(shards.measurement);
  measured.path = data->path();
  measured.tables = data->tables();
  return measured;
}

}  // namespace

std::string tables_at_hand(const base::Environment& environment, const std::string& cwd) {
  const auto directory = runs::data_directory_path(std::nullopt, environment, cwd);
  if (runs::DataDirectory::open(directory)) return directory + "/tables";
  const auto cache = interpreters::user_cache(environment);
  return base::join(cache.empty() ? base::join(cwd, ".cache/covey") : cache, "tables");
}

base::Result<MeasuredData> read_coverage_file(const std::string& path, const base::Environment& environment,
                                              const std::string& cwd) {
  auto measurement = formats::read_coverage_data(path);
  if (!measurement) return tl::unexpected(measurement.error());
  MeasuredData measured{std::move(*measurement), path, tables_at_hand(environment, cwd)};
  if (auto made = base::make_directories(measured.tables); !made) return tl::unexpected(made.error());
  return measured;
}

base::Result<MeasuredData> read_measured_data(const std::optional<std::string>& data_file,
                                              const base::Environment& environment, const std::string& cwd) {
  const auto path = runs::data_directory_path(data_file, environment, cwd);
  if (base::is_file(path)) return read_coverage_file(path, environment, cwd);
  const auto coverage_file = base::join(cwd, ".coverage");
  if (!data_file && !base::exists(path) && base::is_file(coverage_file))
    return read_coverage_file(coverage_file, environment, cwd);
  return read_directory(path);
}

}  // namespace covey::inputs
