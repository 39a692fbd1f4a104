// The end of a run, as far as records go.
#pragma once

#include <covey/base/result.hpp>
#include <covey/launch/child_process.hpp>
#include <covey/launch/run_context.hpp>
#include <set>
#include <string>
#include <vector>

namespace covey::launch {

// The run's folders, in all jobs, by slug: of each only where it is.
std::vector<runs::RunFolder> folders_of_run(const runs::DataDirectory& data, const std::string& run_id);

// Writes the program's end into the run's session record.
base::Result<void> close_session(RunContext& context, const ProgramEnd& end);

// The jobs below the run (`covey run -- nox`: the sessions) for which no `covey run` of their own wrote a record: each
// folder of theirs gets one, with the whole run's times. Exit status 0 only where the whole program ended with 0;
// nobody saw how the others ended. Of those in which nothing ran the record says so. Fails with the first record that
// cannot be written, after trying them all.
base::Result<void> close_jobs_below(const runs::DataDirectory& data, const RunContext& context);

// Replaces, in every job that the run has a folder in, the runs in `finished`, but for jobs that this run appends to,
// or in which nothing ran. Prints what cannot be removed.
void replace_in_jobs_of(const runs::DataDirectory& data, const RunContext& context,
                        const std::set<std::string>& finished);

}  // namespace covey::launch
