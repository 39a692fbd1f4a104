// The interpreter to ask where data does not say which one ran.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <cstdint>
#include <string>

namespace covey::cli {

struct Interpreter {
  std::string path;
  std::uint32_t python = 0;  // PY_VERSION_HEX
};

// The CPython that `covey run` would start for a module, by its own word. Fails where there is none, or it does not
// answer.
base::Result<Interpreter> interpreter_on_path(const base::Environment& environment, const std::string& cwd);

}  // namespace covey::cli
