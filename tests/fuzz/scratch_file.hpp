// A file for readers that take nothing else.
#pragma once

#include <unistd.h>
#include <covey/base/file.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include "require.hpp"

class ScratchFile {
 public:
  explicit ScratchFile(std::string_view bytes)
      : m_path((std::filesystem::temp_directory_path() / ("covey-fuzz-" + std::to_string(::getpid()))).string()) {
    require(covey::base::write_file_atomic(m_path, bytes).has_value());
  }
  ~ScratchFile() { ::unlink(m_path.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};
