#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/messages.hpp>
#include <covey/inputs/run_data.hpp>
#include <covey/launch/close_run.hpp>
#include <covey/runs/replace.hpp>
#include <covey/shard/reader.hpp>
#include <covey/shard/tables.hpp>
#include <cstdlib>

namespace covey::launch {

namespace {

constexpr int k_shards_looked_at = 8;  // a job may have thousands, and all should say the same

// What shards say about the interpreter: those of `session.python` where that is known, else any.
void take_python(const std::vector<std::string>& shards, runs::Session& session) {
  int left = k_shards_looked_at;
  bool found = false;
  for (const auto& path : shards) {
    if (left-- == 0) return;
    auto shard = shard::read_shard(path);
    if (!shard) continue;
    auto python = shard->fact("python");
    bool same = python == session.python;
    if (!found || same) session.python_version = shard::python_version(shard->python);
    if (session.python.empty()) session.python = python;
    found = true;
    if (same) return;
  }
}

// What only the processes below knew: each takes its job and part from its own environment.
void take_job(const std::vector<std::string>& shards, runs::Session& session) {
  for (const auto& path : shards) {
    auto shard = shard::read_shard(path);
    if (!shard) continue;
    auto job = shard->fact("job");
    if (shard::job_slug(std::string(job)) == session.slug) session.job = job;
    session.part = std::max(std::atoi(std::string(shard->fact("part")).c_str()), 1);
    return;
  }
}

runs::Session session_below(const RunContext& context, const runs::RunFolder& folder) {
  auto session = context.session;
  session.closed_by_run = true;
  session.slug = folder.slug;
  session.job = folder.slug;
  session.python.clear();
  session.python_version.clear();
  session.signal.reset();
  if (session.status != 0) session.status.reset();
  auto shards = runs::shard_paths(folder);
  take_job(shards, session);
  take_python(shards, session);
  session.no_data = !inputs::read_folders({folder}).measurement.ran_anything();
  return session;
}

}  // namespace

std::vector<runs::RunFolder> folders_of_run(const runs::DataDirectory& data, const std::string& run_id) {
  std::vector<runs::RunFolder> folders;
  for (const auto& slug : data.slugs()) {
    runs::RunFolder folder;
    folder.path = data.job(slug, run_id);
    folder.slug = slug;
    folder.run_id = run_id;
    if (base::is_directory(folder.path)) folders.push_back(std::move(folder));
  }
  return folders;
}

base::Result<void> close_session(RunContext& context, const ProgramEnd& end) {
  context.session.end = console::unix_now();
  context.session.status = end.status;
  context.session.signal = end.signal;
  runs::RunFolder own;
  own.path = base::dirname(context.session_path);
  take_python(runs::shard_paths(own), context.session);
  if (auto written = runs::write_session(context.session_path, context.session); !written) return written;
  return runs::gather_pytest_records(context.session_path, context.settings_path);
}

base::Result<void> close_jobs_below(const runs::DataDirectory& data, const RunContext& context) {
  base::Result<void> result;
  for (const auto& folder : folders_of_run(data, context.settings.run_id)) {
    auto path = folder.path + "/session.json";
    auto written =
        base::exists(path) ? base::Result<void>() : runs::write_session(path, session_below(context, folder));
    if (written) written = runs::gather_pytest_records(path, "");
    if (!written && result) result = written;
  }
  return result;
}

void replace_in_jobs_of(const runs::DataDirectory& data, const RunContext& context,
                        const std::set<std::string>& finished) {
  if (context.settings.append || finished.empty()) return;
  const auto folders = data.run_folders();
  for (const auto& own : folders)
    if (own.run_id == context.settings.run_id && !own.append && !own.no_data)
      console::print_warnings(runs::replace_runs(folders, own.slug, own.part, finished).failures);
}

}  // namespace covey::launch
