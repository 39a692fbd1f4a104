// What runs measured, before any source is looked at: lines by file.
#pragma once

#include <covey/base/hash.hpp>
#include <covey/model/line_set.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace covey::model {

struct MeasuredFile {
  LineSet ran;
  std::set<base::Digest128> digests;  // of the sources that ran; more than one where it changed between processes
  std::set<std::string> modules;      // the names it was imported by
  std::uint32_t python = 0;           // PY_VERSION_HEX of the newest CPython that ran it
  bool executed = false;              // some code of it ran; else it was only found below the measured source

  MeasuredFile& operator|=(const MeasuredFile& other);
  friend bool operator==(const MeasuredFile&, const MeasuredFile&) = default;
};

// A value by path. Merging is commutative, associative and idempotent: the order of processes does not matter.
struct Measurement {
  std::map<std::string, MeasuredFile> files;          // by canonical path
  std::map<std::uint32_t, std::string> interpreters;  // PY_VERSION_HEX: an executable that ran (the least by name)

  Measurement& operator|=(const Measurement& other);
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

}  // namespace covey::model
