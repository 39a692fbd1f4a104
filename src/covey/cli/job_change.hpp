// The change that a coverage job is about: what its tree is compared with.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/console/invocation.hpp>
#include <covey/forge/event.hpp>
#include <covey/gate/rule_verdict.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/diff.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct JobChange {
  std::string base;                 // the merge base, hex; empty where a diff was given, or there is none
  std::string root;                 // what names in `diff` begin at: the repository's directory, absolute
  std::optional<model::Diff> diff;  // to the tree that was tested; nothing where there is nothing to compare with
  std::string why_not;              // then: why, for people
};

// By --diff, else --base, else, of a pull request, the branch that it goes into, the commit that its event names as its
// base, and, where the clone has neither and something is to be posted, the forge's own diff. What cannot be compared,
// but was not named by an option, is told in why_not. Fails where what was named cannot be read, or a diff does not
// apply.
base::Result<JobChange> job_change(const CiOptions& options, const std::optional<forge::Event>& event,
                                   const console::Invocation& invocation);

// The configuration of what the pull request that the CI runs for is merged into, at the merge base. Nothing where it
// runs for none, or git does not have that commit.
std::optional<BaseConfiguration> base_configuration(const std::optional<forge::Event>& event,
                                                    const console::Invocation& invocation);

// The file's path from the repository's root, as diffs name it.
std::string name_in_diff(const model::FileReport& file, const JobChange& change);

// As rules see them, by name_in_diff().
gate::GatedFiles gated_files(const std::vector<model::FileReport>& files, const JobChange& change);

// Of the files those that the change touches, by their names as shown.
std::vector<std::string> changed_names(const std::vector<model::FileReport>& files, const JobChange& change);

}  // namespace covey::cli
