// What a coverage job tells the forge: a comment on the pull request and a commit's status. docs/posting.md
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/forge/event.hpp>
#include <covey/formats/summary_writer.hpp>
#include <covey/gate/verdict.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

// Fails where an option is none, before anything is done: an unknown forge, a repository that is no "owner/name".
base::Result<void> check_posting(const PostOptions& options);

struct PostingOutcome {
  formats::Posted posted;
  std::vector<std::string> warnings;  // what failed, a line each
};

// Posts what the options ask for; nothing without --post. A token comes from COVEY_TOKEN, FORGEJO_TOKEN (of Forgejo) or
// GITHUB_TOKEN; repository, pull request and API from options, else from `event`.
PostingOutcome post_verdict(const gate::Verdict& verdict, const PostOptions& options,
                            const std::optional<forge::Event>& event, const base::Environment& environment);

// The pull request's changes as the forge has them. Fails where there is no pull request, or as the forge does.
base::Result<std::string> diff_of_forge(const PostOptions& options, const std::optional<forge::Event>& event,
                                        const base::Environment& environment);

}  // namespace covey::cli
