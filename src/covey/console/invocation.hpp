// How covey was called: what a command knows of the world around it, but for files and the clock.
#pragma once

#include <covey/base/environment.hpp>
#include <string>
#include <vector>

namespace covey::console {

// Whose words and ways the program takes on.
enum class Manner {
  covey,     // its own
  coverage,  // coverage.py's, for scripts that were written for that: the drop-in
};

struct Invocation {
  std::vector<std::string> arguments;  // what follows the program's name; for a command, what follows its own
  base::Environment environment;
  std::string cwd;  // the current directory, canonical
  Manner manner = Manner::covey;
  std::string program = "covey";  // the name that it was called by, without directories: messages name it

  // `words` are those of main(), the program's name first. Environment and current directory are the process's.
  static Invocation of_process(std::vector<std::string> words);

  // The same but for its arguments.
  Invocation with(std::vector<std::string> other_arguments) const;

  bool is_drop_in() const { return manner == Manner::coverage; }
};

// The drop-in where `program` is a name of coverage.py's command (coverage, coverage3, coverage-3.14) or the variable
// COVEY_COMPAT is 1.
Manner manner_of(const std::string& program, const base::Environment& environment);

}  // namespace covey::console
