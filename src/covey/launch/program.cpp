#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/launch/program.hpp>

namespace covey::launch {

namespace {

tl::unexpected<base::Error> missing(const std::string& where, const std::string& what) {
  return base::fail(base::ErrorKind::not_found, where, what);
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
  auto path = interpreters::find_executable(request.words[0], environment, cwd);
  if (path.empty()) return missing(request.words[0], "no such command");
  Program program;
  program.file = path;
  program.command = request.words;
  return program;
}

}  // namespace

base::Result<Program> resolve_program(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory) {
  if (request.words.empty() || request.words[0].empty()) {
    return base::fail(base::ErrorKind::usage, "", "nothing to run: name a script, -m module, or -- command");
  }
  if (request.kind == ProgramKind::command) return resolve_command(request, environment, cwd);
  if (request.kind == ProgramKind::script) {
    if (auto checked = check_script(request.words[0]); !checked) return tl::unexpected(checked.error());
  }
  auto python = interpreters::find_python(request.python, environment, cwd, own_directory);
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

}  // namespace covey::launch
