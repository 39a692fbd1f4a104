// A git repository of its own for a test, made by git itself, gone with it.
#pragma once

#include <doctest/doctest.h>
#include <stdio.h>
#include <sys/wait.h>
#include <covey/base/file.hpp>
#include <string>
#include "../base/scratch_directory.hpp"

struct ScratchRepository {
  explicit ScratchRepository(const std::string& init_options = "") : root(scratch / "repository") {
    shell("git init -q -b main " + init_options + " " + root);
  }

  // What a shell command prints, in the scratch directory and without the machine's git configuration; it must succeed.
  std::string shell(const std::string& command) const {
    // Variables of a git hook that the tests may run in, and those that would lead to the user's configuration.
    const std::string clean =
        "cd " + scratch.path +
        " && unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_PREFIX"
        " GIT_CONFIG GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS"
        " GIT_DEFAULT_HASH GIT_TEMPLATE_DIR GIT_DIFF_OPTS GIT_EXTERNAL_DIFF GIT_TRACE"
        " && export HOME=" +
        scratch.path +
        " XDG_CONFIG_HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0"
        " GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b && ";
    FILE* pipe = ::popen((clean + command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    char buffer[4096];
    for (std::size_t n; (n = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
    const int status = ::pclose(pipe);
    REQUIRE_MESSAGE(status == 0, command << ": " << output);
    return output;
  }
  std::string git(const std::string& arguments) const { return shell("git -C " + root + " " + arguments); }

  void write(const std::string& name, const std::string& text) const {
    const auto path = root + "/" + name;
    REQUIRE(covey::base::make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(covey::base::overwrite_file(path, text));
  }
  // All that is in the working tree; the new commit's id.
  std::string commit() const {
    git("add -A");
    git("commit -q --allow-empty -m message");
    return head();
  }
  std::string head() const { return git("rev-parse HEAD").substr(0, 40); }

  ScratchDirectory scratch;
  std::string root;
};
