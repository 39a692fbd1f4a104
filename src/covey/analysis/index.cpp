#include <algorithm>
#include <covey/analysis/index.hpp>
#include <covey/analysis/sources.hpp>
#include <covey/base/parallel.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/shard/tables.hpp>

namespace covey::analysis {

namespace {

// Whether there is nothing to compile, known without a look at the source.
bool has_tables(const model::MeasuredFile& file, const std::string& tables_directory) {
  return !file.digests.empty() && std::all_of(file.digests.begin(), file.digests.end(), [&](const auto& digest) {
    return shard::has_tables(tables_directory, file.python, digest);
  });
}

}  // namespace

base::Result<void> name_interpreter(model::Measurement& measurement, const base::Environment& environment,
                                    const std::string& cwd) {
  auto is_known = [](const auto& file) { return file.second.python != 0; };
  if (std::all_of(measurement.files.begin(), measurement.files.end(), is_known)) return {};
  auto interpreter = interpreters::interpreter_on_path(environment, cwd);
  if (!interpreter) return tl::unexpected(interpreter.error());
  for (auto& [path, file] : measurement.files)
    if (file.python == 0) file.python = interpreter->python;
  measurement.interpreters.emplace(interpreter->python, interpreter->path);
  return {};
}

interpreters::CompileOutcome index_measurement(const model::Measurement& measurement, const CompileSettings& settings) {
  std::vector<std::pair<std::string, std::uint32_t>> left;
  for (const auto& [path, file] : measurement.files)
    if (!has_tables(file, settings.tables)) left.emplace_back(path, file.python);
  std::vector<Source> sources(left.size());
  base::for_each_index(left.size(), settings.jobs,
                       [&](auto i, auto) { sources[i] = read_source(left[i].first, left[i].second); });
  return complete_tables(sources, settings);
}

}  // namespace covey::analysis
