#include <fcntl.h>
#include <unistd.h>
#include <charconv>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/version.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/messages.hpp>
#include <covey/forge/git.hpp>
#include <covey/launch/project.hpp>
#include <covey/launch/run_context.hpp>
#include <covey/shard/job.hpp>
#include <covey/shard/run_notes.hpp>

namespace covey::launch {

namespace {

constexpr int k_run_id_digits = 16;

int attempt_of(const base::Environment& environment) {
  auto text = environment.value("GITHUB_RUN_ATTEMPT");
  int attempt = 0;
  std::from_chars(text.data(), text.data() + text.size(), attempt);
  return attempt >= 1 ? attempt : 1;
}

std::string project_of(const forge::Repository& repository, const std::string& cwd) {
  std::vector<std::string> directories = {cwd};
  if (!repository.root.empty() && repository.root != cwd) directories.push_back(repository.root);
  for (const auto& directory : directories) {
    auto path = base::join(directory, "pyproject.toml");
    auto text = base::read_file(path).value_or("");
    auto settings = covey_settings(text, path);
    if (!settings) {
      console::print_warning(settings.error().message() + "; the project is named after the repository");
      continue;
    }
    for (const auto& option : settings->unknown)
      console::print_warning("Unrecognized option '[tool.covey] " + option + "=' in config file " + path);
    if (!settings->project.empty()) return settings->project;
  }
  return repository.name.empty() ? std::string(base::basename(cwd)) : repository.name;
}

// Whether --data-file or COVEY_DATA asks for another directory than the run above us has. A relative COVEY_DATA was
// meant from where that run was started as well as from here.
bool wants_other_directory(const RunOptions& options, const base::Environment& environment,
                           const shard::Settings& outer, const std::string& cwd) {
  auto is_outer = [&](const std::string& path) { return base::canonical(path) == outer.data_dir; };
  if (options.data_file) return !is_outer(base::join(cwd, *options.data_file));
  auto inherited = environment.value("COVEY_DATA");
  return !inherited.empty() && !is_outer(base::join(cwd, inherited)) && !is_outer(base::join(outer.root, inherited));
}

// The settings of the run to join; nothing where this one is on its own.
std::optional<shard::Settings> outer_run(const RunOptions& options, const base::Environment& environment,
                                         const std::string& cwd) {
  auto path = environment.value(shard::k_settings_variable);
  if (path.empty()) return std::nullopt;
  auto text = base::read_file(path);
  if (!text) return std::nullopt;
  auto settings = shard::parse_settings(*text, path);
  if (!settings || wants_other_directory(options, environment, *settings, cwd)) return std::nullopt;
  auto data = runs::DataDirectory::open(settings->data_dir);
  // The variable also reaches what outlives its run, such as a daemon: what it starts is no part of that any more.
  if (!data || runs::liveness(*data, settings->run_id) == runs::Liveness::over) return std::nullopt;
  return *settings;
}

// The session record's path. session.json is for the first `covey run` of the job in this run.
std::string claim_session(const std::string& folder) {
  auto first = folder + "/session.json";
  base::UniqueFd fd(::open(first.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  return fd ? first : folder + "/session-" + base::random_hex(8) + ".json";
}

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

shard::Environment variables(const base::Environment& environment) {
  return [&environment](const char* name) { return environment.value(name); };
}

base::Result<int> part_of(const RunOptions& options, const base::Environment& environment) {
  return options.part ? static_cast<int>(*options.part) : shard::part_of(variables(environment));
}

runs::Session new_session(const RunOptions& options, const RunContext& context, const forge::Repository& repository) {
  runs::Session session;
  session.project = context.settings.project;
  session.job = options.job.value_or(shard::job_of(variables(context.environment)));
  session.slug = shard::job_slug(session.job);
  session.part = part_of(options, context.environment).value_or(1);
  session.attempt = context.settings.attempt;
  session.forge_job = context.settings.forge_job;
  session.run_id = context.settings.run_id;
  session.start = console::unix_now();
  session.commit = forge::tested_commit(repository, context.environment);
  session.python = context.program.python;
  session.python_version = context.program.python_version;
  session.command = context.program.command;
  session.host = host_name();
  session.pid = ::getpid();
  session.covey_version = base::k_version;
  session.append = context.settings.append;
  session.branch = context.settings.branch;
  return session;
}

base::Result<void> open_session(const RunOptions& options, const forge::Repository& repository,
                                const runs::DataDirectory& data, RunContext& context) {
  context.session = new_session(options, context, repository);
  context.slug = context.session.slug;
  auto folder = data.job(context.slug, context.settings.run_id);
  if (auto made = base::make_directories(folder); !made) return made;
  context.session_path = claim_session(folder);
  return runs::write_session(context.session_path, context.session);
}

}  // namespace

base::Result<StartedRun> start_run(const RunOptions& given, const config::Configuration& configuration,
                                   const Program& program, const base::Environment& environment,
                                   const std::string& cwd) {
  if (auto part = part_of(given, environment); !part) return tl::unexpected(part.error());
  auto outer = outer_run(given, environment, cwd);
  const bool configured_already = outer && outer->root == cwd && !given.rcfile;
  const auto options = configured_already ? given : with_configuration(given, configuration);
  auto repository = forge::find_repository(cwd).value_or(forge::Repository{});
  RunContext context;
  context.joined = outer.has_value();
  context.chose_sources = names_sources(options);
  context.kind = options.program.kind;
  context.jobs = options.jobs;
  context.program = program;
  context.environment = environment;
  if (!outer) context.environment.remove(shard::k_settings_variable);

  auto settings = apply_options(options, outer.value_or(shard::Settings{}), cwd);
  if (!settings) return tl::unexpected(settings.error());
  auto data = runs::DataDirectory::create(outer ? outer->data_dir
                                                : runs::data_directory_path(options.data_file, environment, cwd));
  if (!data) return tl::unexpected(data.error());
  if (!outer) {
    settings->run_id = base::random_hex(k_run_id_digits);
    settings->data_dir = data->path();
    settings->root = cwd;
    settings->project = project_of(repository, cwd);
    settings->forge_job = environment.value("GITHUB_JOB");
    settings->attempt = attempt_of(environment);
  }
  auto lock = outer ? runs::RunLock::join(*data, *settings) : runs::RunLock::begin(*data, *settings);
  if (!lock) return tl::unexpected(lock.error());
  context.settings = std::move(*settings);
  context.settings_path = lock->settings_path();

  StartedRun started{std::move(*data), std::move(*lock), std::move(context)};
  if (auto opened = open_session(options, repository, started.data, started.context); !opened) {
    abandon_run(started);
    return tl::unexpected(opened.error());
  }
  return started;
}

void note_run_below(const RunContext& context, int pid) {
  if (context.joined) return;
  if (auto noted = shard::note_run(context.settings.run_id, context.settings_path, pid); !noted)
    console::print_warning(noted.error().message() +
                           ": processes that are started with another environment are not measured");
}

void abandon_run(const StartedRun& started) {
  const auto& context = started.context;
  const auto& run_id = context.settings.run_id;
  if (!context.joined) shard::forget_run(run_id);
  ::unlink(context.session_path.c_str());
  ::rmdir(started.data.job(context.slug, run_id).c_str());  // these only where nothing else is in them
  ::rmdir((started.data.jobs() + "/" + context.slug).c_str());
  ::unlink(context.settings_path.c_str());
  if (context.joined) return;  // its lock file goes with the run
  for (const char* name : {"/lock", "/losses"}) ::unlink((started.data.run(run_id) + name).c_str());
  ::rmdir(started.data.run(run_id).c_str());
}

base::Environment program_environment(const RunContext& context, const RunOptions& options) {
  auto environment = context.environment;
  environment.set(shard::k_settings_variable, context.settings_path);
  if (options.job) environment.set("COVEY_JOB", context.session.job);
  if (options.part) environment.set("COVEY_PART", std::to_string(context.session.part));
  return environment;
}

}  // namespace covey::launch
