#include <algorithm>
#include <climits>
#include <covey/analysis/index.hpp>
#include <covey/analysis/sources.hpp>
#include <covey/base/path.hpp>
#include <covey/console/messages.hpp>
#include <covey/console/progress.hpp>
#include <covey/formats/shards.hpp>
#include <covey/inputs/run_data.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/launch/after_run.hpp>
#include <covey/launch/close_run.hpp>
#include <covey/runs/unexecuted.hpp>
#include <covey/shard/losses.hpp>
#include <map>
#include <optional>

namespace covey::launch {

namespace {

// Ends with 3 where the module is not there, and says so where there is a second argument. Looks without importing
// anything, so nothing of the program runs twice.
constexpr const char* k_find_module = R"(
import sys
def missing(what):
    if sys.argv[2:]:
        print(what)
    sys.exit(3)
path = None
name = ""
for part in sys.argv[1].split("."):
    if name and path is None:
        missing(f"__path__ attribute not found on {name!r} while trying to find {sys.argv[1]!r}")
    name = name + "." + part if name else part
    specs = (finder.find_spec(name, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    spec = next((spec for spec in specs if spec), None)
    if spec is None:
        missing(f"No module named {name!r}")
    path = spec.submodule_search_locations
if path is not None and not any(f.find_spec(name + ".__main__", path) for f in sys.meta_path if hasattr(f, "find_spec")):
    missing(f"No module named {name}.__main__; {name!r} is a package and cannot be directly executed")
)";
constexpr int k_no_module = 3;

// Ends with 4 where the extension is there and this build of CPython is none that it measures.
constexpr const char* k_is_unsupported = R"(
import sys
try:
    import _covey
except ImportError:
    sys.exit(3)
sys.exit(4 if _covey.unsupported() else 0)
)";
constexpr int k_unsupported = 4;

// The folders whose data this run answers for: a joined run's own; of the whole run all, for whoever wrote into them.
std::vector<runs::RunFolder> own_folders(const runs::DataDirectory& data, const RunContext& context) {
  auto folders = folders_of_run(data, context.settings.run_id);
  if (context.joined) std::erase_if(folders, [&](const auto& folder) { return folder.slug != context.slug; });
  return folders;
}

// Whether the folder's sources are this run's: a `covey run` below may have chosen others, and has then seen to its own
// job.
bool has_these_sources(const runs::RunFolder& folder, const RunContext& context) {
  if (folder.slug == context.slug) return true;
  auto session = runs::read_session(folder.path + "/session.json");
  return !session || !session->end || session->closed_by_run;
}

// What the run left, with the files that did not run, which are written down on the way: reports would show too much
// without them.
formats::ShardsRead read_run(const runs::DataDirectory& data, const RunContext& context) {
  formats::ShardsRead all;
  for (const auto& folder : own_folders(data, context)) {
    auto read = inputs::read_folders({folder});
    if (has_these_sources(folder, context))
      if (auto added = runs::add_unexecuted(folder, context.settings, read.measurement); !added)
        read.incomplete.push_back(added.error());
    all += read;
  }
  return all;
}

bool ran_below(const model::Measurement& measurement, const std::string& directory) {
  return std::any_of(measurement.files.begin(), measurement.files.end(),
                     [&](const auto& file) { return file.second.executed && base::is_below(file.first, directory); });
}

void warn_of_sources(const RunContext& context, const model::Measurement& measurement) {
  if (context.joined && !context.chose_sources) return;
  for (const auto& package : runs::unimported_packages(context.settings, measurement))
    console::print_warning(package + ": the source was never imported");
  for (const auto& directory : context.settings.source_dirs)
    if (!ran_below(measurement, directory)) console::print_warning(directory + ": nothing in this source ever ran");
}

// Says in the record at `path` that something is missing. The first reason stays.
base::Result<void> mark_record(const std::string& path, const std::string& reason) {
  auto session = runs::read_session(path);
  if (!session) return tl::unexpected(session.error());
  if (!session->incomplete.empty()) return {};
  session->incomplete = reason;
  return runs::write_session(path, *session);
}

// Says so in the records of the jobs in whose folders something is missing; of what is in no folder nobody knows whose
// it was. This run's own record is not written.
void mark_incomplete(const runs::DataDirectory& data, RunContext& context, const std::vector<base::Error>& missing) {
  for (const auto& folder : own_folders(data, context)) {
    auto concerns = [&](const auto& error) {
      return error.where.starts_with(folder.path + "/") || !error.where.starts_with(data.jobs() + "/");
    };
    const auto first = std::find_if(missing.begin(), missing.end(), concerns);
    if (first == missing.end()) continue;
    if (folder.slug == context.slug) context.session.incomplete = first->message();
    if (context.joined) continue;
    for (const auto& path : runs::session_paths(folder.path))
      if (path != context.session_path)
        if (auto marked = mark_record(path, first->message()); !marked)
          console::print_warning(marked.error().message());
  }
}

// Where there is no room for the record, there still is some for this.
void write_record(const RunContext& context, std::vector<base::Error>& missing) {
  auto written = runs::write_session(context.session_path, context.session);
  if (written) return;
  missing.push_back(written.error());
  shard::note_loss(shard::losses_path(context.settings_path), missing.front().message());
}

// What the interpreter says of a script that it could not compile.
std::optional<base::Error> not_python(const runs::DataDirectory& data, const RunContext& context,
                                      const std::string& script,
                                      const std::map<std::uint32_t, std::string>& interpreters) {
  if (interpreters.empty()) return std::nullopt;
  auto source = analysis::read_source(base::canonical(script), interpreters.rbegin()->first);
  if (source.error) return source.error;
  analysis::complete_tables({source}, {interpreters, data.tables(), context.environment, 1, console::show_progress});
  auto lines = analysis::interpreter_lines(source, data.tables());
  if (lines || lines.error().kind != base::ErrorKind::format) return std::nullopt;
  return lines.error();
}

std::string how_it_ended(const ProgramEnd& end) {
  if (end.signal) return "was ended by signal " + std::to_string(*end.signal);
  return "ended with status " + std::to_string(end.status.value_or(0));
}

base::Error no_data(const runs::DataDirectory& data, const RunContext& context, const ProgramEnd& end,
                    const formats::ShardsRead& read, const std::vector<base::Error>& missing) {
  const auto& command = context.program.command;
  auto first_word = context.kind == ProgramKind::script ? 1U : context.kind == ProgramKind::module ? 2U : 0U;
  const auto& name = command[first_word];
  bool failed = end.status != 0;
  if (context.kind == ProgramKind::script && failed)
    if (auto error = not_python(data, context, name, read.measurement.interpreters)) return *error;

  std::string reason;
  if (!missing.empty()) {
    reason = missing.front().message();
  } else if (read.n_shards == 0 && context.program.python.empty()) {
    reason = name + " started no Python that has covey installed";
  } else if (read.n_shards == 0) {
    reason = why_unmeasured(context);
  } else if (failed) {
    reason = name + " " + how_it_ended(end) + " before any line that is to be measured ran";
  } else {
    bool chosen = !context.settings.source_dirs.empty() || !context.settings.source_packages.empty() ||
                  !context.settings.include.empty() || !context.settings.omit.empty();
    reason = chosen ? "nothing that --source, --include and --omit leave to be measured ran"
                    : "nothing but installed packages and the standard library ran";
  }
  return {base::ErrorKind::no_data, "", "no data was collected: " + reason};
}

}  // namespace

std::optional<int> ask_python(const RunContext& context, const std::string& program,
                              const std::vector<std::string>& arguments) {
  auto environment = context.environment;
  environment.remove(shard::k_settings_variable);
  std::vector<std::string> command = {context.program.python, "-c", program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto python = ChildProcess::start(context.program.file, command, environment);
  return python ? python->wait().status : std::nullopt;
}

std::string why_unmeasured(const RunContext& context) {
  if (context.program.free_threaded || ask_python(context, k_is_unsupported, {}) == k_unsupported)
    return context.program.python + " is a free-threaded build, which is not measured yet";
  return "covey is not installed for " + context.program.python;
}

bool no_such_module(const RunContext& context, const ProgramEnd& end, const model::Measurement& measurement,
                    NoModule how) {
  if (context.kind != ProgramKind::module || end.status == 0) return false;
  auto is_program = [](const auto& file) {
    return file.second.executed && base::basename(file.first) != "__init__.py";
  };
  if (std::any_of(measurement.files.begin(), measurement.files.end(), is_program)) return false;
  std::vector<std::string> arguments = {context.program.command[2]};
  if (how == NoModule::in_words) arguments.emplace_back("say");
  return ask_python(context, k_find_module, arguments) == k_no_module;
}

void warn_of(const std::vector<base::Error>& errors, const std::string& prefix) {
  if (errors.empty()) return;
  auto more = errors.size() - 1;
  console::print_warning(prefix + errors[0].message() + (more > 0 ? " (and " + std::to_string(more) + " more)" : ""));
}

std::optional<base::Error> losses_of(const RunContext& context) {
  auto losses = shard::read_losses(shard::losses_path(context.settings_path));
  if (!losses)
    return base::Error{base::ErrorKind::io, "",
                       "what processes could not keep is not known: " + losses.error().message()};
  if (losses->n_processes == 0) return std::nullopt;
  auto what = losses->reason;
  if (losses->n_processes > 1) what += " (and " + std::to_string(losses->n_processes - 1) + " more processes)";
  return base::Error{base::ErrorKind::io, "", what};
}

void warn_of_bare_pythons(RunContext& context) {
  const auto losses = shard::read_losses(shard::losses_path(context.settings_path));
  if (!losses || losses->n_bare_pythons == 0) return;
  const auto n = context.session.n_bare_pythons = static_cast<int>(losses->n_bare_pythons & INT_MAX);
  console::print_warning(n == 1 ? "1 Python was started with -S: it is not measured"
                                : std::to_string(n) + " Pythons were started with -S: they are not measured");
}

int after_the_run(const runs::DataDirectory& data, RunContext& context, const ProgramEnd& end,
                  std::vector<base::Error> unrecorded) {
  const auto read = read_run(data, context);
  auto missing = std::move(unrecorded);
  missing.insert(missing.end(), read.incomplete.begin(), read.incomplete.end());
  if (auto losses = losses_of(context)) missing.insert(missing.begin(), *losses);
  auto unsound = missing;
  unsound.insert(unsound.end(), read.damaged.begin(), read.damaged.end());
  mark_incomplete(data, context, unsound);
  if (!context.joined) warn_of(read.damaged, "some data cannot be read: ");
  if (read.n_shards > 0 && missing.empty()) warn_of_sources(context, read.measurement);

  const bool no_module = no_such_module(context, end, read.measurement, NoModule::quiet);
  context.session.no_data = no_module || !read.measurement.ran_anything();
  interpreters::CompileOutcome compiled;
  // Tables. What fails here can be done later by `covey index`, which starts no interpreter but those kept here.
  interpreters::keep_interpreters(read.measurement.interpreters, context.environment);
  if (!context.session.no_data)
    compiled = analysis::index_measurement(
        read.measurement,
        {read.measurement.interpreters, data.tables(), context.environment, context.jobs, console::show_progress});
  if (compiled.cpu_seconds != 0) context.session.index_seconds = compiled.cpu_seconds;
  if (!context.joined) warn_of_bare_pythons(context);
  if (context.session.no_data || context.session.index_seconds || context.session.n_bare_pythons > 0 ||
      !unsound.empty())
    write_record(context, missing);
  if (no_module)
    return console::print_error({base::ErrorKind::not_found, context.program.command[2], "no such module"});
  if (context.session.no_data) return console::print_error(no_data(data, context, end, read, missing));
  if (missing.empty() || context.joined) {
    warn_of(compiled.failed, "");
  } else {
    missing.insert(missing.end(), compiled.failed.begin(), compiled.failed.end());
    warn_of(missing, "some data is incomplete: ");
  }
  return 0;
}

}  // namespace covey::launch
