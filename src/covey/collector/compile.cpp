#include <unistd.h>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/collector/compile.hpp>
#include <covey/collector/python.hpp>
#include <covey/shard/tables.hpp>
#include <cstring>
#include <vector>

namespace covey::collector {

namespace {

struct JobHeader {
  std::uint32_t path_size;
  std::uint32_t text_size;
  std::uint8_t digest[16];
};

// False at the end of the input; `cut` where that comes in the middle.
bool read_exactly(int fd, char* to, std::size_t size, bool& cut) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(fd, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      cut = done > 0 || got < 0;
      return false;
    }
    done += static_cast<std::size_t>(got);
  }
  return true;
}

// The code objects below `root` and itself, without recursion: nesting is the source's to choose.
void add_codes(PyObject* root, std::vector<shard::CodeTable>& codes) {
  std::vector<PyCodeObject*> pending{reinterpret_cast<PyCodeObject*>(root)};
  while (!pending.empty()) {
    PyCodeObject* code = pending.back();
    pending.pop_back();
    codes.push_back({std::string(text_of(code->co_name)), code->co_firstlineno, std::string(line_table_of(code))});
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i)
      if (PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i); PyCode_Check(constant))
        pending.push_back(reinterpret_cast<PyCodeObject*>(constant));
  }
}

PyObject* attribute(PyObject* object, const char* name) {
  PyObject* value = object == nullptr ? nullptr : PyObject_GetAttrString(object, name);
  if (value == nullptr) PyErr_Clear();
  return value;
}

// The exception that is set, as an error of the source; clears it. SyntaxError has `msg` and `lineno`; others
// (RecursionError, MemoryError, ValueError for a NUL byte) have their text alone.
shard::CompileError take_error() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  shard::CompileError error;
  PyObject* line = attribute(value, "lineno");
  if (line != nullptr && PyLong_Check(line)) error.line = static_cast<int>(PyLong_AsLong(line));
  PyObject* message = attribute(value, "msg");
  if (message == nullptr || !PyUnicode_Check(message)) {
    Py_XDECREF(message);
    message = value == nullptr ? nullptr : PyObject_Str(value);
  }
  error.message = std::string(text_of(message));
  PyErr_Clear();
  for (PyObject* object : {line, message, type, value, traceback}) Py_XDECREF(object);
  return error;
}

// As coverage.py compiles: the text (a coding line means nothing any more), no future flags of ours, no -O.
shard::Tables compile_text(const std::string& text, const std::string& path) {
  shard::Tables tables;
  tables.python = PY_VERSION_HEX;
  PyObject* code = nullptr;
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) {
    PyErr_SetString(PyExc_SyntaxError, "source code string cannot contain null bytes");
  } else {
    PyCompilerFlags flags{PyCF_IGNORE_COOKIE, PY_MINOR_VERSION};
    PyObject* name = PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size()));
    if (name != nullptr) code = Py_CompileStringObject(text.c_str(), name, Py_file_input, &flags, 0);
    Py_XDECREF(name);
  }
  if (code == nullptr) {
    tables.error = take_error();
  } else {
    add_codes(code, tables.codes);
    Py_DECREF(code);
  }
  return tables;
}

}  // namespace

base::Result<void> compile_tables(int fd, const std::string& directory) {
  JobHeader job{};
  bool cut = false;
  while (read_exactly(fd, reinterpret_cast<char*>(&job), sizeof job, cut)) {
    std::string path(job.path_size, '\0');
    std::string text(job.text_size, '\0');
    if (!read_exactly(fd, path.data(), path.size(), cut) || !read_exactly(fd, text.data(), text.size(), cut))
      return base::fail(base::ErrorKind::format, "standard input", "a job is cut short");
    auto tables = compile_text(text, path);
    std::memcpy(tables.digest.bytes.data(), job.digest, sizeof job.digest);
    const auto target = shard::tables_path(directory, PY_VERSION_HEX, tables.digest);
    if (auto made = base::make_directories(std::string(base::dirname(target))); !made) return made;
    if (auto written = base::write_file_atomic(target, shard::serialize_tables(tables)); !written) return written;
  }
  if (cut) return base::fail(base::ErrorKind::format, "standard input", "a job is cut short");
  return {};
}

}  // namespace covey::collector
