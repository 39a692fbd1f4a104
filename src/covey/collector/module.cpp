// The extension module _covey: its start in a measured process, and the compiling of tables after the tests.
#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/collector/compile.hpp>
#include <covey/collector/engine.hpp>
#include <covey/collector/module.hpp>
#include <covey/shard/job.hpp>
#include <covey/shard/losses.hpp>
#include <cstdlib>
#include <memory>
#include <string>

namespace covey::collector {

namespace {

// Per interpreter: a subinterpreter has its own module, shard and engine.
struct ModuleState {
  bool tried;    // to start: some builds of CPython run a .pth file twice
  bool started;  // and that went well
  Recorder* recorder;
  void* engine;
  void (*release_engine)(void*);
};

ModuleState& state_of(PyObject* module) { return *static_cast<ModuleState*>(PyModule_GetState(module)); }

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

shard::ShardStart shard_start(const shard::Settings& settings, const std::string& settings_path) {
  const auto job = shard::job_of(shard::environment_variable);
  shard::ShardStart start{shard::job_directory(settings.data_dir, job, settings.run_id),
                          settings.run_id,
                          PY_VERSION_HEX,
                          {{"job", job},
                           {"part", std::to_string(shard::part_of(shard::environment_variable).value_or(1))},
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
base::Result<void> start_recording(PyObject* module, const std::string& settings_path) {
  auto text = base::read_file(settings_path);
  if (!text) return tl::unexpected(text.error());
  auto settings = shard::parse_settings(*text, settings_path);
  if (!settings) return tl::unexpected(settings.error());
  auto filter = Filter::create(*settings, this_interpreter(module));
  if (!filter) return tl::unexpected(filter.error());
  auto start = shard_start(*settings, settings_path);
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

// Says that this process is not measured. What the machine refuses (space, a permission, memory) the run says at its
// end, once for all: a test may look at what its subprocesses write to standard error. The rest is for here and now.
void tell(const base::Error& error, const std::string& settings_path) {
  shard::note_loss(shard::losses_path(settings_path), "a process is not measured: " + error.message());
  if (error.kind == base::ErrorKind::io || error.kind == base::ErrorKind::not_found) return;
  const auto text = "covey: error: this process is not measured: " + error.message() + "\n";
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
}

// start(): measures this process where COVEY_RUN names a run's settings. Called by covey.pth, before the first line of
// the program; whatever goes wrong, the program goes on.
PyObject* start(PyObject* module, PyObject*) {
  const char* settings_path = std::getenv("COVEY_RUN");
  const bool wanted = settings_path != nullptr && *settings_path != '\0' && engine_unsupported() == nullptr;
  // A process that outlives its run finds the run gone: nothing is wrong with that.
  if (!wanted || state_of(module).tried || !base::exists(settings_path)) Py_RETURN_NONE;
  state_of(module).tried = true;
  try {
    base::Result<void> started;
    try {
      started = start_recording(module, settings_path);
    } catch (...) {
      started = base::fail(base::ErrorKind::io, {}, "out of memory");
    }
    if (!started) tell(started.error(), settings_path);
  } catch (...) {  // nor is there memory to say so
  }
  PyErr_Clear();
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
