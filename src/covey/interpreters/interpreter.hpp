// Which interpreters may be started, and which one is asked where data does not say what ran.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <cstdint>
#include <map>
#include <string>

namespace covey::interpreters {

struct Interpreter {
  std::string path;
  std::uint32_t python = 0;  // PY_VERSION_HEX
};

// The CPython that `covey run` would start for a module, by its own word. Fails where there is none, or it does not
// answer.
base::Result<Interpreter> interpreter_on_path(const base::Environment& environment, const std::string& cwd);

// Notes of interpreters that processes of this user's own run name (PY_VERSION_HEX: executable) that they ran here.
void keep_interpreters(const std::map<std::uint32_t, std::string>& ran, const base::Environment& environment);

// Of interpreters that shards name (PY_VERSION_HEX: executable), those that may be started. Shards may come from anyone
// who can upload them, with a program of his in an interpreter's place. So it is only what a run of this user's has
// started on this machine (see InterpreterCache); and, in place of others of its version, the one on the path.
std::map<std::uint32_t, std::string> startable(const std::map<std::uint32_t, std::string>& named,
                                               const base::Environment& environment, const std::string& cwd);

}  // namespace covey::interpreters
