// The extension module _covey: its start in a measured process, and the compiling of tables after the tests.
#include <unistd.h>
#include <covey/base/environment.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/collector/compile.hpp>
#include <covey/collector/engine.hpp>
#include <covey/collector/module.hpp>
#include <covey/collector/own_run.hpp>
#include <covey/collector/pytest_command.hpp>
#include <covey/shard/job.hpp>
#include <covey/shard/losses.hpp>
#include <covey/shard/run_notes.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace covey::collector {

namespace {

// Per interpreter: a subinterpreter has its own module, shard and engine.
struct ModuleState {
  bool tried;    // to start: some builds of CPython run a .pth file twice
  bool started;  // and that went well
  bool paused;
  Recorder* recorder;
  std::string* settings_path;  // of the run that this interpreter is measured in
  std::string* said;           // as it began a run, and that nobody has been told yet
  void* engine;
  void (*release_engine)(void*);
};

ModuleState& state_of(PyObject* module) { return *static_cast<ModuleState*>(PyModule_GetState(module)); }

// Whether this process has begun a run of its own: it never begins a second one, whatever becomes of its environment.
bool g_has_own_run = false;

// For Py_BuildValue's "O&".
PyObject* decoded_path(void* path) { return PyUnicode_DecodeFSDefault(static_cast<std::string*>(path)->c_str()); }

std::string sys_text(const char* name) { return std::string(text_of(PySys_GetObject(name))); }

// sys.modules["site"].USER_BASE: site has worked it out before it runs .pth files.
std::string user_base() {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* site = modules == nullptr ? nullptr : PyDict_GetItemString(modules, "site");
  PyObject* base = site == nullptr ? nullptr : PyObject_GetAttrString(site, "USER_BASE");
  PyErr_Clear();
  std::string text(text_of(base));
  Py_XDECREF(base);
  if (!text.empty()) return text;
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.local";
}

Interpreter this_interpreter(PyObject* module) {
  Interpreter python;
  python.prefix = sys_text("prefix");
  python.exec_prefix = sys_text("exec_prefix");
  python.base_prefix = sys_text("base_prefix");
  python.base_exec_prefix = sys_text("base_exec_prefix");
  python.platlibdir = sys_text("platlibdir");
  python.user_base = user_base();
  python.version = std::to_string(PY_MAJOR_VERSION) + "." + std::to_string(PY_MINOR_VERSION);
  PyObject* file = PyObject_GetAttrString(module, "__file__");
  PyErr_Clear();
  python.own_directory = std::string(base::dirname(text_of(file)));
  Py_XDECREF(file);
  return python;
}

// The command line as the kernel has it, spaces between the arguments, at most 4 KiB of it.
std::string command_line() {
  auto text = base::read_file("/proc/self/cmdline").value_or("");
  while (!text.empty() && text.back() == '\0') text.pop_back();
  for (char& c : text)
    if (c == '\0') c = ' ';
  return text.substr(0, 4096);
}

shard::ShardStart shard_start(const shard::Settings& settings, const std::string& settings_path,
                              const shard::Environment& environment) {
  const auto job = shard::job_of(environment);
  shard::ShardStart start{shard::job_directory(settings.data_dir, job, settings.run_id),
                          settings.run_id,
                          PY_VERSION_HEX,
                          {{"job", job},
                           {"part", std::to_string(shard::part_of(environment).value_or(1))},
                           {"measures", settings.branch ? "branches" : "lines"},
                           {"python", sys_text("executable")},
                           {"cwd", base::current_directory()},
                           {"command", command_line()}},
                          shard::losses_path(settings_path)};
  if (!settings.context.empty()) start.process.emplace_back("context", settings.context);
  return start;
}

// What coverage.py says at such a signal; then whoever started this program saves what is in the shards.
constexpr const char* k_handle_save_signal = R"(
import os, signal
def save(number, frame):
    print("Saving coverage data...", flush=True)
    os.kill(os.getppid(), number)
signal.signal(save_signal, save)
)";

// For the program itself alone: those below it have the signal as it is everywhere.
void handle_save_signal(const shard::Settings& settings) {
  if (settings.save_signal == 0 || settings.saver != ::getppid()) return;
  PyObject* globals =
      Py_BuildValue("{s:O,s:i}", "__builtins__", PyEval_GetBuiltins(), "save_signal", settings.save_signal);
  if (globals != nullptr) Py_XDECREF(PyRun_String(k_handle_save_signal, Py_file_input, globals, globals));
  Py_XDECREF(globals);
  PyErr_Clear();
}

// Has os.fork tell us of each child that goes on in Python; what forks only to execute another program does not wait.
void part_forks(PyObject* module) {
  PyObject* os = PyImport_ImportModule("os");
  PyObject* tell = os == nullptr ? nullptr : PyObject_GetAttrString(os, "register_at_fork");
  PyObject* before = tell == nullptr ? nullptr : PyObject_GetAttrString(module, "forking");
  PyObject* after = before == nullptr ? nullptr : PyObject_GetAttrString(module, "forked");
  PyObject* nothing = PyTuple_New(0);
  PyObject* named = after == nullptr ? nullptr : Py_BuildValue("{s:O,s:O}", "before", before, "after_in_child", after);
  if (nothing != nullptr && named != nullptr) Py_XDECREF(PyObject_Call(tell, nothing, named));
  for (PyObject* each : {named, nothing, after, before, tell, os}) Py_XDECREF(each);
  PyErr_Clear();
}

// All that start does; an error is for the user's eyes.
base::Result<void> start_recording(PyObject* module, const std::string& settings_path,
                                   const shard::Environment& environment) {
  auto text = base::read_file(settings_path);
  if (!text) return tl::unexpected(text.error());
  auto settings = shard::parse_settings(*text, settings_path);
  if (!settings) return tl::unexpected(settings.error());
  auto filter = Filter::create(*settings, this_interpreter(module));
  if (!filter) return tl::unexpected(filter.error());
  auto start = shard_start(*settings, settings_path, environment);
  auto writer = shard::Writer::create(start);
  if (!writer) return tl::unexpected(writer.error());
  handle_save_signal(*settings);
  const Py_ssize_t slot = request_code_slot();
  if (slot < 0) {
    (*writer)->mark_incomplete("all slots of code objects are taken");
    return base::fail(base::ErrorKind::usage, {}, "all slots of code objects are taken");
  }
  auto recorder = std::make_unique<Recorder>(
      std::move(*filter), std::move(start), std::move(*writer),
      Recorder::Options{slot, settings->branch, settings->test_contexts, settings->forks_inherit});
  Recorder& kept = *(state_of(module).recorder = recorder.release());
  auto started = start_engine(module, kept);
  state_of(module).started = started.has_value();
  if (started && settings->part_forks) part_forks(module);
  if (!started) kept.writer().mark_incomplete(started.error().what);
  return started;
}

// What the user is to be told of a process that is not measured, which the run's losses tell too. What the machine
// refuses (space, a permission, memory) only these do, for the run to say at its end, once for all: a test may look at
// what its subprocesses write to standard error.
std::string not_measured(const base::Error& error, const std::string& settings_path) {
  shard::note_loss(shard::losses_path(settings_path), "a process is not measured: " + error.message());
  if (error.kind == base::ErrorKind::io || error.kind == base::ErrorKind::not_found) return "";
  return "covey: error: this process is not measured: " + error.message() + "\n";
}

// Measures this interpreter in the run of these settings; what is to be told the user, or nothing.
std::string measure(PyObject* module, const std::string& settings_path,
                    const shard::Environment& environment = shard::environment_variable) {
  auto& state = state_of(module);
  state.tried = true;
  delete std::exchange(state.settings_path, new std::string(settings_path));
  base::Result<void> started;
  try {
    started = start_recording(module, settings_path, environment);
  } catch (...) {
    started = base::fail(base::ErrorKind::io, {}, "out of memory");
  }
  PyErr_Clear();
  return started ? "" : not_measured(started.error(), settings_path);
}

// What `action` has to say, nothing where there is no memory to say it: whatever goes wrong, the program goes on.
template <class Action>
std::string said_by(Action action) {
  try {
    return action();
  } catch (...) {
    return {};
  }
}

std::vector<std::string> texts_of(PyObject* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !PyList_Check(list)) return texts;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) texts.emplace_back(text_of(PyList_GET_ITEM(list, i)));
  return texts;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string binary() {
  const std::string prefixes[] = {sys_text("prefix"), std::string(base::dirname(base::dirname(sys_text("executable")))),
                                  user_base()};
  return covey_binary(prefixes);
}

// os.environ[COVEY_RUN], which sets it for what this process starts, too.
void set_run_variable(const std::string& settings_path) {
  PyObject* os = PyImport_ImportModule("os");
  PyObject* environment = os == nullptr ? nullptr : PyObject_GetAttrString(os, "environ");
  PyObject* path = PyUnicode_DecodeFSDefault(settings_path.c_str());
  if (environment != nullptr && path != nullptr) {
    PyObject* name = PyUnicode_FromString(shard::k_settings_variable);
    if (name != nullptr) PyObject_SetItem(environment, name, path);
    Py_XDECREF(name);
  }
  for (PyObject* each : {path, environment, os}) Py_XDECREF(each);
  PyErr_Clear();
}

// Measures a process that has lost the variable in the run of its ancestors, where they are in one; what is to be told
// the user. Its job is theirs, too.
std::string measure_as_ancestors(PyObject* module) {
  std::vector<std::string> entries;
  const auto settings_path = shard::find_run_of_ancestors(entries);
  if (settings_path.empty()) return "";
  const base::Environment environment(std::move(entries));
  return measure(module, settings_path, [&](const char* name) { return environment.value(name); });
}

// Begins a run, measured from here on; what is to be told the user.
std::string begin_and_measure(PyObject* module, const std::vector<std::string>& words) {
  auto& state = state_of(module);
  state.tried = true;
  const auto path = binary();
  if (path.empty())
    return "covey: error: this process is not measured: the program covey is not where this Python's are\n";
  auto run = begin_own_run(path, words);
  if (!run) return run.error().what;
  g_has_own_run = true;
  set_run_variable(run->settings_path);
  return run->said + measure(module, run->settings_path);
}

// Whether pytest-cov lies where this Python finds its packages: what is told `--cov` then is that.
bool has_pytest_cov() {
  for (const auto& entry : texts_of(PySys_GetObject("path")))
    if (base::exists(entry + "/pytest_cov/__init__.py")) return true;
  return false;
}

// The options to begin a run with, of a pytest that is told to measure on its command line, or by itself before it
// executed itself anew.
std::optional<std::vector<std::string>> words_of_command_line() {
  auto arguments = pytest_arguments(texts_of(PySys_GetObject("orig_argv")));
  if (!arguments) return std::nullopt;
  if (const auto told = shard::environment_variable(k_pytest_options_variable); !told.empty()) {
    auto words = lines_of(told);
    return pytest_wishes(words).prevented ? std::nullopt : std::optional(std::move(words));
  }
  const auto wishes = pytest_wishes(*arguments);
  if (wishes.prevented || !(wishes.cov || wishes.covey)) return std::nullopt;
  if (wishes.covey || wishes.no_cov || !has_pytest_cov()) return arguments;
  return std::nullopt;
}

// start(): measures this process where COVEY_RUN names a run's settings, or where it is a pytest that is told to
// measure. Called by covey.pth, before the first line of the program.
PyObject* start(PyObject* module, PyObject*) {
  if (state_of(module).tried || engine_unsupported() != nullptr) Py_RETURN_NONE;
  const auto said = said_by([&]() -> std::string {
    const auto settings_path = shard::environment_variable(shard::k_settings_variable);
    // A process that outlives its run finds the run gone: nothing is wrong with that.
    if (!settings_path.empty()) return base::exists(settings_path) ? measure(module, settings_path) : "";
    auto of_ancestors = measure_as_ancestors(module);
    const auto words = state_of(module).tried || g_has_own_run ? std::nullopt : words_of_command_line();
    if (words) state_of(module).said = new std::string(begin_and_measure(module, *words));  // the plugin tells it
    return of_ancestors;
  });
  if (!said.empty()) static_cast<void>(!write(STDERR_FILENO, said.data(), said.size()));
  PyErr_Clear();
  Py_RETURN_NONE;
}

// begin(words): begins a run of this process and what is below it, where it has not tried to yet; returns what the user
// is to be told of that, a str of lines.
PyObject* begin(PyObject* module, PyObject* words) {
  auto& state = state_of(module);
  std::string said = state.said == nullptr ? "" : *state.said;
  delete std::exchange(state.said, nullptr);
  if (engine_unsupported() != nullptr)
    said = std::string("covey: error: this process is not measured: ") + engine_unsupported() + "\n";
  else if (!state.tried && !g_has_own_run)
    said = said_by([&] { return begin_and_measure(module, texts_of(words)); });
  return PyUnicode_DecodeFSDefault(said.c_str());
}

// run(): (path of the settings, folder of the job in the run, whether this process began the run), or None where this
// process is not measured.
PyObject* run(PyObject* module, PyObject*) {
  auto& state = state_of(module);
  if (!state.started) Py_RETURN_NONE;
  return Py_BuildValue("O&O&O", decoded_path, state.settings_path, decoded_path,
                       const_cast<std::string*>(&state.recorder->directory()), g_has_own_run ? Py_True : Py_False);
}

// pause(), resume(): what runs in between, in any thread, is not measured.
PyObject* pause(PyObject* module, PyObject*) {
  auto& state = state_of(module);
  if (state.started && !std::exchange(state.paused, true)) pause_engine(module);
  Py_RETURN_NONE;
}

PyObject* resume(PyObject* module, PyObject*) {
  auto& state = state_of(module);
  if (state.started && std::exchange(state.paused, false)) resume_engine(module, *state.recorder);
  Py_RETURN_NONE;
}

// switch_context(name): what runs from now on, in any thread, runs in the dynamic context of that name, "" for none.
// Nothing where this process is not measured.
PyObject* switch_context_method(PyObject* module, PyObject* name) {
  if (!PyUnicode_Check(name)) {
    PyErr_SetString(PyExc_TypeError, "a context's name is a str");
    return nullptr;
  }
  auto& state = state_of(module);
  if (state.started) switch_context(module, *state.recorder, text_of(name));
  Py_RETURN_NONE;
}

// forking(): a child is about to be forked.
PyObject* forking(PyObject* module, PyObject*) {
  auto& state = state_of(module);
  if (state.started) state.recorder->remember_points();
  Py_RETURN_NONE;
}

// forked(): what follows is another process than that in which this one was started.
PyObject* forked(PyObject* module, PyObject*) {
  auto& state = state_of(module);
  if (state.started) state.recorder->part_from_parent();
  Py_RETURN_NONE;
}

// unsupported(): why this build of CPython is not measured, else None.
PyObject* unsupported(PyObject*, PyObject*) {
  if (engine_unsupported() == nullptr) Py_RETURN_NONE;
  return PyUnicode_FromString(engine_unsupported());
}

// binary(): the path of the program covey, or None.
PyObject* binary_method(PyObject*, PyObject*) {
  const auto path = binary();
  if (path.empty()) Py_RETURN_NONE;
  return PyUnicode_DecodeFSDefault(path.c_str());
}

// is_measured(path, module): whether a file of that canonical path is measured here and now.
PyObject* is_measured(PyObject* module, PyObject* arguments) {
  auto& state = state_of(module);
  const char *path = nullptr, *name = nullptr;
  if (!PyArg_ParseTuple(arguments, "ss", &path, &name)) return nullptr;
  return PyBool_FromLong(state.started && state.recorder->measures(path, name) ? 1 : 0);
}

// measures(path): whether a file of that canonical path is measured where nothing was chosen to be.
PyObject* measures(PyObject* module, PyObject* path) {
  auto filter = Filter::create({}, this_interpreter(module));
  return PyBool_FromLong(filter && filter->measures(text_of(path), {}) ? 1 : 0);
}

// compile_tables(directory): see compile.hpp.
PyObject* compile_tables_method(PyObject*, PyObject* directory) {
  auto failed = compile_tables(STDIN_FILENO, std::string(text_of(directory)));
  if (failed) Py_RETURN_NONE;
  PyErr_SetString(PyExc_OSError, failed.error().message().c_str());
  return nullptr;
}

PyMethodDef k_methods[] = {
    {"start", start, METH_NOARGS, "Measure this process, where a run is on."},
    {"begin", begin, METH_O, "Begin a run of this process, by pytest's options."},
    {"run", run, METH_NOARGS, "(settings, the job's folder, whether this process began the run), or None."},
    {"pause", pause, METH_NOARGS, "Measure nothing until resume()."},
    {"resume", resume, METH_NOARGS, "Measure again after pause()."},
    {"binary", binary_method, METH_NOARGS, "The path of the program covey, or None."},
    {"is_measured", is_measured, METH_VARARGS, "Whether the file of that path and module name is measured."},
    {"switch_context", switch_context_method, METH_O, "What runs from now on runs in the context of that name."},
    {"forking", forking, METH_NOARGS, "Remember for a forked child what has run."},
    {"forked", forked, METH_NOARGS, "Measure a forked child apart from its parent."},
    {"unsupported", unsupported, METH_NOARGS, "Why this build of CPython is not measured, or None."},
    {"measures", measures, METH_O, "Whether a file of that canonical path is measured where nothing was chosen to be."},
    {"compile_tables", compile_tables_method, METH_O, "Compile the sources on standard input to tables."},
    {nullptr, nullptr, 0, nullptr},
};

int exec_module(PyObject* module) {
  state_of(module) = ModuleState{};
  return 0;
}

void free_module(void* module) {
  auto* state = static_cast<ModuleState*>(PyModule_GetState(static_cast<PyObject*>(module)));
  if (state == nullptr) return;
  if (state->release_engine != nullptr) state->release_engine(state->engine);
  delete state->recorder;
  delete state->settings_path;
  delete state->said;
  *state = ModuleState{};
}

PyModuleDef_Slot k_slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(exec_module)},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},  // loading us must not turn the GIL on in a free-threaded program
#endif
    {0, nullptr},
};

PyModuleDef k_module = {
    PyModuleDef_HEAD_INIT, "_covey", "Covey's collector.", sizeof(ModuleState), k_methods, k_slots, nullptr, nullptr,
    free_module,
};

}  // namespace

void* engine_state(PyObject* module) { return state_of(module).engine; }

void set_engine_state(PyObject* module, void* state, void (*release)(void*)) {
  state_of(module).engine = state;
  state_of(module).release_engine = release;
}

}  // namespace covey::collector

PyMODINIT_FUNC PyInit__covey() { return PyModuleDef_Init(&covey::collector::k_module); }
