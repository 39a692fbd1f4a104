// What a gate asks a git repository: revisions, merge bases, diffs, texts of files at a revision.
//
// Through libgit2, which costs nothing until a repository is opened here: see libgit2_offline.cpp. What every run asks
// (git.hpp) is read from git's own files. A repository is read whoever owns it, for in container jobs the checkout
// usually belongs to another user; no configuration outside of it counts, nothing is executed, nothing is fetched.
#pragma once

#include <covey/base/file.hpp>
#include <covey/base/result.hpp>
#include <covey/model/diff.hpp>
#include <cstddef>
#include <memory>
#include <string>

namespace covey::forge {

// Errors are one line, and say of a shallow clone that it is one and what to do. A revision is anything that git
// rev-parse takes: "HEAD", "origin/main", "v1.0^{commit}", hex digits.
class GitRepository {
 public:
  // The repository that `directory` lies in: a linked worktree or a submodule too, or a bare one. Fails where it lies
  // in none (not_found) and where libgit2 cannot read it, as it cannot where objects are named by SHA-256.
  static base::Result<GitRepository> open(const std::string& directory);

  GitRepository(GitRepository&&) noexcept;
  GitRepository& operator=(GitRepository&&) noexcept;
  ~GitRepository();

  // The working tree's directory, absolute, without a slash at its end; empty for a bare repository.
  const std::string& root() const;

  // Whether history was cut off when it was cloned: commits and merge bases may be missing.
  bool is_shallow() const;

  // The commit's 40 hex digits. Fails where there is no such revision, or it is no commit.
  base::Result<std::string> resolve(const std::string& revision) const;

  // The commit that both revisions' histories have last in common: the best one, where there are several. Fails as
  // resolve() does, and where there is none here.
  base::Result<std::string> merge_base(const std::string& one, const std::string& other) const;

  // The bytes of the file `path` (from the root) at the revision. Fails where there is none, where it is no regular
  // file, and, with too_large, where it has more than `limit` bytes.
  base::Result<std::string> text_at(const std::string& revision, const std::string& path,
                                    std::size_t limit = base::k_source_limit) const;

  // From one revision's tree to another's, with renames as `git diff -M` finds them: half of the text at least is the
  // same. Files over base::k_source_limit count as binary. Fails as resolve() does.
  base::Result<model::Diff> diff(const std::string& old_revision, const std::string& new_revision) const;

  // From a revision's tree to the working directory's files that git knows of. Fails as resolve() does, and for a bare
  // repository.
  base::Result<model::Diff> diff_to_working_tree(const std::string& old_revision) const;

 private:
  struct Opened;
  explicit GitRepository(std::unique_ptr<Opened> opened);

  std::unique_ptr<Opened> m_opened;
};

}  // namespace covey::forge
