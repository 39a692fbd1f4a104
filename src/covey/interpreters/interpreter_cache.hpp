// Which version an interpreter is, kept so that it need not be started to be asked, and that it has run here, so that
// it may be started where a shard names it: docs/data-directory.md.
#pragma once

#include <covey/base/environment.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace covey::interpreters {

// Whatever this variable says, nothing is taken from caches and nothing is kept in them.
inline constexpr const char* k_no_cache_variable = "COVEY_NO_CACHE";

// The directory that the user's caches of Covey are in: XDG_CACHE_HOME/covey, else ~/.cache/covey; empty where neither
// variable says anything.
std::string user_cache(const base::Environment& environment);

// One executable, as it is now.
class InterpreterCache {
 public:
  // Nothing is known and nothing kept of what is no program itself, such as a script that starts one version or
  // another; nor where COVEY_NO_CACHE says so, or there is no cache.
  InterpreterCache(const std::string& executable, const base::Environment& environment);

  // PY_VERSION_HEX, as the executable said when it was this one: the same file, unchanged, with the same pyvenv.cfg.
  std::optional<std::uint32_t> python() const;

  // Keeps what the executable says. Where that cannot be written, nothing is kept: a cache never fails.
  void keep(std::uint32_t python) const;

 private:
  std::string m_path;      // of what is kept; empty: nothing is
  std::string m_identity;  // of the executable
};

}  // namespace covey::interpreters
