#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/cli/after_run.hpp>
#include <covey/cli/close_run.hpp>
#include <covey/cli/index.hpp>
#include <covey/cli/interpreter_cache.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/sources.hpp>
#include <covey/cli/unexecuted.hpp>
#include <map>
#include <optional>

namespace covey::cli {

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
std::vector<RunFolder> own_folders(const DataDirectory& data, const RunContext& context) {
  auto folders = folders_of_run(data, context.settings.run_id);
  if (context.joined) std::erase_if(folders, [&](const auto& folder) { return folder.slug != context.slug; });
  return folders;
}

// Whether the folder's sources are this run's: a `covey run` below may have chosen others, and has then seen to its own
// job.
bool has_these_sources(const RunFolder& folder, const RunContext& context) {
  if (folder.slug == context.slug) return true;
  auto session = read_session(folder.path + "/session.json");
  return !session || !session->end || session->closed_by_run;
}

// What the run left, with the files that did not run, which are written down on the way.
formats::ShardsRead read_run(const DataDirectory& data, const RunContext& context) {
  formats::ShardsRead all;
  for (const auto& folder : own_folders(data, context)) {
    auto read = read_folders({folder});
    if (has_these_sources(folder, context))
      if (auto added = add_unexecuted(folder, context.settings, read.measurement); !added)
        print_warning(added.error().message());
    all += read;
  }
  return all;
}

bool ran_below(const model::Measurement& measurement, const std::string& directory) {
  return std::any_of(measurement.files.begin(), measurement.files.end(),
                     [&](const auto& file) { return file.second.executed && base::is_below(file.first, directory); });
}

bool has_data(const model::Measurement& measurement) { return ran_below(measurement, "/"); }

void warn_of_sources(const RunContext& context, const model::Measurement& measurement) {
  if (context.joined && !context.chose_sources) return;
  for (const auto& package : unimported_packages(context.settings, measurement))
    print_warning(package + ": the source was never imported");
  for (const auto& directory : context.settings.source_dirs)
    if (!ran_below(measurement, directory)) print_warning(directory + ": nothing in this source ever ran");
}

// One warning for all: what makes one shard incomplete, such as a full disk, does so to hundreds.
void warn_of(const std::vector<base::Error>& errors, const std::string& prefix) {
  if (errors.empty()) return;
  auto more = errors.size() - 1;
  print_warning(prefix + errors[0].message() + (more > 0 ? " (and " + std::to_string(more) + " more)" : ""));
}

void write_record(const RunContext& context) {
  if (auto written = write_session(context.session_path, context.session); !written)
    print_warning(written.error().message());
}

// Tables. What fails here can be done later by `covey index`, which starts no interpreter but those kept here.
void complete(const DataDirectory& data, RunContext& context, const model::Measurement& measurement) {
  for (const auto& [python, executable] : measurement.interpreters) {
    const InterpreterCache cache(executable, context.environment);
    if (cache.python() != python) cache.keep(python);
  }
  auto outcome = index_measurement(measurement, data.tables(), context.environment, context.jobs);
  warn_of(outcome.failed, "");
  if (outcome.cpu_seconds == 0) return;  // all tables were there
  context.session.index_seconds = outcome.cpu_seconds;
  write_record(context);
}

// What the interpreter says of a script that it could not compile.
std::optional<base::Error> not_python(const DataDirectory& data, const RunContext& context, const std::string& script,
                                      const std::map<std::uint32_t, std::string>& interpreters) {
  if (interpreters.empty()) return std::nullopt;
  auto source = read_source(base::canonical(script), interpreters.rbegin()->first);
  if (source.error) return source.error;
  complete_tables({source}, {interpreters, data.tables(), context.environment});
  auto lines = interpreter_lines(source, data.tables());
  if (lines || lines.error().kind != base::ErrorKind::format) return std::nullopt;
  return lines.error();
}

std::string how_it_ended(const ProgramEnd& end) {
  if (end.signal) return "was ended by signal " + std::to_string(*end.signal);
  return "ended with status " + std::to_string(end.status.value_or(0));
}

base::Error no_data(const DataDirectory& data, const RunContext& context, const ProgramEnd& end,
                    const formats::ShardsRead& read) {
  const auto& command = context.program.command;
  auto first_word = context.kind == ProgramKind::script ? 1U : context.kind == ProgramKind::module ? 2U : 0U;
  const auto& name = command[first_word];
  bool failed = end.status != 0;
  if (context.kind == ProgramKind::script && failed)
    if (auto error = not_python(data, context, name, read.measurement.interpreters)) return *error;

  std::string reason;
  if (read.n_shards == 0 && context.program.python.empty()) {
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

int after_the_run(const DataDirectory& data, RunContext& context, const ProgramEnd& end) {
  const auto read = read_run(data, context);
  if (!context.joined) {
    warn_of(read.damaged, "some data cannot be read: ");
    warn_of(read.incomplete, "some data is incomplete: ");
  }
  if (read.n_shards > 0) warn_of_sources(context, read.measurement);
  const bool no_module = no_such_module(context, end, read.measurement, NoModule::quiet);
  if (no_module || !has_data(read.measurement)) {
    context.session.no_data = true;
    write_record(context);
    if (no_module) return print_error({base::ErrorKind::not_found, context.program.command[2], "no such module"});
    return print_error(no_data(data, context, end, read));
  }
  complete(data, context, read.measurement);
  return 0;
}

}  // namespace covey::cli
