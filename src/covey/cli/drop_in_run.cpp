#include <stdlib.h>
#include <unistd.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/cli/debug_facts.hpp>
#include <covey/cli/drop_in_run.hpp>
#include <covey/config/configuration_reader.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/debug_output.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <covey/inputs/data_file_output.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/launch/after_run.hpp>
#include <covey/launch/close_run.hpp>
#include <covey/launch/run_context.hpp>
#include <covey/runs/replace.hpp>
#include <covey/runs/unexecuted.hpp>
#include <covey/shard/run_notes.hpp>

namespace covey::cli {

namespace {

using base::ErrorKind;

// Says why the program's text, which Python could not compile, is none, as coverage.py says it.
constexpr const char* k_say_why_not_python = R"(
import importlib.util, os, sys
path = os.path.abspath(sys.argv[1])
try:
    compile(importlib.util.decode_source(open(path, "rb").read()), path, "exec", dont_inherit=True)
except Exception as error:
    print(f"Couldn't run '{path}' as Python code: {type(error).__name__}: {error}")
)";

// Says that a compiled program is not one of this Python's, and ends with k_other_python.
constexpr int k_other_python = 23;
constexpr const char* k_check_compiled = R"(
import importlib.util, sys
magic = open(sys.argv[1], "rb").read(4)
if magic != importlib.util.MAGIC_NUMBER:
    print(f"Bad magic number in .pyc file: {magic!r} != {importlib.util.MAGIC_NUMBER!r}")
    sys.exit(23)
)";

// Names the configuration of the processes below the program, which coverage.py measures where it is set.
constexpr const char* k_process_start = "COVERAGE_PROCESS_START";

// coverage.py refuses to measure multiprocessing with these on the command line alone: its processes would not get
// them.
std::string misplaced_option(const launch::RunOptions& options) {
  const std::pair<bool, const char*> given[] = {
      {options.branch, "branch"},     {!options.include.empty(), "include"}, {!options.omit.empty(), "omit"},
      {options.cover_pylib, "pylib"}, {!options.source.empty(), "source"},   {options.timid, "timid"}};
  for (const auto& [is_given, name] : given)
    if (is_given) return name;
  return "";
}

// What coverage.py calls misuse; empty where nothing is wrong. `options` as they were given, but for the program.
std::string misuse_of(const launch::RunOptions& options, const config::Configuration& configuration) {
  const auto& program = options.program;
  if (program.words.empty())
    return program.kind == launch::ProgramKind::module ? "No module specified for -m" : "Nothing to do.";
  if (options.append && configuration.run.parallel) return "Can't append to data files in parallel mode.";
  const auto& given = options.concurrency;
  if (std::find(given.begin(), given.end(), "multiprocessing") == given.end()) return "";
  const auto misplaced = misplaced_option(options);
  if (misplaced.empty()) return "";
  return "Options affecting multiprocessing must only be specified in a configuration file.\nRemove --" + misplaced +
         " from the command line.";
}

base::Result<void> check_script(const launch::ProgramRequest& program, const std::string& cwd) {
  if (program.kind != launch::ProgramKind::script) return {};
  const auto& name = program.words[0];
  const auto path = base::absolute(name, cwd);
  if (base::is_directory(path)) {
    for (const char* main : {"__main__.py", "__main__.pyc"})
      if (base::exists(base::join(path, main))) return {};
    return base::fail(ErrorKind::not_found, "", "Can't find '__main__' module in '" + name + "'");
  }
  if (::access(path.c_str(), R_OK) != 0)
    return base::fail(ErrorKind::not_found, "", "No file to run: " + base::quoted(path));
  return {};
}

bool measures_multiprocessing(const config::Configuration& configuration) {
  const auto& concurrency = configuration.run.concurrency;
  return std::find(concurrency.begin(), concurrency.end(), "multiprocessing") != concurrency.end();
}

base::Result<inputs::DataFileOutput> data_file_output(const launch::RunOptions& options,
                                                      const config::Configuration& configuration,
                                                      const std::string& cwd) {
  const auto& run = configuration.run;
  inputs::DataFileOutput output;
  output.path = base::absolute(run.data_file.empty() ? ".coverage" : run.data_file, cwd);
  output.parallel = run.parallel || measures_multiprocessing(configuration);
  output.relative_files = run.relative_files;
  output.cwd = cwd;
  if (!options.append || output.parallel) return output;
  auto start = inputs::read_start(output.path, formats::read_coverage_data);
  if (!start) return tl::unexpected(start.error());
  output.start = std::move(*start);
  return output;
}

// Whether the processes below the program are to have files of their own whatever the program has. A configuration that
// cannot be read is theirs to complain of.
bool is_parallel_below(const console::Invocation& invocation) {
  const auto file = invocation.environment.value(k_process_start);
  if (file.empty()) return false;
  auto read = config::read_configuration(console::configuration_request(invocation, file));
  return read && read->configuration.run.parallel;
}

// coverage.py says so of a core that it does not have; Covey's is the same for all.
void warn_of_core(const config::Configuration& configuration, const launch::RunOptions& options,
                  const launch::Program& program) {
  if (configuration.run.core == "sysmon" && !options.timid && program.python_version == "3.11")
    console::print_warning("Can't use core=sysmon: sys.monitoring isn't available in this version, using default core",
                           "no-sysmon");
}

// A directory of our own, away from the user's, whose path nothing else has.
base::Result<std::string> temporary_directory(const base::Environment& environment) {
  auto place = environment.value("TMPDIR");
  if (place.empty()) place = "/tmp";
  auto path = base::join(place, "covey-XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return base::fail_errno(path);
  return path;
}

// A run from its start to what it leaves.
class DropInRun {
 public:
  DropInRun(const launch::RunOptions& options, const config::Configuration& configuration,
            inputs::DataFileOutput output)
      : m_options(options), m_configuration(configuration), m_output(std::move(output)) {}

  // The status to end with, or else how the program ended.
  struct Outcome {
    std::optional<int> status;
    launch::ProgramEnd end = {};
  };

  Outcome run(const launch::Program& program, const console::Invocation& invocation) {
    auto started = launch::start_run(m_options, m_configuration, program, invocation.environment, invocation.cwd);
    if (!started) return {console::print_error(started.error())};
    auto environment = launch::program_environment(started->context, m_options);
    environment.set("COVERAGE_RUN", "true");
    // Where coverage.py is installed as well, these would have it measure what we do.
    environment.remove(k_process_start);
    environment.remove("COVERAGE_PROCESS_CONFIG");
    launch::note_run_below(started->context, ::getpid());
    auto child = launch::ChildProcess::start(program.file, program.command, environment);
    if (!child) return {console::print_error(child.error())};
    m_main = child->pid();
    const auto end = child->wait([&](int signal) {
      if (signal == m_options.save_signal_number()) write(*started, processes_of(*started));
    });
    return {finish(*started, end), end};
  }

  // Whether the machine refused the data file, and what was measured is nowhere but in the run's directory.
  bool is_unwritten() const { return m_is_unwritten; }

 private:
  std::vector<inputs::ProcessData> processes_of(const launch::StartedRun& started) const {
    std::vector<std::string> shards;
    for (const auto& folder : launch::folders_of_run(started.data, started.context.settings.run_id))
      for (auto& path : runs::shard_paths(folder)) shards.push_back(std::move(path));
    auto read = inputs::read_processes(shards);
    if (auto losses = launch::losses_of(started.context)) read.unread.insert(read.unread.begin(), *losses);
    launch::warn_of(read.unread, "some data is incomplete: ");
    auto is_main = [&](const inputs::ProcessData& process) { return process.pid == m_main; };
    std::stable_partition(read.processes.begin(), read.processes.end(), is_main);
    // The main process has a file even where nothing of it was measured.
    if (read.processes.empty() || !is_main(read.processes.front()))
      read.processes.insert(read.processes.begin(), inputs::ProcessData{m_main, {}});
    auto& modes = read.processes.front().measurement.modes;
    if (modes == 0) modes = m_options.branch ? model::k_measured_branches : model::k_measured_lines;
    inputs::drop_vanished(read.processes, m_main);
    return std::move(read.processes);
  }

  // With the files that did not run.
  base::Result<void> write(const launch::StartedRun& started, std::vector<inputs::ProcessData> processes) const {
    model::Measurement all;
    for (const auto& process : processes) all |= process.measurement;
    for (const auto& path : runs::unexecuted_files(started.context.settings, all))
      processes.front().measurement.files.try_emplace(path);
    return inputs::write_data_files(processes, m_output);
  }

  // What the user must know about the data.
  void warn_of_data(const launch::RunContext& context, const model::Measurement& all, bool has_shards) const {
    if (!has_shards) return console::print_warning(launch::why_unmeasured(context));
    for (const auto& package : runs::unimported_packages(context.settings, all))
      console::print_warning("Module " + package + " was never imported.", "module-not-imported");
    if (!all.ran_anything()) console::print_warning("No data was collected.", "no-data-collected");
  }

  // Whether the script, which ended with 1, can have been run at all; says what coverage.py says where it cannot, or
  // where it is no Python.
  bool may_have_run(const launch::RunContext& context, const model::Measurement& main) const {
    const auto& script = m_options.program.words[0];
    if (script.ends_with(".pyc") || script.ends_with(".pyo"))
      return launch::ask_python(context, k_check_compiled, {script}) != k_other_python;
    if (!main.files.contains(base::canonical(script))) launch::ask_python(context, k_say_why_not_python, {script});
    return true;
  }

  // The status to end with where it is not the program's own.
  std::optional<int> finish(const launch::StartedRun& started, const launch::ProgramEnd& end) {
    const auto& context = started.context;
    shard::forget_run(context.settings.run_id);
    auto processes = processes_of(started);
    model::Measurement all;
    for (const auto& process : processes) all |= process.measurement;
    const bool has_shards = !all.interpreters.empty();
    if (launch::no_such_module(context, end, all, launch::NoModule::in_words)) return 1;
    if (context.kind == launch::ProgramKind::script && end.status == 1 &&
        !may_have_run(context, processes.front().measurement))
      return 1;
    warn_of_data(context, all, has_shards);
    auto written = write(started, std::move(processes));
    if (written) return std::nullopt;
    m_is_unwritten = written.error().kind == ErrorKind::io;
    return console::print_error(written.error());
  }

  const launch::RunOptions& m_options;
  const config::Configuration& m_configuration;
  inputs::DataFileOutput m_output;
  int m_main = 0;
  bool m_is_unwritten = false;
};

// What --debug asks to be told before the program starts.
void print_debug_facts(const console::DebugOutput& debug, config::Configuration configuration,
                       const console::Invocation& invocation) {
  if (debug.shows("sys")) debug.write(debug_header("sys") + debug_text(system_facts(configuration, invocation)));
  if (debug.shows("config")) debug.write(debug_header("config") + debug_text(configuration_facts(configuration)));
}

}  // namespace

int run_as_drop_in(const console::Invocation& invocation, launch::RunOptions options) {
  auto configuration = launch::run_configuration(options, invocation);
  if (!configuration) return console::print_error(configuration.error());
  auto taken = launch::take_command_line(*configuration, options.program);
  if (!taken) return console::print_error(taken.error());
  if (auto misuse = misuse_of(options, *configuration); !misuse.empty())
    return console::print_misuse(misuse, invocation);
  if (auto checked = check_script(options.program, invocation.cwd); !checked)
    return console::print_error(checked.error());
  auto program =
      launch::resolve_program(options.program, invocation.environment, invocation.cwd, interpreters::own_directory());
  if (!program) return console::print_error(program.error());
  auto output = data_file_output(options, *configuration, invocation.cwd);
  if (!output) return console::print_error(output.error());
  output->parallel_below = is_parallel_below(invocation);
  warn_of_core(*configuration, options, *program);
  print_debug_facts({*configuration, options.debug, invocation.environment}, *configuration, invocation);
  auto directory = temporary_directory(invocation.environment);
  if (!directory) return console::print_error(directory.error());
  options.data_file = *directory;
  options.part_forks = output->parallel;
  // coverage.py begins anew in multiprocessing's children; any other goes on with what its parent has.
  options.forks_inherit = !measures_multiprocessing(*configuration);
  DropInRun run(options, *configuration, std::move(*output));
  const auto outcome = run.run(*program, invocation);
  if (run.is_unwritten())
    console::print_warning("What was measured stays in " + *directory + ": covey combine takes it");
  else if (auto removed = runs::remove_tree(*directory); !removed)
    console::print_warning(removed.error().message());
  return outcome.status ? *outcome.status : launch::end_as(outcome.end);
}

}  // namespace covey::cli
