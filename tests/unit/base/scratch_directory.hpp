// A directory of its own for a test, gone with it.
#pragma once

#include <stdlib.h>
#include <filesystem>
#include <string>

struct ScratchDirectory {
  ScratchDirectory() {
    auto pattern = (std::filesystem::canonical(std::filesystem::temp_directory_path()) / "covey-test-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string operator/(const std::string& name) const { return path + "/" + name; }

  std::string path;
};
