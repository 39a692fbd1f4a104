// A directory for readers and writers that want one: this process's own, gone when it ends.
#pragma once

#include <unistd.h>
#include <filesystem>
#include <string>

class ScratchDirectory {
 public:
  ScratchDirectory() { std::filesystem::create_directories(m_path); }
  ~ScratchDirectory() { std::filesystem::remove_all(m_path); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return m_path; }

 private:
  std::string m_path =
      (std::filesystem::temp_directory_path() / ("covey-fuzz-" + std::to_string(::getpid()) + ".d")).string();
};

// Made when it is first asked for.
inline const std::string& scratch_directory() {
  static const ScratchDirectory made;
  return made.path();
}
