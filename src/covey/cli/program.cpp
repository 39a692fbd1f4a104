#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/program.hpp>

namespace covey::cli {

namespace {

constexpr std::string_view k_default_path = "/usr/local/bin:/usr/bin:/bin";

bool is_executable(const std::string& path) { return base::is_file(path) && ::access(path.c_str(), X_OK) == 0; }

tl::unexpected<base::Error> missing(const std::string& where, const std::string& what) {
  return base::fail(base::ErrorKind::not_found, where, what);
}

base::Result<std::string> find_python(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory) {
  if (request.python) {
    auto found = find_executable(*request.python, environment, cwd);
    if (found.empty() || !is_executable(found)) return missing(*request.python, "no such interpreter (--python)");
    return found;
  }
  for (const char* name : {"python", "python3"})
    if (auto path = base::join(own_directory, name); is_executable(path)) return path;
  auto active = environment.value("VIRTUAL_ENV");
  if (auto path = base::join(active, "bin/python"); !active.empty() && is_executable(path)) return path;
  auto found = find_executable("python3", environment, cwd);
  if (found.empty()) return missing("python3", "no such interpreter on PATH (--python names one)");
  return found;
}

// "3.14" and whether it is a free-threaded build, from "/usr/bin/python3.14t": what a link such as python3 leads to.
void read_version(Program& program) {
  auto path = base::canonical(program.python);
  auto name = base::basename(path);
  constexpr std::string_view k_prefix = "python";
  if (!name.starts_with(k_prefix)) return;
  name.remove_prefix(k_prefix.size());
  if (name.find('.') == name.npos) return;
  if (name.ends_with('t')) {
    program.free_threaded = true;
    name.remove_suffix(1);
  }
  if (name.find_first_not_of("0123456789.") == name.npos) program.python_version = name;
}

// As far as the interpreter would not say it itself, or not by the name that the user typed.
base::Result<void> check_script(const std::string& script) {
  if (!base::exists(script)) return missing(script, "no such file");
  bool has_main = base::exists(base::join(script, "__main__.py")) || base::exists(base::join(script, "__main__.pyc"));
  if (base::is_directory(script) && !has_main) return missing(script, "is a directory without a __main__.py");
  if (::access(script.c_str(), R_OK) != 0) return base::fail_errno(script);
  return {};
}

base::Result<Program> resolve_command(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd) {
  auto path = find_executable(request.words[0], environment, cwd);
  if (path.empty()) return missing(request.words[0], "no such command");
  Program program;
  program.file = path;
  program.command = request.words;
  return program;
}

}  // namespace

std::string own_directory() { return std::string(base::dirname(base::canonical("/proc/self/exe"))); }

std::string find_executable(const std::string& name, const base::Environment& environment, const std::string& cwd) {
  if (name.empty() || name.find('/') != name.npos) return name;
  auto path = environment.value("PATH");
  std::string_view rest = path.empty() ? k_default_path : std::string_view(path);
  for (;;) {
    auto directory = rest.substr(0, rest.find(':'));
    // An empty entry is the current directory.
    auto candidate = base::join(base::join(cwd, directory), name);
    if (is_executable(candidate)) return candidate;
    if (directory.size() == rest.size()) return "";
    rest.remove_prefix(directory.size() + 1);
  }
}

base::Result<Program> resolve_program(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory) {
  if (request.words.empty() || request.words[0].empty()) {
    return base::fail(base::ErrorKind::usage, "", "nothing to run: name a script, -m module, or -- command");
  }
  if (request.kind == ProgramKind::command) return resolve_command(request, environment, cwd);
  if (request.kind == ProgramKind::script) {
    if (auto checked = check_script(request.words[0]); !checked) return tl::unexpected(checked.error());
  }
  auto python = find_python(request, environment, cwd, own_directory);
  if (!python) return tl::unexpected(python.error());
  Program program;
  program.file = *python;
  program.python = *python;
  read_version(program);
  program.command = {*python};
  if (request.kind == ProgramKind::module) program.command.push_back("-m");
  program.command.insert(program.command.end(), request.words.begin(), request.words.end());
  return program;
}

}  // namespace covey::cli
