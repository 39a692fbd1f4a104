// What `covey run` starts: the words after its options, made into a command line.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::launch {

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

// `cwd` is the current directory, `own_directory` the one that the covey binary is in: interpreters::find_python()
// finds the interpreter. Fails, naming it, where that, the script or the command does not exist.
base::Result<Program> resolve_program(const ProgramRequest& request, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory);

}  // namespace covey::launch
