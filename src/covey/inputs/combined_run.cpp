#include <unistd.h>
#include <algorithm>
#include <climits>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/version.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/combined_run.hpp>
#include <covey/runs/replace.hpp>
#include <covey/runs/session.hpp>
#include <covey/shard/tables.hpp>
#include <cstdio>
#include <filesystem>
#include <set>

namespace covey::inputs {

namespace {

constexpr int k_run_id_digits = 16;

// What all of them say alike; empty where they differ.
std::string common(const std::vector<runs::Session>& sessions, std::string runs::Session::*field) {
  std::set<std::string> values;
  for (const auto& session : sessions) values.insert(session.*field);
  return values.size() == 1 ? *values.begin() : "";
}

std::vector<const runs::RunFolder*> folders_of(const CombineInputs& inputs) {
  std::vector<const runs::RunFolder*> folders;
  for (const auto& directory : inputs.directories)
    for (const auto& folder : directory.folders) folders.push_back(&folder);
  return folders;
}

runs::Session session_of(const CombineInputs& inputs, const std::string& run_id, const Combiner& combiner) {
  runs::Session session;
  std::vector<runs::Session> parts;
  for (const auto* folder : folders_of(inputs)) {
    session.combined.push_back(folder->slug + "/" + folder->run_id);
    if (session.incomplete.empty()) session.incomplete = folder->incomplete;
    for (const auto& path : runs::session_paths(folder->path))
      if (auto part = runs::read_session(path)) parts.push_back(std::move(*part));
  }
  session.project = common(parts, &runs::Session::project);
  session.commit = common(parts, &runs::Session::commit);
  session.branch = std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.branch; });
  session.job = "combined";
  session.slug = k_combined_slug;
  session.run_id = run_id;
  session.start = combiner.time;
  session.end = session.start;
  session.status = 0;
  session.command = combiner.command;
  char host[HOST_NAME_MAX + 1] = {};
  if (::gethostname(host, sizeof host - 1) == 0) session.host = host;
  session.pid = ::getpid();
  session.covey_version = base::k_version;
  return session;
}

bool holds(const runs::RunFolder& folder, const std::vector<base::Error>& damaged) {
  return std::any_of(damaged.begin(), damaged.end(),
                     [&](const auto& error) { return error.where.starts_with(folder.path + "/"); });
}

}  // namespace

base::Result<void> write_combined_run(const runs::DataDirectory& data, const CombinedData& combined,
                                      const shard::Union::MapPath& map_path, const CombineInputs& inputs,
                                      const Combiner& combiner) {
  const auto run_id = base::random_hex(k_run_id_digits);
  const auto folder = data.job(k_combined_slug, run_id);
  const auto aside = data.job(k_combined_slug, ".new-" + run_id);
  auto written = combined.shards.write({aside, run_id, {{"job", "combined"}, {"writer", "covey combine"}}}, map_path);
  if (written) written = base::make_directories(aside);  // without shards nobody made it
  if (written && !combined.files.files.empty())
    written = formats::write_coverage_data(combined.files, runs::united_data_path(aside), {base::k_version, {}});
  if (written) written = runs::write_session(aside + "/session.json", session_of(inputs, run_id, combiner));
  if (written && ::rename(aside.c_str(), folder.c_str()) != 0) written = base::fail_errno(folder);
  if (!written) {
    std::error_code ignored;
    std::filesystem::remove_all(aside, ignored);
  }
  return written;
}

base::Result<void> copy_tables(const runs::DataDirectory& data, const shard::Union& combined,
                               const CombineInputs& inputs) {
  for (const auto& source : combined.sources()) {
    if (shard::has_tables(data.tables(), source.python, source.digest)) continue;
    const auto own = shard::tables_path(data.tables(), source.python, source.digest);
    for (const auto& directory : inputs.directories) {
      auto tables = shard::read_tables(directory.data.tables(), source.python, source.digest);
      if (!tables) continue;
      if (auto made = base::make_directories(std::string(base::dirname(own))); !made) return made;
      if (auto copied = base::write_file_atomic(own, shard::serialize_tables(*tables)); !copied) return copied;
      break;
    }
  }
  return {};
}

std::vector<base::Error> remove_combined(const CombineInputs& inputs, const std::vector<base::Error>& damaged) {
  std::vector<base::Error> failures;
  auto add = [&](const std::vector<base::Error>& more) { failures.insert(failures.end(), more.begin(), more.end()); };
  for (const auto& directory : inputs.directories) {
    auto finished = runs::finished_runs(directory.all);
    for (const auto& folder : directory.all)
      if (holds(folder, damaged)) finished.erase(folder.run_id);
    std::set<std::string> slugs;
    for (const auto& folder : directory.all) slugs.insert(folder.slug);
    for (const auto& slug : slugs) {
      add(runs::replace_runs(directory.all, slug, std::nullopt, finished).failures);
      ::rmdir((directory.data.jobs() + "/" + slug).c_str());  // only where nothing else is in it
    }
    add(runs::sweep_runs(directory.data));
  }
  for (const auto& path : inputs.shards) {
    const bool is_damaged =
        std::any_of(damaged.begin(), damaged.end(), [&](const auto& error) { return error.where == path; });
    if (!is_damaged && ::unlink(path.c_str()) != 0) failures.push_back(base::fail_errno(path).value());
  }
  return failures;
}

}  // namespace covey::inputs
