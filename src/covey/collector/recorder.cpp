#include <pthread.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/kept_errno.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/collector/child_starts.hpp>
#include <covey/collector/contexts.hpp>
#include <covey/collector/recorder.hpp>
#include <covey/shard/losses.hpp>
#include <new>
#include <utility>

namespace covey::collector {

namespace {

constexpr int k_largest_line = shard::k_largest_line;
constexpr int k_most_lines = 1 << 22;  // of one code object: beyond that its line table is not a compiler's

// How often this process is the child of a fork since it loaded us. Counted by the C library, for getpid on every first
// sight would be a system call each.
unsigned g_forks = 0;

void count_forks() {
  static const int registered = pthread_atfork([] { g_has_forked = true; }, nullptr, [] { ++g_forks; });
  static_cast<void>(registered);
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// A new reference to globals[key] where that is there, else nullptr.
PyObject* global(PyObject* globals, const char* key) {
  if (globals == nullptr || !PyDict_Check(globals)) return nullptr;
  PyObject* value = PyDict_GetItemString(globals, key);
  Py_XINCREF(value);
  return value;
}

std::string text_and_release(PyObject* object) {
  std::string text(text_of(object));
  Py_XDECREF(object);
  return text;
}

// The name of a file as the system has it, where that is not UTF-8 (a str with lone surrogates); empty where there is
// none.
std::string system_name(PyObject* name) {
  PyObject* bytes = PyUnicode_Check(name) ? PyUnicode_EncodeFSDefault(name) : nullptr;
  if (bytes == nullptr) PyErr_Clear();
  return text_and_release(bytes);
}

// The source that byte code belongs to: "x.pyc" is "x.py".
std::string source_name(std::string name) {
  if (ends_with(name, ".pyc") || ends_with(name, ".pyo")) name.pop_back();
  return name;
}

// __file__ of the globals, which is right where byte code was moved after it was compiled; co_filename where the two
// differ in more than the directory, for then the code was exec'd.
std::string preferred_name(std::string_view code_name, PyObject* globals) {
  PyObject* file = global(globals, "__file__");
  if (file != nullptr && !PyUnicode_Check(file)) {  // seldom a Path
    PyObject* text = file == Py_None ? nullptr : PyObject_Str(file);
    if (text == nullptr) PyErr_Clear();
    Py_DECREF(file);
    file = text;
  }
  auto name = source_name(text_and_release(file));
  if (name.empty() || base::basename(name) != base::basename(code_name)) return std::string(code_name);
  return name;
}

// The name the module is imported by; for the main program that of `-m`, else the file's.
std::string module_name(std::string_view path, PyObject* globals) {
  auto name = text_and_release(global(globals, "__name__"));
  if (!name.empty() && name != "__main__") return name;
  PyObject* spec = global(globals, "__spec__");
  if (spec != nullptr && spec != Py_None) {
    PyObject* full_name = PyObject_GetAttrString(spec, "name");
    if (full_name == nullptr) PyErr_Clear();
    auto text = text_and_release(full_name);
    if (!text.empty() && text != "__main__") {
      Py_DECREF(spec);
      return text;
    }
  }
  Py_XDECREF(spec);
  auto file = base::basename(path);
  if (ends_with(file, ".py")) return std::string(file.substr(0, file.size() - 3));
  return name;
}

// What coverage.py takes for a test by its name.
bool names_test(std::string_view name) { return name.starts_with("test") || name == "runTest"; }

}  // namespace

CodePoints::CodePoints() = default;
CodePoints::~CodePoints() = default;

Recorder::Recorder(Filter filter, shard::ShardStart start, std::unique_ptr<shard::Writer> writer, Options options)
    : m_filter(std::move(filter)), m_start(std::move(start)), m_writer(std::move(writer)), m_options(options) {
  count_forks();
  m_forks = g_forks;
}

Recorder::~Recorder() {
  Py_XDECREF(m_last_name);
  Py_XDECREF(m_last_created);
  for (PyObject* entry : m_import_path) Py_XDECREF(entry);
}

CodePoints* Recorder::first_sight(PyCodeObject* code, PyObject* globals, CodeLines& lines) noexcept {
  const base::KeptErrno kept;
  static CodePoints not_measured;
  static CodePoints unmeasured_test;
  static CodePoints unmeasured_start;
  unmeasured_test.starts_context = true;
  unmeasured_start.starts_children = true;
  try {
    const bool starts_context = m_options.test_functions && names_test(text_of(code->co_name));
    File* file = file_of(code, globals);
    CodePoints* points = file == nullptr ? nullptr : points_of(*file, code, lines);
    const bool starts_child = starts_children(code);
    if (points == nullptr)
      points = starts_context ? &unmeasured_test : starts_child ? &unmeasured_start : &not_measured;
    if (points->points != nullptr) {
      points->starts_context = starts_context;
      points->starts_children = starts_child;
    }
    if (!set_code_slot(reinterpret_cast<PyObject*>(code), m_options.slot, points)) throw std::bad_alloc();
    return points;
  } catch (...) {  // no memory: the tests go on, the gate is told
    m_writer->mark_incomplete("out of memory");
    return &not_measured;
  }
}

bool Recorder::may_measure(PyObject* name) noexcept {
  const base::KeptErrno kept;
  if (name == m_last_created) return m_may_measure_last;
  try {
    const auto text = text_of(name);
    auto found = m_may_measure.find(std::string(text));
    if (found == m_may_measure.end()) found = m_may_measure.emplace(text, may_measure_name(text)).first;
    Py_INCREF(name);
    Py_XSETREF(m_last_created, name);
    m_may_measure_last = found->second;
    return m_may_measure_last;
  } catch (...) {  // no memory: that is for first_sight to say
    return true;
  }
}

// What is not absolute goes by directories of the time when it runs; what is not UTF-8 is told to be missing then.
bool Recorder::may_measure_name(std::string_view name) {
  if (!base::is_absolute(name)) return true;
  refresh_import_path();
  return m_filter.may_measure(m_canonical.of(source_name(std::string(name))));
}

Recorder::File* Recorder::file_of(PyCodeObject* code, PyObject* globals) {
  PyObject* name = code->co_filename;
  if (name == m_last_name) return m_last_file;
  auto text = text_of(name);
  if (!text.empty() && text.front() == '<') {
    m_last_file = nullptr;
  } else if (text.empty() && PyUnicode_GetLength(name) != 0) {
    m_last_file = refuse(system_name(name), globals);
  } else {
    auto found = m_by_name.find(std::string(text));
    if (found == m_by_name.end()) found = m_by_name.emplace(text, decide(text, globals)).first;
    m_last_file = found->second;
  }
  Py_INCREF(name);
  Py_XSETREF(m_last_name, name);
  return m_last_file;
}

// What would be measured if its name were UTF-8, as all names in shards, data files and reports are.
Recorder::File* Recorder::refuse(const std::string& name, PyObject* globals) {
  if (name.empty() || name.front() == '<') return nullptr;
  refresh_import_path();
  const auto path = canonical_path(name);
  if (m_filter.measures(path, module_name(path, globals)))
    m_writer->mark_incomplete("not measured, for its name is not UTF-8: " + base::harmless(path));
  return nullptr;
}

Recorder::File* Recorder::decide(std::string_view code_name, PyObject* globals) {
  auto unreal = [](std::string_view name) {
    return name.empty() || name.front() == '<' || name.substr(0, 7) == "memory:";
  };
  if (code_name.empty()) return nullptr;
  auto name = preferred_name(code_name, globals);
  if (unreal(name)) return nullptr;
  refresh_import_path();
  auto path = canonical_path(name);
  auto module = module_name(path, globals);
  if (!m_filter.measures(path, module)) return nullptr;
  auto& file = m_by_path[path];
  if (file == nullptr) {
    file = std::make_unique<File>();
    file->path = path;
    file->module = module;
  }
  return file.get();
}

// The absolute path of a name that may be relative: the current directory is tried first, then sys.path.
std::string Recorder::canonical_path(const std::string& name) {
  if (base::is_absolute(name) || base::exists(name)) return m_canonical.of(name);
  for (PyObject* entry : m_import_path) {
    auto candidate = base::join(text_of(entry), name);
    if (base::exists(candidate)) return m_canonical.of(candidate);
  }
  return base::canonical(name);
}

void Recorder::refresh_import_path() {
  PyObject* list = PySys_GetObject("path");
  if (list == nullptr || !PyList_Check(list)) return;
  const auto size = static_cast<std::size_t>(PyList_GET_SIZE(list));
  auto entry_at = [&](std::size_t i) { return PyList_GET_ITEM(list, static_cast<Py_ssize_t>(i)); };
  bool same = size == m_import_path.size();
  for (std::size_t i = 0; same && i < size; ++i)
    same = entry_at(i) == m_import_path[i] || text_of(entry_at(i)) == text_of(m_import_path[i]);
  if (same) return;
  for (PyObject* entry : m_import_path) Py_XDECREF(entry);
  m_import_path.clear();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < size; ++i) {
    PyObject* entry = entry_at(i);
    Py_INCREF(entry);
    m_import_path.push_back(entry);
    texts.emplace_back(text_of(entry));
  }
  m_filter.set_import_path(texts);
}

CodePoints* Recorder::points_of(File& file, PyCodeObject* code, CodeLines& lines) {
  // Deferred annotations: coverage.py measures them by its C tracer alone, the reference for contexts.
  if (m_contexts == nullptr && text_of(code->co_name) == "__annotate__") return nullptr;
  const auto table = line_table_of(code);
  lines.read(table, code->co_firstlineno);
  const int first = lines.least();
  const int last = lines.greatest();
  // Beyond the largest line the reader takes the record for damage, and loses all that follows: seen in tblib's suite.
  if (last - first >= k_most_lines || std::max(last, code->co_firstlineno) > k_largest_line) return nullptr;
  follow_fork();
  if (!announce(file) || last == 0) return nullptr;  // an empty file ran, too

  const auto key = base::hash64(table) << 32 | static_cast<std::uint32_t>(code->co_firstlineno);
  CodePoints* known = file.codes.find(key);
  if (known != nullptr && known->first_line == first && known->n_lines == last - first + 1) {
    known->told_again = true;
    return known;
  }
  known = &m_points.emplace_back();
  known->first_line = first;
  known->n_lines = last - first + 1;
  known->file = &file;
  known->def_line = m_options.branches ? std::max(code->co_firstlineno, 1) : 0;
  if (!add_points(*known)) {
    m_points.pop_back();
    return nullptr;
  }
  file.codes.insert(key, known);
  return known;
}

// A record for them in the shard that is open now. False where there is no room.
bool Recorder::add_points(CodePoints& points) {
  auto bytes = m_writer->add_code(points.file->id, static_cast<std::uint32_t>(points.first_line),
                                  static_cast<std::uint32_t>(points.n_lines), points.def_line);
  if (!bytes) return false;
  points.points = *bytes;
  points.writer = m_writer->is_mapped() ? nullptr : m_writer.get();
  points.shard = m_generation;
  points.number = m_writer->count(shard::RecordType::code) - 1;
  return true;
}

void Recorder::went(CodePoints& points, int from, int key, std::span<const int> lines,
                    shard::RecordType type) noexcept {
  const base::KeptErrno kept;
  try {
    if (lines.empty() || from < 1 || (points.told_again && !points.seen.insert(from, key))) return;
    follow_fork();
    if (announce(*points.file)) m_writer->add_trail(points.file->id, static_cast<std::uint32_t>(from), lines, type);
  } catch (...) {
    m_writer->mark_incomplete("out of memory");
  }
}

void Recorder::child_starts(PyFrameObject* frame) noexcept {
  const base::KeptErrno kept;
  try {
    if (frame != nullptr && starts_bare_python(frame)) shard::note_bare_python(m_start.losses);
  } catch (...) {
    m_writer->mark_incomplete("out of memory");
  }
}

bool Recorder::first_time(CodePoints& points, int kind, int what) noexcept {
  try {
    return points.seen.insert(kind, what);
  } catch (...) {
    m_writer->mark_incomplete("out of memory");
    return false;
  }
}

Contexts* Recorder::begin_contexts() noexcept {
  try {
    if (m_contexts == nullptr) m_contexts = std::make_unique<Contexts>(*this);
  } catch (...) {
    m_writer->mark_incomplete("out of memory");
  }
  return m_contexts.get();
}

// The file's record in the shard that is open now.
bool Recorder::announce(File& file) {
  if (file.generation == m_generation) return true;
  if (!m_writer->accepts()) return false;
  const base::KeptErrno kept;
  shard::ShardFile record{file.path, file.module, 0, {}};
  if (auto source = base::read_file(file.path, base::k_source_limit)) {
    record.flags = shard::k_file_has_source;
    record.digest = base::digest128(*source);
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {  // there may be one all the same
    m_writer->mark_incomplete("which source ran is not known: " + source.error().message());
  }
  auto id = m_writer->add_file(record);
  if (!id) return false;
  file.id = *id;
  file.generation = m_generation;
  return true;
}

// A forked child goes on setting points in its parent's map; what it sees first goes into a shard of its own, for two
// processes cannot both add to one.
void Recorder::follow_fork() {
  if (m_forks == g_forks) return;
  m_forks = g_forks;
  const base::KeptErrno kept;
  // Not made anew: what was removed while the program runs is not to be found half there again.
  const bool is_gone = !base::is_directory(m_start.directory) && errno == ENOENT;
  auto writer = is_gone ? base::fail(base::ErrorKind::not_found, m_start.directory, "was removed")
                        : shard::Writer::create(m_start);
  if (!writer) {
    m_writer->mark_incomplete("a forked process could not open its shard: " + writer.error().what);
    m_writer->stop();
    ++m_generation;  // so that nobody goes on with what was begun in the parent's shard, a context log above all
    return;
  }
  m_parents.push_back(std::exchange(m_writer, std::move(*writer)));
  ++m_generation;
}

void Recorder::remember_points() noexcept {
  if (!m_options.forks_inherit) return;
  try {
    m_at_fork.clear();
    for (const auto& known : m_points) m_at_fork.insert(m_at_fork.end(), known.points, known.points + known.n_lines);
  } catch (...) {
    m_at_fork.clear();
  }
}

// A record of the child's own for points of its parent; `inherited` is what they begin as, empty where nothing has run.
// False where there is no room.
bool Recorder::part(CodePoints& points, std::span<const std::uint8_t> inherited) {
  const auto* theirs = points.points;
  if (!announce(*points.file) || !add_points(points)) return false;
  if (!inherited.empty()) {
    std::copy(inherited.begin(), inherited.end(), points.points);
    m_writer->keep(points.points, inherited.size());
  } else if (points.unseen >= 0) {
    auto has_run = [](std::uint8_t point) { return point != 0; };
    points.unseen += static_cast<int>(std::count_if(theirs, theirs + points.n_lines, has_run));
  }
  return true;
}

void Recorder::part_from_parent() noexcept {
  try {
    follow_fork();
    std::span<const std::uint8_t> before(m_at_fork);
    for (auto& known : m_points) {
      const auto size = static_cast<std::size_t>(known.n_lines);
      const auto inherited = before.first(size <= before.size() ? size : 0);
      before = before.subspan(inherited.size());
      if (known.shard != m_generation && !part(known, inherited)) return;
    }
  } catch (...) {
    m_writer->mark_incomplete("out of memory");
  }
}

}  // namespace covey::collector
