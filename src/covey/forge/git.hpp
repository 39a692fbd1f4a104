// What every run asks git: where the repository is, what it is called, and which commit is checked out.
//
// Read from git's own files: loading and starting libgit2 takes 16 ms of CPU, most of it for certificates, in each
// `covey run`. It is for what needs more than three small files. Files are read whoever owns them, for in container
// jobs the checkout usually belongs to another user; nothing is executed and no configuration outside the repository
// counts.
#pragma once

#include <covey/base/environment.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

struct Repository {
  std::string root;    // the working tree's
  std::string name;    // repository_name of the remote "origin", else the name of the root's folder
  std::string commit;  // HEAD's, 40 or 64 hex digits; empty before the first commit, and where it cannot be read
};

// The repository that `directory` (absolute) lies in; nothing where it lies in none. Linked worktrees and submodules
// are repositories; bare ones are not.
std::optional<Repository> find_repository(const std::string& directory);

// The commit that is checked out: HEAD's, else what the variables COVEY_COMMIT and GITHUB_SHA say. Empty where nothing
// tells.
std::string tested_commit(const Repository& repository, const base::Environment& environment);

// The last part of a remote's URL or path, without ".git": "covey" for "git@example.org:team/covey.git". Empty where
// there is none.
std::string repository_name(std::string_view url);

// The first `url` of [remote "origin"] in the text of a git configuration file; empty where there is none.
std::string origin_url(std::string_view config);

}  // namespace covey::forge
