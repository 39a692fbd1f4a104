// Where the files of an archive go, one after the other.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <string>

namespace covey::base {

class ArchiveSink {
 public:
  virtual ~ArchiveSink() = default;
  // Begins the file of that name, as the archive has it: it may lead anywhere. What fails ends the reading.
  virtual Result<void> open(const std::string& name) = 0;
  virtual Result<void> add(const char* bytes, std::size_t size) = 0;  // to that file
  virtual Result<void> close() = 0;                                   // it is whole
};

}  // namespace covey::base
