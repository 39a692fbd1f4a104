// coverage.py's plugins, which cannot be loaded here: what the most common one sets is built in.
#pragma once

#include <covey/config/configuration.hpp>
#include <cstdint>

namespace covey::config {

// Does what covdefaults (2.3.0) does to a configuration where [run] plugins names it, but for the patterns that depend
// on the interpreter. Returns a warning for each other plugin, which names it and says what is lost.
Strings apply_plugins(Configuration& configuration);

// The lines to exclude, as regular expressions: those configured, and with covdefaults its pragmas for what an
// interpreter of this version (PY_VERSION_HEX) on Linux does not run.
Strings exclude_patterns(const Configuration& configuration, std::uint32_t python);

// The lines whose branches are never missing, as regular expressions: partial_branches and partial_branches_always.
Strings partial_patterns(const Configuration& configuration);

}  // namespace covey::config
