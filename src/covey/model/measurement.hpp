// What runs measured, before any source is looked at: lines and arcs by file.
#pragma once

#include <covey/base/hash.hpp>
#include <covey/model/arc_set.hpp>
#include <covey/model/line_set.hpp>
#include <covey/model/trail_set.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace covey::model {

// PY_VERSION_HEX of CPython 3.14. Since then coverage.py measures by sys.monitoring, which tells of branches otherwise
// than its C tracer, which it goes on to use where there are dynamic contexts.
inline constexpr std::uint32_t k_python_3_14 = 0x030E0000;

// What ran while one context was on.
struct ContextData {
  LineSet ran;
  ArcSet arcs;
  TrailSet trails = {};  // more arcs, as in MeasuredFile

  ContextData& operator|=(const ContextData& other);
  friend bool operator==(const ContextData&, const ContextData&) = default;
};

struct MeasuredFile {
  LineSet ran;                                  // in any context
  ArcSet arcs;                                  // in any context; empty where lines alone were measured
  std::map<std::string, ContextData> contexts;  // by name, "" for code outside any; empty where none was ever named
  std::set<base::Digest128> digests;  // of the sources that ran; more than one where it changed between processes
  std::set<std::string> modules;      // the names it was imported by
  std::uint32_t python = 0;           // PY_VERSION_HEX of the newest CPython that ran it
  bool executed = false;              // some code of it ran; else it was only found below the measured source
  std::string tracer = {};            // the coverage.py plugin that measured it; empty for Python
  TrailSet trails = {};               // more arcs, in any context, that the source must resolve: source/trails.hpp

  // Whether the reference for it is coverage.py's sys.monitoring core, to which each line that ran took a step to
  // itself.
  bool steps_to_itself() const { return python >= k_python_3_14 && contexts.empty(); }

  MeasuredFile& operator|=(const MeasuredFile& other);
  friend bool operator==(const MeasuredFile&, const MeasuredFile&) = default;
};

// What was measured: numbers of one cannot be added to numbers of the other.
enum Modes : unsigned {
  k_measured_lines = 1,
  k_measured_branches = 2,
};

// A value by path. Merging is commutative, associative and idempotent: the order of processes does not matter.
struct Measurement {
  std::map<std::string, MeasuredFile> files;          // by canonical path
  std::map<std::uint32_t, std::string> interpreters;  // PY_VERSION_HEX: an executable that ran (the least by name)
  unsigned modes = 0;                                 // Modes of the data that is in here; 0 where there is none

  bool has_branches() const { return (modes & k_measured_branches) != 0; }
  bool is_mixed() const { return modes == (k_measured_lines | k_measured_branches); }
  // Whether any code of any file ran.
  bool ran_anything() const;
  Measurement& operator|=(const Measurement& other);
  // Leaves in each file what ran in contexts whose name is `kept`; files of which nothing is left stay. Where no
  // context was ever named, all ran in "".
  void keep_contexts(const std::function<bool(const std::string&)>& kept);
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

}  // namespace covey::model
