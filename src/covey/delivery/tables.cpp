#include <algorithm>
#include <covey/analysis/index.hpp>
#include <covey/analysis/sources.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/delivery/tables.hpp>
#include <covey/inputs/measured_data.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/tables.hpp>
#include <set>

namespace covey::delivery {

namespace {

using Versions = std::set<std::uint32_t, std::greater<>>;  // PY_VERSION_HEX, the newest first

base::Result<void> copy_tables(const std::vector<std::string>& from, const std::string& to, std::uint32_t python,
                               const base::Digest128& digest) {
  if (shard::has_tables(to, python, digest)) return {};
  for (const auto& directory : from) {
    auto tables = shard::read_tables(directory, python, digest);
    if (!tables) continue;
    const auto own = shard::tables_path(to, python, digest);
    if (auto made = base::make_directories(std::string(base::dirname(own))); !made) return made;
    return base::write_file_atomic(own, shard::serialize_tables(*tables));
  }
  return {};
}

// The versions that there are tables of, by the names of their directories.
Versions versions_in(const std::vector<std::string>& directories) {
  Versions versions;
  for (const auto& directory : directories)
    for (const auto& name : base::names_in(directory))
      if (auto python = shard::python_of_folder(name)) versions.insert(*python);
  return versions;
}

// Names the newest CPython that has a table of the source as it is now.
void name_by_tables(const std::string& path, model::MeasuredFile& file, const std::vector<std::string>& directories,
                    const Versions& versions) {
  auto bytes = analysis::read_source_bytes(path);
  if (!bytes) return;
  const auto digest = base::digest128(*bytes);
  for (auto python : versions)
    for (const auto& directory : directories)
      if (shard::has_tables(directory, python, digest)) {
        file.python = python;
        file.digests.insert(digest);
        return;
      }
}

bool lacks_python(const std::pair<const std::string, model::MeasuredFile>& file) { return file.second.python == 0; }

void tell_deliveries(DeliveredData& data, const std::string& what) {
  std::sort(data.without_statements.begin(), data.without_statements.end());
  data.without_statements.erase(std::unique(data.without_statements.begin(), data.without_statements.end()),
                                data.without_statements.end());
  for (auto index : data.without_statements) data.deliveries[index].unreadable.push_back(what);
}

// What the interpreter on the path compiles.
void compile_rest(DeliveredData& data, const base::Environment& environment, const std::string& cwd, int jobs) {
  model::Measurement rest;
  for (const auto& [path, file] : data.measurement.files)
    if (file.python == 0) rest.files.emplace(path, file);
  auto interpreter = interpreters::interpreter_on_path(environment, cwd);
  const std::string advice = "it does not say which lines are statements: run `covey index` in the job that made it";
  if (!interpreter) return tell_deliveries(data, advice + ", or have that job's Python on the path");
  rest.interpreters = {{interpreter->python, interpreter->path}};
  for (auto& [path, file] : rest.files) file.python = interpreter->python;
  auto outcome = analysis::index_measurement(rest, {rest.interpreters, data.tables, environment, jobs});
  if (!outcome.failed.empty()) return tell_deliveries(data, advice + " (" + outcome.failed.front().what + ")");
  for (const auto& [path, file] : rest.files) data.measurement.files[path].python = file.python;
  data.measurement.interpreters.insert(rest.interpreters.begin(), rest.interpreters.end());
}

}  // namespace

base::Result<void> complete_tables(DeliveredData& data, const base::Environment& environment, const std::string& cwd,
                                   int jobs) {
  auto& files = data.measurement.files;
  if (std::any_of(files.begin(), files.end(), lacks_python)) {
    auto directories = data.table_directories;
    directories.push_back(inputs::tables_at_hand(environment, cwd));
    const auto versions = versions_in(directories);
    for (auto& [path, file] : files)
      if (file.python == 0) name_by_tables(path, file, directories, versions);
  }
  const bool is_whole = std::none_of(files.begin(), files.end(), lacks_python);
  if (is_whole && data.table_directories.size() == 1) {
    data.tables = data.table_directories.front();
    return {};
  }
  data.tables = inputs::tables_at_hand(environment, cwd);
  if (auto made = base::make_directories(data.tables); !made) return made;
  for (const auto& [path, file] : files)
    for (const auto& digest : file.digests)
      if (auto copied = copy_tables(data.table_directories, data.tables, file.python, digest); !copied) return copied;
  if (!is_whole) compile_rest(data, environment, cwd, jobs);
  return {};
}

}  // namespace covey::delivery
