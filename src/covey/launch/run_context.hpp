// A started run: what `covey run` knows of it from before the program starts until after its end.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/launch/program.hpp>
#include <covey/launch/run_options.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/runs/run_lock.hpp>
#include <covey/runs/session.hpp>
#include <covey/shard/settings.hpp>
#include <string>

namespace covey::launch {

struct RunContext {
  shard::Settings settings;
  std::string settings_path;   // the program's COVEY_RUN
  std::string slug;            // the job's
  bool joined = false;         // the run was begun by a `covey run` above this one, which does all of its end again
  bool chose_sources = false;  // by its own options; else sources are those of the run above, or none
  ProgramKind kind = ProgramKind::script;
  int jobs = 1;  // sources to compile at a time
  Program program;
  base::Environment environment;  // as this process was started with: without COVEY_RUN, unless joined
  std::string session_path;
  runs::Session session;  // what that file holds
};

struct StartedRun {
  runs::DataDirectory data;
  runs::RunLock lock;  // the run is alive while this is
  RunContext context;
};

// Takes what the options leave open from the configuration, but for a run that joins another one where that was
// started: the configuration that is found there was that one's, and it may have had options too. Joins the run that
// COVEY_RUN names where it is alive and no other data directory is asked for, else begins a new one; writes the
// settings, the job's folder and the session record. Fails before anything could be started; nothing that was in the
// data directory is touched.
base::Result<StartedRun> start_run(const RunOptions& options, const config::Configuration& configuration,
                                   const Program& program, const base::Environment& environment,
                                   const std::string& cwd);

// Lets processes below `pid` find a run that this one began without its variable (shard/run_notes.hpp). Says so where
// that cannot be.
void note_run_below(const RunContext& context, int pid);

// Takes away what start_run made, for a program that could not be started.
void abandon_run(const StartedRun& started);

// What the program is started with: COVEY_RUN, and COVEY_JOB and COVEY_PART where the options gave them.
base::Environment program_environment(const RunContext& context, const RunOptions& options);

}  // namespace covey::launch
