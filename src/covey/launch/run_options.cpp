#include <unistd.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/glob.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/messages.hpp>
#include <covey/launch/run_options.hpp>
#include <csignal>

namespace covey::launch {

namespace {

constexpr double k_largest_part = 1'000'000;

tl::unexpected<base::Error> misuse(const std::string& where, const std::string& what) {
  return base::fail(base::ErrorKind::usage, where, what);
}

base::Result<void> take_program(std::vector<std::string> words, bool module, console::Manner manner,
                                ProgramRequest& program) {
  program.kind = module ? ProgramKind::module : ProgramKind::script;
  if (!words.empty() && words[0] == "--" && manner == console::Manner::covey) {
    if (module) return misuse("-m", "what follows -- is a command, not a module");
    program.kind = ProgramKind::command;
    words.erase(words.begin());
  }
  program.words = std::move(words);
  return {};
}

base::Result<void> check(const RunOptions& options) {
  if (options.job && options.job->empty()) return misuse("--job", "the name is empty");
  if (options.manner == console::Manner::covey && options.data_file && options.data_file->empty())
    return misuse("--data-file", "the name is empty");
  if (options.save_signal && options.save_signal != "USR1" && options.save_signal != "USR2")
    return misuse("", "option --save-signal: invalid choice: " + base::quoted(*options.save_signal) +
                          " (choose from 'USR1', 'USR2')");
  double part = options.part.value_or(1);
  if (part < 1 || part > k_largest_part || part != static_cast<int>(part)) {
    return misuse("--part", "is no whole number from 1 to 1000000");
  }
  return {};
}

bool is_letter(char c) {
  auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}

// "a.b": names as Python has them, letters beyond ASCII not looked at closely.
bool is_dotted_name(std::string_view name) {
  bool starts_part = true;
  for (char c : name) {
    bool fits = c == '.' ? !starts_part : is_letter(c) || (!starts_part && c >= '0' && c <= '9');
    if (!fits) return false;
    starts_part = c == '.';
  }
  return !starts_part;
}

base::Result<void> add_source(const std::string& source, console::Manner manner, shard::Settings& settings,
                              const std::string& cwd) {
  auto path = base::join(cwd, source);
  if (base::is_directory(path)) {
    auto directory = base::canonical(path, cwd);
    if (directory == "/") return misuse(source, "the root of the file system cannot be a source");
    settings.source_dirs.push_back(directory);
    return {};
  }
  if (manner == console::Manner::coverage) {
    settings.source_packages.push_back(source);
    return {};
  }
  if (base::exists(path)) return misuse(source, "is no directory (--include takes files)");
  if (!is_dotted_name(source)) return base::fail(base::ErrorKind::not_found, source, "no such directory");
  settings.source_packages.push_back(source);
  return {};
}

base::Result<void> apply_sources(const RunOptions& options, shard::Settings& settings, const std::string& cwd) {
  if (!names_sources(options)) return {};
  settings.source_dirs.clear();
  settings.source_packages.clear();
  for (const auto& directory : options.source_directories) {
    if (!base::is_directory(base::join(cwd, directory)))
      return misuse("", "Source dir is not a directory: " + base::quoted(directory));
    if (auto added = add_source(directory, options.manner, settings, cwd); !added) return added;
  }
  for (const auto& source : options.source)
    if (auto added = add_source(source, options.manner, settings, cwd); !added) return added;
  for (const auto& package : options.source_packages) {
    if (options.manner == console::Manner::covey && !is_dotted_name(package))
      return misuse(package, "is no package's name");
    settings.source_packages.push_back(package);
  }
  return {};
}

base::Result<void> apply_dynamic_context(const RunOptions& options, shard::Settings& settings) {
  const auto& which = options.dynamic_context;
  if (!which || which->empty() || *which == "none") return {};
  if (*which != "test_function") return misuse("", "Don't understand dynamic_context setting: " + base::quoted(*which));
  settings.test_contexts = true;
  return {};
}

base::Result<void> check_patterns(const std::vector<std::string>& patterns, const char* option) {
  auto compiled = base::GlobSet::compile(patterns);
  return compiled ? base::Result<void>() : tl::unexpected(compiled.error().at(option));
}

// A pattern taken over from a run that was started in another directory: below that one it goes on meaning the same.
std::vector<std::string> rooted(std::vector<std::string> patterns, const std::string& root) {
  for (auto& pattern : patterns) {
    bool anywhere = pattern.starts_with('*') || pattern.starts_with('?') || pattern.find('/') == pattern.npos;
    if (!anywhere) pattern = base::absolute(pattern, root);
  }
  return patterns;
}

}  // namespace

int RunOptions::save_signal_number() const {
  if (!save_signal) return 0;
  return *save_signal == "USR1" ? SIGUSR1 : SIGUSR2;
}

std::optional<int> parse_run_options(const console::Invocation& invocation, RunOptions& options) {
  options.manner = invocation.manner;
  bool module = false;
  std::vector<std::string> words;
  console::OptionParser parser("run", "[options] (script.py | -m module | -- command) [arguments]",
                               "Runs a program and measures it and every Python below it; ends as the program ends.");
  parser.list("--source", options.source, "DIR|PACKAGE,...", "measure only these directories and packages");
  parser.list("--source-pkgs", options.source_packages, "PACKAGE,...", "measure only these packages");
  parser.own();
  parser.list("--include", options.include, "PATTERN,...", "measure only files that match");
  parser.list("--omit", options.omit, "PATTERN,...", "leave out files that match");
  parser.flag("--branch", options.branch, "measure branches as well as lines");
  parser.flag("-L,--pylib", options.cover_pylib, "measure the standard library as well");
  parser.text("--context", options.context, "LABEL", "the name of the context that all of this runs in");
  console::declare_rcfile(parser, options.rcfile);
  parser.flag("-a,--append", options.append, "add to what the job has instead of replacing it");
  parser.flag("-p,--parallel-mode", options.parallel, "accepted: each process has a file of its own");
  parser.list("--concurrency", options.concurrency, "LIBS", "accepted: every thread and process is measured");
  parser.flag("--timid", options.timid, "accepted and ignored");
  console::declare_debug(parser, options.debug);
  parser.text("--save-signal", options.save_signal, "SIGNAL",
              "have USR1 or USR2 not end the program but save the data");
  parser.text("--data-file", options.data_file, "DIR", "data directory [$COVEY_DATA, else .covey]");
  parser.text("--job", options.job, "NAME", "the job that the run belongs to [$COVEY_JOB, else the nox session, ...]");
  parser.own();
  parser.number("--part", options.part, "N", "which of the machines that share the job's tests [$COVEY_PART, else 1]");
  parser.own();
  parser.text("--python", options.program.python, "PYTHON", "the interpreter, a path or a name on PATH");
  parser.own();
  console::declare_jobs(parser, options.jobs);
  parser.flag("-m,--module", module, "the program is a module, as in python -m");
  parser.rest(words);
  if (auto status = parser.parse(invocation)) return status;
  if (auto taken = take_program(std::move(words), module, options.manner, options.program); !taken)
    return console::print_error(taken.error());
  if (auto checked = check(options); !checked)
    return invocation.is_drop_in() ? console::print_misuse(checked.error().what, invocation)
                                   : console::print_error(checked.error());
  return std::nullopt;
}

bool names_sources(const RunOptions& options) {
  return !options.source.empty() || !options.source_packages.empty() || !options.source_directories.empty();
}

void set_arguments(const RunOptions& options, config::Configuration& configuration) {
  auto& run = configuration.run;
  if (options.manner == console::Manner::coverage && !options.data_file.value_or("").empty())
    run.data_file = *options.data_file;
  if (!options.concurrency.empty()) run.concurrency = options.concurrency;
  run.parallel |= options.parallel;
  if (!options.source.empty()) run.source = options.source;
  if (!options.source_packages.empty()) run.source_pkgs = options.source_packages;
  if (!options.include.empty()) run.include = options.include;
  if (!options.omit.empty()) run.omit = options.omit;
  if (options.context) run.context = options.context;
  run.branch |= options.branch;
  run.cover_pylib |= options.cover_pylib;
}

base::Result<config::Configuration> run_configuration(const RunOptions& options,
                                                      const console::Invocation& invocation) {
  auto request = console::configuration_request(invocation, options.rcfile);
  request.arguments = [&](config::Configuration& configuration) { set_arguments(options, configuration); };
  auto configuration = console::configure(request);
  if (!configuration) return configuration;
  if (auto checked = console::check_for_run(*configuration); !checked) return tl::unexpected(checked.error());
  return configuration;
}

RunOptions with_configuration(RunOptions options, const config::Configuration& configuration) {
  const auto& run = configuration.run;
  options.source = run.source.value_or(config::Strings());
  options.source_packages = run.source_pkgs;
  options.source_directories = run.source_dirs;
  options.include = run.include;
  options.omit = run.omit;
  options.context = run.context;
  options.dynamic_context = run.dynamic_context;
  options.branch = run.branch;
  options.cover_pylib = run.cover_pylib;
  options.namespace_packages = configuration.report.include_namespace_packages;
  return options;
}

base::Result<void> take_command_line(const config::Configuration& configuration, ProgramRequest& program) {
  const auto& line = configuration.run.command_line;
  if (!line || program.kind != ProgramKind::script || !program.words.empty()) return {};
  auto words = console::shell_words(*line);
  if (!words) return tl::unexpected(words.error());
  program.words = std::move(*words);
  if (program.words.empty() || (program.words[0] != "-m" && program.words[0] != "--module")) return {};
  program.kind = ProgramKind::module;
  program.words.erase(program.words.begin());
  return {};
}

base::Result<shard::Settings> apply_options(const RunOptions& options, shard::Settings settings,
                                            const std::string& cwd) {
  settings.branch |= options.branch;
  settings.append |= options.append;
  settings.cover_pylib |= options.cover_pylib;
  settings.part_forks |= options.part_forks;
  settings.forks_inherit |= options.forks_inherit;
  settings.namespace_packages |= options.namespace_packages;
  settings.save_signal = options.save_signal_number();
  settings.saver = settings.save_signal == 0 ? 0 : ::getpid();
  settings.context = options.context.value_or(settings.context);
  if (auto applied = apply_dynamic_context(options, settings); !applied) return tl::unexpected(applied.error());
  if (auto applied = apply_sources(options, settings, cwd); !applied) return tl::unexpected(applied.error());
  if (!options.include.empty() || !options.omit.empty()) {
    if (auto checked = check_patterns(options.include, "include"); !checked) return tl::unexpected(checked.error());
    if (auto checked = check_patterns(options.omit, "omit"); !checked) return tl::unexpected(checked.error());
    settings.include = options.include.empty() ? rooted(settings.include, settings.root) : options.include;
    settings.omit = options.omit.empty() ? rooted(settings.omit, settings.root) : options.omit;
    settings.root = cwd;
  }
  bool has_source = !settings.source_dirs.empty() || !settings.source_packages.empty();
  if (has_source && !options.include.empty())
    console::print_warning("--include is ignored because --source is set", "include-ignored");
  return settings;
}

}  // namespace covey::launch
