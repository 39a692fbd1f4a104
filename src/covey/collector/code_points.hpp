// The points of code objects: what the engines set as lines run.
#pragma once

#include <atomic>
#include <covey/collector/points_by_key.hpp>
#include <covey/collector/python.hpp>
#include <covey/collector/seen_pairs.hpp>
#include <covey/collector/watched.hpp>
#include <covey/shard/writer.hpp>
#include <cstdint>
#include <memory>
#include <string>

namespace covey::collector {

struct MeasuredFile;
struct ContextPoints;

// Whether this process began to fork, or is the child of a fork, since it loaded us.
inline bool g_has_forked = false;

// The points of one code object. Shared by equal code objects (a module executed twice has two of each), never freed
// while the interpreter lives.
struct CodePoints {
  std::uint8_t* points = nullptr;  // nullptr: not measured
  int first_line = 0;
  int n_lines = 0;
  int unseen = -1;  // lines that have not run yet, where the engine counts them
  MeasuredFile* file = nullptr;
  shard::Writer* writer = nullptr;  // whose the points are, where what is stored into them must be kept; else nullptr

  // For contexts.
  int traceable = -1;            // lines that can have an event, where the engine counts them
  std::uint32_t shard = 0;       // the one of the process's shards that the points are in
  std::uint32_t number = 0;      // of their record there
  bool starts_context = false;   // each of its frames that is in none begins one
  bool starts_children = false;  // see child_starts.hpp
  std::unique_ptr<ContextPoints> context;

  // For branches.
  int def_line = 0;                       // co_firstlineno
  int last_line = 0;                      // what ran last, in any frame; 0 where a frame ended since
  bool told_again = !k_events_come_once;  // of steps that are in the shard: those in `seen` are not written again
  SeenPairs seen;
  std::unique_ptr<const Watched> watched;  // nullptr: nothing

  CodePoints();
  ~CodePoints();
  CodePoints(const CodePoints&) = delete;
  CodePoints& operator=(const CodePoints&) = delete;

  // Whether the line had not run before. Code objects lie about their lines where the program made them so
  // (code.replace): what is outside does not count.
  bool set(int line) {
    const int at = line - first_line;
    if (static_cast<unsigned>(at) >= static_cast<unsigned>(n_lines) || points[at] != 0) return false;
    points[at] = 1;
    if (writer != nullptr) writer->keep_point(points + at, g_has_forked);
    return true;
  }

  // Sets PointBits of the line; whether there is such a line. A forked child shares the map with its parent, and plain
  // stores of two would undo each other's; atomic ones are slow enough to wait until there was a fork.
  bool add_bits(int line, unsigned bits) {
    const int at = line - first_line;
    if (static_cast<unsigned>(at) >= static_cast<unsigned>(n_lines)) return false;
    if ((points[at] & bits) == bits) return true;
    if (g_has_forked)
      std::atomic_ref<std::uint8_t>(points[at]).fetch_or(static_cast<std::uint8_t>(bits), std::memory_order_relaxed);
    else
      points[at] = static_cast<std::uint8_t>(points[at] | bits);
    if (writer != nullptr) writer->keep_point(points + at, g_has_forked);
    return true;
  }
};

// A file that is measured, or is not.
struct MeasuredFile {
  std::string path;
  std::string module;
  std::uint32_t id = 0;  // in the shard of `generation`
  std::uint32_t generation = 0;
  PointsByKey codes;  // by what makes them equal
};

}  // namespace covey::collector
