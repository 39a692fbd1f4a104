// What the CI says about the run that a command is part of: its variables, and the event's file.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/forge/site.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

struct Event {
  ForgeKind forge = ForgeKind::forgejo;
  std::string server_url;     // "https://codeberg.org", no slash at its end
  std::string api_url;        // as Site has it
  RepositoryName repository;  // the one whose workflow runs: of a pull request, where it is to be merged
  std::string name;           // "pull_request", "push", …; empty where the CI does not say

  std::optional<std::int64_t> pull_request;  // its number. None where a workflow_run is about one from a fork
  std::string head;                          // the commit that the run is about; of a pull request never the merge
  std::string head_ref;                      // its branch; empty where the CI does not say
  std::string head_repository;               // "owner/name" of that branch; empty where it is gone, or not known
  std::string base;        // the commit before: the target branch's, or what a push replaced; empty where there is none
  std::string base_ref;    // the branch that a pull request is to be merged into, else empty
  bool from_fork = false;  // the head is in another repository: the CI's own token may then only read

  std::string run_id, run_attempt;  // decimal digits; empty where the CI does not say
  std::string run_url;              // the run's page; empty where it cannot be told
  std::string summary_path;         // the file that a step's summary is written to; empty where there is none
};

// The variables and the text of the event's file, "" where there is none. Nothing where this is neither Forgejo's (or
// Gitea's) CI nor GitHub's. Fails with ErrorKind::format where the text is not an event's JSON, or a value in it is not
// what its name says (a commit, a number, a repository), naming it; with ErrorKind::usage where a variable is not.
base::Result<std::optional<Event>> parse_event(const base::Environment& variables, std::string_view text);

// The same of the file that GITHUB_EVENT_PATH names. Fails too where it is named and cannot be read.
base::Result<std::optional<Event>> read_event(const base::Environment& variables);

}  // namespace covey::forge
