// What one interpreter has seen: which files are measured, and where in the shard the points of each code object lie.
#pragma once

#include <covey/base/path.hpp>
#include <covey/collector/code_lines.hpp>
#include <covey/collector/code_points.hpp>
#include <covey/collector/filter.hpp>
#include <covey/collector/python.hpp>
#include <covey/shard/writer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace covey::collector {

class Contexts;

// Used under the interpreter's lock. No member throws or leaves an exception set: what goes wrong marks the shard.
class Recorder {
 public:
  struct Options {
    Py_ssize_t slot = -1;         // of code objects, ours
    bool branches = false;        // are measured as well as lines
    bool test_functions = false;  // each is a context
    bool forks_inherit = false;   // see part_from_parent
  };
  Recorder(Filter filter, shard::ShardStart start, std::unique_ptr<shard::Writer> writer, Options options);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // The points of a code object that starts for the first time, put into its slot too; points of nullptr where it is
  // not to be measured. `globals` are those it runs in, or nullptr; `lines` become the code's where it is measured.
  CodePoints* first_sight(PyCodeObject* code, PyObject* globals, CodeLines& lines) noexcept;

  // What first_sight put there; nullptr before.
  CodePoints* known(PyObject* code) const { return static_cast<CodePoints*>(code_slot(code, m_options.slot)); }

  // That the line ran, and right before it `before` (0: unknown) in the same frame.
  void line_ran(CodePoints& points, int line, int before) noexcept {
    if (points.add_bits(line, shard::k_line_ran) && before != 0) stepped(points, before, line);
  }

  // That line `to` ran right after line `from`, or is just about to.
  void stepped(CodePoints& points, int from, int to) noexcept {
    const int delta = to - from;
    const int lines[] = {to};
    if (delta > 0 && delta <= shard::k_after_bits)
      points.add_bits(to, unsigned{shard::k_line_after} << (delta - 1));
    else if (delta != 0)
      went(points, from, to, lines);
  }

  // That control went from line `from` to the first of `lines` that is another statement. `key` tells where it went
  // from that line: what is in the shard already is not written again.
  void went(CodePoints& points, int from, int key, std::span<const int> lines,
            shard::RecordType type = shard::RecordType::trail) noexcept;

  // Whether the code object meets with the pair for the first time; `kind` is below 0.
  bool first_time(CodePoints& points, int kind, int what) noexcept;
  // Whether first_time() was asked about the pair before.
  bool was_there(const CodePoints& points, int kind, int what) const { return points.seen.contains(kind, what); }

  // Where this process's shards are: the job's folder in the run.
  const std::string& directory() const { return m_start.directory; }
  // Whether a file of that canonical path is measured, by what sys.path was when code was last seen.
  bool measures(std::string_view path, std::string_view module) const { return m_filter.measures(path, module); }

  bool branches() const { return m_options.branches; }
  bool test_functions() const { return m_options.test_functions; }
  shard::Writer& writer() { return *m_writer; }

  // Right before a fork, for part_from_parent: the parent goes on while the child looks.
  void remember_points() noexcept;
  // For a forked child: from here on it sets its own points, not its parent's. They begin as these were where forks
  // inherit, else as if nothing had run yet. Steps that its parent saw are not told again, nor are lines whose events
  // the parent's runs have turned off.
  void part_from_parent() noexcept;

  // nullptr as long as no dynamic context has been on, or could have.
  Contexts* contexts() { return m_contexts.get(); }
  // The same, and from now on there is one. nullptr where there is no memory.
  Contexts* begin_contexts() noexcept;

  // Which of this process's and its ancestors' shards is open: 1, 2, … A forked child opens its own. Throws.
  std::uint32_t open_shard() {
    follow_fork();
    return m_generation;
  }

  // Whether first_sight() may find code of that co_filename to be measured. A module may all the same turn out to be
  // another file than its code says.
  bool may_measure(PyObject* co_filename) noexcept;

  // A frame begins of code that starts children: notes those that are known not to be measured.
  void child_starts(PyFrameObject* frame) noexcept;

  // Puts the file's record into the shard that is open; false where there is no room. Throws.
  bool announce(MeasuredFile& file);

 private:
  using File = MeasuredFile;

  File* file_of(PyCodeObject* code, PyObject* globals);
  File* decide(std::string_view name, PyObject* globals);
  bool may_measure_name(std::string_view name);
  File* refuse(const std::string& name, PyObject* globals);
  std::string canonical_path(const std::string& name);
  CodePoints* points_of(File& file, PyCodeObject* code, CodeLines& lines);
  bool add_points(CodePoints& points);
  bool part(CodePoints& points, std::span<const std::uint8_t> inherited);
  void follow_fork();
  void refresh_import_path();

  Filter m_filter;
  shard::ShardStart m_start;
  std::unique_ptr<shard::Writer> m_writer;
  std::vector<std::unique_ptr<shard::Writer>> m_parents;  // of the shards that points are in still
  Options m_options;
  std::uint32_t m_generation = 1;  // of the shard: a forked child opens its own
  unsigned m_forks;                // of the process, when this shard was opened

  PyObject* m_last_created = nullptr;  // most code is created for the file that the last code was
  bool m_may_measure_last = false;
  std::unordered_map<std::string, bool> m_may_measure;  // by co_filename
  PyObject* m_last_name = nullptr;                      // most code starts in the file that the last code came from
  File* m_last_file = nullptr;
  std::unordered_map<std::string, File*> m_by_name;  // co_filename; nullptr: not measured
  std::unordered_map<std::string, std::unique_ptr<File>> m_by_path;
  base::CanonicalPaths m_canonical;
  std::deque<CodePoints> m_points;
  std::vector<std::uint8_t> m_at_fork;   // all of them, one after the other, as they were at the last fork
  std::vector<PyObject*> m_import_path;  // sys.path when m_filter was last told of it
  std::unique_ptr<Contexts> m_contexts;
};

}  // namespace covey::collector
