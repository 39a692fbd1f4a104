// Where executables lie: what a shell would start, and which Python Covey starts.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <optional>
#include <string>

namespace covey::interpreters {

// The directory of the covey binary, links followed: that of the environment's Python where pip installed both.
std::string own_directory();

// The path of the executable that a shell would start for `name`: `name` itself where it has a slash, else the first on
// PATH; empty where there is none. Absolute but for names with a slash.
std::string find_executable(const std::string& name, const base::Environment& environment, const std::string& cwd);

// The interpreter's path: `named` (--python), a path or a name to look for on PATH, else the one in `own_directory`,
// else $VIRTUAL_ENV's, else python3 on PATH. Fails, naming it, where there is none.
base::Result<std::string> find_python(const std::optional<std::string>& named, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory);

}  // namespace covey::interpreters
