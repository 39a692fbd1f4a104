// What one interpreter has seen: which files are measured, and where in the shard the points of each code object lie.
#pragma once

#include <covey/base/path.hpp>
#include <covey/collector/filter.hpp>
#include <covey/collector/python.hpp>
#include <covey/shard/writer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace covey::collector {

// The points of one code object. Shared by equal code objects (a module executed twice has two of each), never freed
// while the interpreter lives.
struct CodePoints {
  std::uint8_t* points = nullptr;  // nullptr: not measured
  int first_line = 0;
  int n_lines = 0;
  int unseen = -1;  // lines that have not run yet, where the engine counts them

  // Whether the line had not run before. Code objects lie about their lines where the program made them so
  // (code.replace): what is outside does not count.
  bool set(int line) {
    const int at = line - first_line;
    if (static_cast<unsigned>(at) >= static_cast<unsigned>(n_lines) || points[at] != 0) return false;
    points[at] = 1;
    return true;
  }
};

// Used under the interpreter's lock. No member throws or leaves an exception set: what goes wrong marks the shard.
class Recorder {
 public:
  Recorder(Filter filter, shard::ShardStart start, std::unique_ptr<shard::Writer> writer, Py_ssize_t slot);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // The points of a code object that starts for the first time, put into its slot too; points of nullptr where it is
  // not to be measured. `globals` are those it runs in, or nullptr.
  CodePoints* first_sight(PyCodeObject* code, PyObject* globals) noexcept;

  // What first_sight put there; nullptr before.
  CodePoints* known(PyObject* code) const { return static_cast<CodePoints*>(code_slot(code, m_slot)); }

  shard::Writer& writer() { return *m_writer; }

 private:
  struct File {
    std::string path;
    std::string module;
    std::uint32_t id = 0;  // in the shard of `generation`
    std::uint32_t generation = 0;
    std::unordered_map<std::uint64_t, CodePoints*> codes;  // by what makes them equal
  };

  File* file_of(PyCodeObject* code, PyObject* globals);
  File* decide(std::string_view name, PyObject* globals);
  std::string canonical_path(const std::string& name);
  CodePoints* points_of(File& file, PyCodeObject* code);
  bool announce(File& file);
  void follow_fork();
  void refresh_import_path();

  Filter m_filter;
  shard::ShardStart m_start;
  std::unique_ptr<shard::Writer> m_writer;
  Py_ssize_t m_slot;
  std::uint32_t m_generation = 1;  // of the shard: a forked child opens its own
  unsigned m_forks;                // of the process, when this shard was opened

  PyObject* m_last_name = nullptr;  // most code starts in the file that the last code came from
  File* m_last_file = nullptr;
  std::unordered_map<std::string, File*> m_by_name;  // co_filename; nullptr: not measured
  std::unordered_map<std::string, std::unique_ptr<File>> m_by_path;
  base::CanonicalPaths m_canonical;
  std::deque<CodePoints> m_points;
  std::vector<PyObject*> m_import_path;  // sys.path when m_filter was last told of it
};

}  // namespace covey::collector
