// What `covey run` starts: the words after its options, made into a command line.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

// What the words name: script.py, the module of -m, or after -- any command.
enum class ProgramKind { script, module, command };

struct ProgramRequest {
  ProgramKind kind = ProgramKind::script;
  std::vector<std::string> words;     // the script, module or command, and its arguments
  std::optional<std::string> python;  // --python: a path, or a name to look for on PATH
};

struct Program {
  std::string file;                  // the path to execute
  std::vector<std::string> command;  // its arguments, the first being what a shell would pass as its name
  std::string python;                // the interpreter's path; empty for a command
  std::string python_version;        // "3.14", as the interpreter's file is called; empty where that says nothing
  bool free_threaded = false;        // as far as the file's name tells
};

// `cwd` is the current directory, `own_directory` the one that the covey binary is in: the interpreter is --python,
// else the one there, else $VIRTUAL_ENV's, else python3 on PATH. Fails, naming it, where the interpreter, the script or
// the command does not exist.
base::Result<Program> resolve_program(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory);

// The directory of the covey binary, links followed: that of the environment's Python where pip installed both.
std::string own_directory();

// The path of the executable that a shell would start for `name`: `name` itself where it has a slash, else the first on
// PATH; empty where there is none. Absolute but for names with a slash.
std::string find_executable(const std::string& name, const base::Environment& environment, const std::string& cwd);

}  // namespace covey::cli
