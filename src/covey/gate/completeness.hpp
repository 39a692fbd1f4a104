// Whether the data of a coverage job is whole: what was to be delivered against what was, and what else is known of it.
#pragma once

#include <covey/gate/finding.hpp>
#include <covey/model/test_counts.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace covey::gate {

struct ExpectedJob {
  std::string name;
  int n_parts = 1;  // 1 to n_parts are wanted
};

// What one test runner of a session said of itself.
struct RunnerFacts {
  std::optional<model::TestCounts> counts;  // nothing where it did not come to its end
  std::optional<int> exit_status;           // likewise
};

// What one session record says.
struct SessionFacts {
  std::string path;           // of the record
  bool has_ended = true;      // the record has an end
  std::optional<int> status;  // exit status; nothing where a signal ended it, or nobody saw how it ended
  std::optional<int> signal;
  bool has_no_data = false;  // nothing that is to be measured ran
  std::string incomplete;    // why something that ran is missing from the data
  std::string commit;        // the tree that was tested, hex; empty where that is not known
  double seconds = 0;
  std::vector<RunnerFacts> runners;
};

// What one place (a data directory, a file) holds of one part of a job, at one attempt.
struct Delivery {
  std::string project;
  std::string job;
  int part = 1;
  int attempt = 1;
  std::string forge_job;                // the forge's name of the job that it ran in; empty where that is not known
  std::string path;                     // of the place, as the user knows it
  std::string digest;                   // two deliveries with the same one are copies
  std::vector<SessionFacts> sessions;   // none of data that has no session records
  std::vector<std::string> unreadable;  // what of it could not be read: "path: what"
  bool has_lines = false;               // lines alone were measured
  bool has_branches = false;            // branches were measured
};

enum class End { success, failed, skipped, aborted, interrupted };

// What a log or a report of nox's says of a session, or the forge of a job.
struct Witness {
  enum class Kind { log, nox_report, needs };
  Kind kind = Kind::log;
  std::string path;        // of the log or report; empty for needs
  std::string name;        // of the session, or of the forge's job; empty for a log's tests outside of any
  std::optional<End> end;  // nothing where it does not say
  std::string reason;      // for that end; empty where none is given
  std::optional<model::TestCounts> counts;  // nothing where it does not say
};

struct Evidence {
  std::optional<std::vector<ExpectedJob>> expected;  // nothing where nobody said what to expect
  std::vector<Delivery> deliveries;
  std::vector<Witness> witnesses;
  std::string commit;                        // that all must have tested; empty where it is not known
  std::vector<std::string> allowed_missing;  // jobs that may be
  std::vector<std::string> changed_sources;  // paths of sources that are not what ran
  std::vector<std::string> not_imported;     // measured packages of which no job imported anything
};

enum class JobState { delivered, missing, allowed, skipped, cancelled };
std::string_view state_name(JobState state);

struct JobVerdict {
  std::string job;
  int part = 1;
  int attempt = 1;
  JobState state = JobState::delivered;
  std::optional<std::int64_t> n_tests;  // that ran or were skipped; nothing where nobody counted
  std::optional<double> seconds;
};

struct Completeness {
  std::vector<JobVerdict> jobs;         // by name and part
  std::vector<Finding> findings;        // by job; those that make the data not whole
  std::vector<Finding> allowed;         // those of jobs that may be missing
  std::vector<std::size_t> merged;      // indices of the deliveries that count, ascending
  std::vector<std::string> superseded;  // "job, attempt 1: path" of older attempts
};

// Judges the evidence; pure. Of each job the highest attempt counts.
Completeness check_completeness(const Evidence& evidence);

}  // namespace covey::gate
