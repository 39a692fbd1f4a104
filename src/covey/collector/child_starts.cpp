#include <covey/base/path.hpp>
#include <covey/collector/child_starts.hpp>
#include <covey/collector/owned.hpp>
#include <string>
#include <vector>

namespace covey::collector {

namespace {

// A str, bytes or path as the system has it; empty for anything else.
std::string path_text(PyObject* object) {
  if (object == nullptr || object == Py_None) return {};
  const Owned path(PyOS_FSPath(object));
  return std::string(text_of(path.get()));
}

// The argv that subprocess is given; one word where that is no list or tuple.
std::vector<std::string> words_of(PyObject* arguments) {
  std::vector<std::string> words;
  if (arguments == nullptr) return words;
  if (!PyList_Check(arguments) && !PyTuple_Check(arguments)) return {path_text(arguments)};
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(arguments); ++i)
    words.push_back(path_text(PySequence_Fast_GET_ITEM(arguments, i)));
  return words;
}

// Whether one of Python's options in front of the program's name is -S. `words` begin with Python's own.
bool has_no_site(const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word.size() < 2 || word[0] != '-' || word == "--") return false;
    if (word == "--check-hash-based-pycs") ++i;
    if (word[1] == '-') continue;
    for (std::size_t at = 1; at < word.size(); ++at) {
      if (word[at] == 'S') return true;
      if (word[at] == 'c' || word[at] == 'm') return false;  // the rest are the program's
      if (word[at] != 'W' && word[at] != 'X') continue;
      if (at + 1 == word.size()) ++i;  // its value is the next word
      break;
    }
  }
  return false;
}

}  // namespace

bool starts_children(PyCodeObject* code) {
  return text_of(code->co_name) == "_execute_child" && base::basename(text_of(code->co_filename)) == "subprocess.py";
}

bool starts_bare_python(PyFrameObject* frame) {
  const Owned locals(attribute(reinterpret_cast<PyObject*>(frame), "f_locals"));
  const Owned arguments(item(locals.get(), "args"));
  const Owned executable(item(locals.get(), "executable"));
  const Owned shell(item(locals.get(), "shell"));
  const bool in_shell = shell.get() != nullptr && PyObject_IsTrue(shell.get()) != 0;
  PyErr_Clear();
  const auto words = words_of(arguments.get());
  if (in_shell || words.empty()) return false;
  const auto program = executable.has_value() ? path_text(executable.get()) : words[0];
  return base::basename(program).starts_with("python") && has_no_site(words);
}

}  // namespace covey::collector
