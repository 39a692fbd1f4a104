#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/analysis/arc_data.hpp>
#include <covey/base/file.hpp>
#include <covey/base/hash.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/base/version.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/data_file_name.hpp>
#include <covey/formats/shards.hpp>
#include <covey/inputs/data_file_output.hpp>
#include <covey/shard/reader.hpp>
#include <cstdio>
#include <set>

namespace covey::inputs {

namespace {

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

base::Result<void> write_data_file(model::Measurement measurement, const std::string& path,
                                   const DataFileOutput& output) {
  analysis::make_arcs(measurement, base::default_jobs());  // sources that are gone are for reports to miss
  if (output.relative_files) name_relative_to(output.cwd, measurement);
  measurement |= output.start;
  if (measurement.is_mixed()) {
    const bool had_branches = output.start.has_branches();
    return base::fail(base::ErrorKind::usage, "",
                      had_branches ? "Can't add line measurements to existing branch data"
                                   : "Can't add branch measurements to existing line data");
  }
  return formats::write_coverage_data(measurement, path, {base::k_version, {}});
}

// Under a name that says what is in it, so that combining knows the same data again.
base::Result<void> write_parallel_file(const ProcessData& process, const DataFileOutput& output) {
  const formats::DataFileOrigin origin{host_name(), process.pid, std::stoull(base::random_hex(16), nullptr, 16)};
  const auto unfinished = output.path + "." + formats::data_file_suffix(origin);
  if (auto written = write_data_file(process.measurement, unfinished, output); !written) return written;
  auto bytes = base::read_file(unfinished);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto name = output.path + "." + formats::data_file_suffix(origin, base::digest128(*bytes));
  if (std::rename(unfinished.c_str(), name.c_str()) != 0) return base::fail_errno(name);
  return {};
}

// In a forked process code goes on that it never began.
bool ran_anything(const model::Measurement& measurement) {
  return std::any_of(measurement.files.begin(), measurement.files.end(), [](const auto& entry) {
    const auto& file = entry.second;
    return file.executed || !file.ran.empty() || !file.arcs.empty();
  });
}

}  // namespace

void name_relative_to(const std::string& cwd, model::Measurement& measurement) {
  std::map<std::string, model::MeasuredFile> files;
  for (auto& [path, file] : measurement.files) files[base::relative_to(path, cwd)] |= file;
  measurement.files = std::move(files);
}

ProcessesRead read_processes(const std::vector<std::string>& shards) {
  ProcessesRead read;
  for (const auto& path : shards) {
    auto shard = shard::read_shard(path);
    const int pid = shard ? static_cast<int>(shard->pid) : 0;
    formats::ShardsRead data;
    formats::add_shard(shard, path, data);
    read.unread.insert(read.unread.end(), data.damaged.begin(), data.damaged.end());
    read.unread.insert(read.unread.end(), data.incomplete.begin(), data.incomplete.end());
    if (shard) read.processes.push_back({pid, std::move(data.measurement)});
  }
  return read;
}

void drop_vanished(std::vector<ProcessData>& processes, int main_pid) {
  std::set<std::string> kept;
  for (const auto& process : processes)
    if (process.pid == main_pid)
      for (const auto& [path, file] : process.measurement.files) kept.insert(path);
  std::set<std::string> gone;
  for (const auto& process : processes)
    for (const auto& [path, file] : process.measurement.files)
      if (!kept.contains(path)) (base::source_exists(path) ? kept : gone).insert(path);
  for (auto& process : processes)
    std::erase_if(process.measurement.files, [&](const auto& file) { return gone.contains(file.first); });
}

base::Result<void> write_data_files(const std::vector<ProcessData>& processes, const DataFileOutput& output) {
  if (auto made = base::make_directories(std::string(base::dirname(output.path))); !made) return made;
  model::Measurement united;
  for (const auto& process : processes) {
    const bool is_first = &process == &processes.front();
    if (!output.parallel && (is_first || !output.parallel_below)) {
      united |= process.measurement;
    } else if (is_first || ran_anything(process.measurement)) {
      if (auto written = write_parallel_file(process, output); !written) return written;
    }
  }
  return output.parallel ? base::Result<void>() : write_data_file(std::move(united), output.path, output);
}

}  // namespace covey::inputs
