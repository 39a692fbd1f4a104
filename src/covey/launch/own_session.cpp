#include <unistd.h>
#include <algorithm>
#include <covey/analysis/index.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/console/messages.hpp>
#include <covey/console/progress.hpp>
#include <covey/inputs/data_file_output.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/launch/after_run.hpp>
#include <covey/launch/close_run.hpp>
#include <covey/launch/own_session.hpp>
#include <covey/runs/replace.hpp>
#include <covey/runs/unexecuted.hpp>
#include <covey/shard/run_notes.hpp>

namespace covey::launch {

namespace {

runs::RunFolder folder_of(const OwnSession& session) {
  runs::RunFolder folder;
  folder.slug = session.context.slug;
  folder.run_id = session.context.settings.run_id;
  folder.path = session.data.job(folder.slug, folder.run_id);
  return folder;
}

bool is_of_package(const model::MeasuredFile& file, const std::string& package) {
  return std::any_of(file.modules.begin(), file.modules.end(), [&](const std::string& module) {
    return module.starts_with(package) && (module.size() == package.size() || module[package.size()] == '.');
  });
}

// Leaves the files that `chosen` names; all where it names none.
void keep_sources(const shard::Settings& chosen, model::Measurement& measurement) {
  if (chosen.source_dirs.empty() && chosen.source_packages.empty()) return;
  std::erase_if(measurement.files, [&](const auto& entry) {
    const auto& [path, file] = entry;
    auto holds = [&path = path](const auto& directory) { return base::is_below(path, directory); };
    auto names = [&file = file](const auto& package) { return is_of_package(file, package); };
    return std::none_of(chosen.source_dirs.begin(), chosen.source_dirs.end(), holds) &&
           std::none_of(chosen.source_packages.begin(), chosen.source_packages.end(), names);
  });
}

void warn_of_sources(const shard::Settings& settings, const model::Measurement& measurement) {
  if (!measurement.ran_anything()) console::print_warning("No data was collected.", "no-data-collected");
  for (const auto& package : runs::unimported_packages(settings, measurement))
    console::print_warning("Module " + package + " was never imported.", "module-not-imported");
}

void note_in_record(const RunContext& context) {
  if (!base::exists(context.session_path)) return;
  if (auto written = runs::write_session(context.session_path, context.session); !written)
    console::print_warning(written.error().message());
}

void complete_tables_of(OwnSession& session, const model::Measurement& measurement) {
  auto& context = session.context;
  interpreters::keep_interpreters(measurement.interpreters, context.environment);
  auto outcome = analysis::index_measurement(measurement, {measurement.interpreters, session.data.tables(),
                                                           context.environment, context.jobs, console::show_progress});
  warn_of(outcome.failed, "");
  if (outcome.cpu_seconds > 0) context.session.index_seconds = outcome.cpu_seconds;
}

// The runs that were over when this session started.
std::set<std::string> over_before(const OwnSession& session) {
  const double start = session.context.session.start;
  auto folders = session.data.run_folders();
  std::erase_if(folders, [&](const runs::RunFolder& folder) {
    return !folder.alive && folder.end.value_or(folder.start) > start;
  });
  auto finished = runs::finished_runs(folders);
  finished.erase(session.context.settings.run_id);
  return finished;
}

}  // namespace

base::Result<OwnSession> open_own_session(const std::string& settings_path, const std::string& folder,
                                          const console::Invocation& invocation) {
  auto text = base::read_file(settings_path);
  if (!text) return tl::unexpected(text.error());
  auto settings = shard::parse_settings(*text, settings_path);
  if (!settings) return tl::unexpected(settings.error());
  auto data = runs::DataDirectory::open(settings->data_dir);
  if (!data) return tl::unexpected(data.error());
  RunContext context;
  context.slug = base::basename(base::dirname(folder));
  if (folder != data->job(context.slug, settings->run_id))
    return base::fail(base::ErrorKind::usage, folder, "is no folder of the run");
  context.settings = std::move(*settings);
  context.settings_path = settings_path;
  context.kind = ProgramKind::command;
  context.jobs = base::default_jobs();
  context.environment = invocation.environment;
  context.environment.remove(shard::k_settings_variable);
  context.session_path = folder + "/session.json";
  if (auto session = runs::read_session(context.session_path)) context.session = std::move(*session);
  context.program.command = context.session.command;
  return OwnSession{std::move(*data), std::move(context)};
}

RunOptions run_options(const PytestOptions& options) {
  RunOptions run;
  run.manner = console::Manner::coverage;
  run.source = options.sources;
  run.branch = options.branch;
  run.append = options.append;
  run.rcfile = options.config;
  run.program.kind = ProgramKind::command;
  return run;
}

model::Measurement read_own_session(OwnSession& session, const PytestOptions& options,
                                    const console::Invocation& invocation) {
  const auto folder = folder_of(session);
  auto read = inputs::read_processes(runs::shard_paths(folder));
  inputs::drop_vanished(read.processes, session.context.session.pid);
  model::Measurement all;
  for (const auto& process : read.processes) all |= process.measurement;
  auto missing = std::move(read.unread);
  if (auto losses = losses_of(session.context)) missing.insert(missing.begin(), *losses);
  warn_of(missing, "some data is incomplete: ");
  session.context.session.incomplete = missing.empty() ? "" : missing.front().message();
  warn_of_bare_pythons(session.context);
  const auto& settings = session.context.settings;
  if (auto added = runs::add_unexecuted(folder, settings, all); !added) console::print_warning(added.error().message());
  session.context.session.no_data = !all.ran_anything();
  complete_tables_of(session, all);
  note_in_record(session.context);
  if (auto chosen = apply_options(run_options(options), shard::Settings{}, invocation.cwd)) {
    keep_sources(*chosen, all);
    warn_of_sources(*chosen, all);
  }
  return all;
}

int abandon_own_session(const OwnSession& session) {
  const auto& run_id = session.context.settings.run_id;
  shard::forget_run(run_id);
  for (const auto& folder : folders_of_run(session.data, run_id)) {
    if (auto removed = runs::remove_tree(folder.path); !removed) console::print_warning(removed.error().message());
    ::rmdir((session.data.jobs() + "/" + folder.slug).c_str());  // only where it was this run's alone
  }
  if (auto removed = runs::remove_tree(session.data.run(run_id)); !removed)
    console::print_warning(removed.error().message());
  return 0;
}

int close_own_session(OwnSession& session, int status) {
  auto& [data, context] = session;
  shard::forget_run(context.settings.run_id);
  if (auto closed = close_session(context, {status, std::nullopt}); !closed)
    console::print_warning(closed.error().message());
  if (auto closed = close_jobs_below(data, context); !closed) console::print_warning(closed.error().message());
  if (!context.session.no_data) replace_in_jobs_of(data, context, over_before(session));
  console::print_warnings(runs::sweep_runs(data));
  return 0;
}

}  // namespace covey::launch
