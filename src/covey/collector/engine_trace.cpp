// CPython 3.11 has no sys.monitoring: a trace function in C++, set in every thread that `threading` starts.
#include <atomic>
#include <climits>
#include <covey/collector/contexts.hpp>
#include <covey/collector/engine.hpp>
#include <covey/collector/module.hpp>
#include <covey/collector/test_functions.hpp>
#include <covey/shard/line_table.hpp>
#include <cstring>
#include <set>
#include <vector>

namespace covey::collector {

namespace {

// What sys.gettrace() shows. It can be called like a Python trace function, so that what a program or Hypothesis took
// with sys.gettrace() and gives back to sys.settrace() puts the C++ function in place again.
struct Tracer {
  PyObject_HEAD Recorder* recorder;
  PyObject* module;          // keeps the recorder alive as long as any thread holds this
  PyObject* threading_code;  // the module code of threading while that is being imported
};

// A frame that runs, in branch mode.
struct Running {
  PyFrameObject* frame = nullptr;
  CodePoints* points = nullptr;
  int last_line = 0;  // 0: none yet, or unknown
};

// The measured frames of a thread, the innermost last. Frames that end while another trace function is in place stay,
// until their address comes up again.
class RunningFrames {
 public:
  void begin(const Running& running) { m_frames.push_back(running); }

  // nullptr where the frame was not seen to begin.
  Running* find(PyFrameObject* frame) {
    if (m_frames.empty()) return nullptr;
    if (m_frames.back().frame == frame) return &m_frames.back();
    return find_further_down(frame);
  }

  void end_last() { m_frames.pop_back(); }

 private:
  // Only where threads of another kind (greenlets) take turns in this one, or a return was missed.
  Running* find_further_down(PyFrameObject* frame) {
    for (auto running = m_frames.rbegin(); running != m_frames.rend(); ++running)
      if (running->frame == frame) {
        std::swap(*running, m_frames.back());
        return &m_frames.back();
      }
    return nullptr;
  }

  std::vector<Running> m_frames;
};

thread_local RunningFrames t_running;

// The frame of the test that this thread's context is of; nullptr outside.
thread_local PyFrameObject* t_test = nullptr;

// threading has it called first in each thread it starts.
void hook_threads(Tracer* tracer) {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* threading = modules == nullptr ? nullptr : PyDict_GetItemString(modules, "threading");
  if (threading == nullptr) return;
  PyObject* hook = PyObject_GetAttrString(threading, "_trace_hook");
  if (hook == Py_None) PyObject_SetAttrString(threading, "_trace_hook", reinterpret_cast<PyObject*>(tracer));
  Py_XDECREF(hook);
  PyErr_Clear();
}

bool is_threading(PyObject* code, PyObject* globals) {
  return text_of(reinterpret_cast<PyCodeObject*>(code)->co_name) == "<module>" &&
         text_of(PyDict_GetItemString(globals, "__name__")) == "threading";
}

// How many lines of the code can have a line event: those of the instructions after the one that starts the function.
int count_traceable(PyCodeObject* code) noexcept {
  try {
    std::set<int> lines;
    shard::for_each_table_entry(line_table_of(code), code->co_firstlineno, [&](int unit, int, int line) {
      if (unit > code->_co_firsttraceable) lines.insert(line);
    });
    return static_cast<int>(lines.size());
  } catch (...) {  // no memory: the line events stay on
    return INT_MAX;
  }
}

void begin_frame(Tracer* tracer, PyFrameObject* frame, CodePoints* points) noexcept {
  try {
    t_running.begin({frame, points, frame_begins(frame) ? 0 : frame_line(frame)});
  } catch (...) {
    tracer->recorder->writer().mark_incomplete("out of memory");
  }
}

// A test's frame starts, or goes on, where no context is on in this thread.
void enter_test(Tracer* tracer, PyFrameObject* frame) noexcept {
  try {
    const auto name = test_context(frame);
    if (name.empty()) return;
    t_test = frame;
    switch_context(tracer->module, *tracer->recorder, name);
  } catch (...) {
    tracer->recorder->writer().mark_incomplete("out of memory");
  }
}

// Whether a frame of the code can have lines that the context has not seen.
bool has_more(Recorder& recorder, CodePoints& points, PyObject* code) {
  Contexts* contexts = recorder.contexts();
  if (contexts == nullptr) return points.unseen != 0;
  if (points.traceable < 0) points.traceable = count_traceable(reinterpret_cast<PyCodeObject*>(code));
  const ContextPoints* seen = contexts->seen(points);
  return seen != nullptr && seen->n_events < points.traceable;
}

void on_call(Tracer* tracer, PyFrameObject* frame) {
  PyObject* code = frame_code(frame);
  CodePoints* points = tracer->recorder->known(code);
  if (points == nullptr) {
    PyObject* globals = frame_globals(frame);
    CodeLines lines;
    points = tracer->recorder->first_sight(reinterpret_cast<PyCodeObject*>(code), globals, lines);
    if (points->unseen < 0 && points->points != nullptr && !tracer->recorder->branches())
      points->unseen = count_traceable(reinterpret_cast<PyCodeObject*>(code));
    if (is_threading(code, globals)) tracer->threading_code = code;
  }
  if (points->starts_children) tracer->recorder->child_starts(frame);
  if (points->starts_context && t_test == nullptr) enter_test(tracer, frame);
  const bool branches = tracer->recorder->branches();
  const bool wanted = points->points != nullptr && (branches || has_more(*tracer->recorder, *points, code));
  trace_lines(frame, wanted);
  if (wanted && branches) begin_frame(tracer, frame, points);
  // For sys.settrace(sys.gettrace()): what is set that way is asked about a frame that runs already only where that
  // frame has a trace function of its own.
  if (wanted) set_frame_tracer(frame, reinterpret_cast<PyObject*>(tracer));
}

// Once all lines of a function have run there is nothing more to learn from it, and its line events, which are most of
// what tracing costs, are turned off.
void on_line(Tracer* tracer, PyFrameObject* frame) {
  CodePoints* points = tracer->recorder->known(frame_code(frame));
  // A frame that was running when tracing began has no points; its code's later calls have.
  if (points == nullptr || points->points == nullptr) return;
  if (Contexts* contexts = tracer->recorder->contexts()) {
    ContextPoints* seen = contexts->seen(*points);
    const bool is_new = seen != nullptr && contexts->ran(*points, *seen, frame_line(frame));
    if (is_new && ++seen->n_events == points->traceable) trace_lines(frame, false);
    return;
  }
  if (points->set(frame_line(frame)) && --points->unseen == 0) trace_lines(frame, false);
}

// With branches: the line, and the step to it from the frame's line before.
void on_step(Tracer* tracer, PyFrameObject* frame) {
  const int line = frame_line(frame);
  Recorder& recorder = *tracer->recorder;
  Running* running = t_running.find(frame);
  CodePoints* points = running != nullptr ? running->points : recorder.known(frame_code(frame));
  if (points == nullptr || points->points == nullptr) return;
  const int before = running != nullptr ? running->last_line : 0;
  if (running != nullptr) running->last_line = line;
  Contexts* contexts = recorder.contexts();
  if (contexts == nullptr) return recorder.line_ran(*points, line, before);
  if (ContextPoints* seen = contexts->seen(*points)) contexts->stepped(*points, *seen, line, before);
}

void left_at(Recorder& recorder, CodePoints& points, int line) {
  Contexts* contexts = recorder.contexts();
  if (contexts == nullptr)
    points.add_bits(line, shard::k_line_returned);
  else if (ContextPoints* seen = contexts->seen(points))
    contexts->returned(points, *seen, line);
}

void on_return(Tracer* tracer, PyFrameObject* frame) {
  if (tracer->threading_code != nullptr && frame_code(frame) == tracer->threading_code) {
    tracer->threading_code = nullptr;
    hook_threads(tracer);
  }
  Running* running = tracer->recorder->branches() ? t_running.find(frame) : nullptr;
  if (running != nullptr) {
    // An exception that leaves the frame returns from it, too.
    if (!frame_yields(frame)) left_at(*tracer->recorder, *running->points, running->last_line);
    t_running.end_last();
  }
  if (frame != t_test) return;
  t_test = nullptr;
  switch_context(tracer->module, *tracer->recorder, {});
}

std::atomic<bool> g_paused = false;  // there is one interpreter that is traced

int on_event(PyObject* self, PyFrameObject* frame, int what, PyObject*) {
  if (g_paused.load(std::memory_order_relaxed)) return 0;
  auto* tracer = reinterpret_cast<Tracer*>(self);
  switch (what) {
    case PyTrace_LINE:
      tracer->recorder->branches() ? on_step(tracer, frame) : on_line(tracer, frame);
      break;
    case PyTrace_CALL:
      on_call(tracer, frame);
      break;
    case PyTrace_RETURN:
      on_return(tracer, frame);
      break;
    default:
      break;
  }
  return 0;
}

// tracer(frame, event, arg): as a Python trace function, for the event at hand; the C++ function sees the next itself.
PyObject* call_tracer(PyObject* self, PyObject* arguments, PyObject*) {
  PyObject *frame = nullptr, *argument = nullptr;
  const char* event = nullptr;
  if (!PyArg_ParseTuple(arguments, "O!sO", &PyFrame_Type, &frame, &event, &argument)) return nullptr;
  auto* tracer = reinterpret_cast<Tracer*>(self);
  if (std::strcmp(event, "call") == 0) {
    // On a call alone: another event may come because this frame is traced by us still while the program has just set a
    // trace function of its own, which must not be pushed out.
    PyEval_SetTrace(on_event, self);
    on_call(tracer, reinterpret_cast<PyFrameObject*>(frame));
  }
  if (std::strcmp(event, "line") == 0) on_event(self, reinterpret_cast<PyFrameObject*>(frame), PyTrace_LINE, nullptr);
  Py_INCREF(self);
  return self;
}

void free_tracer(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(reinterpret_cast<Tracer*>(self)->module);
  type->tp_free(self);
  Py_DECREF(type);
}

// Line events were turned off in frames that had nothing more to tell of the context before.
void trace_running_frames(Recorder& recorder) {
  for (PyThreadState* thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get()); thread != nullptr;
       thread = PyThreadState_Next(thread)) {
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    while (frame != nullptr) {
      const CodePoints* points = recorder.known(frame_code(frame));
      if (points != nullptr && points->points != nullptr) trace_lines(frame, true);
      PyFrameObject* caller = PyFrame_GetBack(frame);
      Py_DECREF(frame);
      frame = caller;
    }
  }
}

PyType_Slot k_tracer_slots[] = {
    {Py_tp_call, reinterpret_cast<void*>(call_tracer)},
    {Py_tp_dealloc, reinterpret_cast<void*>(free_tracer)},
    {0, nullptr},
};
PyType_Spec k_tracer = {"_covey.Tracer", sizeof(Tracer), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                        k_tracer_slots};

}  // namespace

const char* engine_unsupported() { return nullptr; }

void pause_engine(PyObject*) noexcept { g_paused = true; }

void resume_engine(PyObject*, Recorder&) noexcept { g_paused = false; }

void switch_context(PyObject*, Recorder& recorder, std::string_view name) noexcept {
  Contexts* contexts = recorder.begin_contexts();
  if (contexts != nullptr && contexts->switch_to(name) && !recorder.branches()) trace_running_frames(recorder);
}

base::Result<void> start_engine(PyObject* module, Recorder& recorder) {
  PyObject* type = PyType_FromSpec(&k_tracer);
  auto* tracer = type == nullptr
                     ? nullptr
                     : reinterpret_cast<Tracer*>(PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0));
  Py_XDECREF(type);
  if (tracer == nullptr) return base::fail(base::ErrorKind::io, {}, "out of memory");
  tracer->recorder = &recorder;
  if (recorder.test_functions()) recorder.begin_contexts();
  Py_INCREF(module);
  tracer->module = module;
  hook_threads(tracer);
  PyEval_SetTrace(on_event, reinterpret_cast<PyObject*>(tracer));
  Py_DECREF(tracer);
  return {};
}

}  // namespace covey::collector
