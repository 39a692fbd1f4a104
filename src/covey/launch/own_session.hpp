// A run as the process sees it that began it, or works in it, without a `covey run` of its own: pytest with our plugin.
#pragma once

#include <covey/launch/pytest_options.hpp>
#include <covey/launch/run_context.hpp>
#include <string>

namespace covey::launch {

struct OwnSession {
  runs::DataDirectory data;
  RunContext context;
};

// The session of the run's settings at `settings_path` whose shards lie in `folder`, <data dir>/jobs/<slug>/<run id>.
// Fails where the settings cannot be read or the folder is none of that run's.
base::Result<OwnSession> open_own_session(const std::string& settings_path, const std::string& folder,
                                          const console::Invocation& invocation);

// The options of `covey run` that say what pytest's do.
RunOptions run_options(const PytestOptions& options);

// What was measured in the session's folder so far, with the files that did not run, which are written down on the way,
// less what coverage.py would not have measured (see drop_vanished) and, for a pytest in a run that others began, what
// its own options do not name. Compiles what there is no table of. Prints what the user must know about the data.
model::Measurement read_own_session(OwnSession& session, const PytestOptions& options,
                                    const console::Invocation& invocation);

// Takes away what the session's run has left, for a pytest that turns out not to want to be measured.
int abandon_own_session(const OwnSession& session);

// Closes the session's records, and replaces what earlier runs left, as `covey run` does at its end.
int close_own_session(OwnSession& session, int status);

}  // namespace covey::launch
