"""Isolation: a program that looks at its process sees the same with Covey as without.

Each probe is a program that prints what it sees. It is run without Covey, under it, and under it with branches; all that
it prints, on both streams, and its exit status must be the same. What may differ a probe takes away itself, with the
reason beside it: that list is the one in docs/reliability.md.
"""

import sys

import pytest

FRESH = """
import sys
space = {"__file__": __file__}
def fresh(turn=[0]):
    # A function that has not run before, of this file: its lines are line 1 and 2 moved down.
    turn[0] += 1
    exec(compile("\\n" * turn[0] + "def f(x=1):\\n    y = x\\n    return y\\n", __file__, "exec"), space)
    return space["f"]
"""

PROBES = {
    # _covey is the one module that a measured process has more. Loading any extension brings in encodings.ascii where
    # CPython 3.11 is in its development mode.
    "modules": """
import sys
print(sorted(set(sys.modules) - {"_covey", "encodings.ascii"}), sys.meta_path, len(sys.path_hooks), sys.path)
print(sorted(vars(sys.modules["__main__"])), sorted(vars(sys.modules["builtins"])))
""",
    "sys": """
import sys
print(sys.argv, sys.orig_argv[1:], sys.flags, sys.warnoptions, sys._xoptions, sys.getrecursionlimit(), sys.getswitchinterval())
print(sys.getprofile(), sys.excepthook, sys.displayhook is sys.__displayhook__, sys.unraisablehook, sys.breakpointhook)
print(sys.dont_write_bytecode, sys.pycache_prefix, sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
print(sys.stdin.fileno(), sys.stdout.fileno(), sys.stdout.line_buffering, sys.stdout.encoding, sys.stderr.errors, sys.getfilesystemencoding())
if sys.version_info >= (3, 12): print(sys.gettrace())  # on 3.11 it is the collector
if sys.version_info >= (3, 12): print([sys.monitoring.get_tool(i) for i in range(6) if i != 1])  # 1 is Covey's
""",
    "the process": """
import os, resource, signal, sys, threading, atexit, locale, time
print({n: v for n, v in os.environ.items() if n != "COVEY_RUN"}, os.getcwd(), sorted(set(os.listdir()) - {".covey"}))
print([signal.getsignal(s) for s in sorted(signal.valid_signals())], signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.set_wakeup_fd(-1))
print(signal.getitimer(signal.ITIMER_REAL), signal.getitimer(signal.ITIMER_PROF))
mask = os.umask(0)
print(mask, os.umask(mask), os.nice(0), os.sched_getaffinity(0), os.getpgrp() == os.getpgid(os.getppid()))
print([resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")])
print(os.listdir("/proc/self/task").__len__(), threading.active_count(), len(sys._current_frames()), threading.getprofile())
print(atexit._ncallbacks(), locale.setlocale(locale.LC_ALL), time.tzname)
try: print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError as e: print(e)
""",
    "descriptors": """
import os, subprocess, sys
def held(): return sorted((int(n), os.readlink(f"/proc/self/fd/{n}").split(":")[0]) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}"))
print(held())
new = os.dup(0)
print(new, os.get_inheritable(new))
child = "import os; print(sorted(n for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')))"
print(subprocess.run([sys.executable, "-c", child], close_fds=False, capture_output=True, text=True))
print(subprocess.run(["ls", "/proc/self/fd"], close_fds=False, capture_output=True, text=True))
""",
    "gc": FRESH
    + """
import gc
print(gc.isenabled(), gc.get_threshold(), gc.callbacks, gc.garbage, gc.get_debug(), gc.get_freeze_count())
gc.collect()
gc.disable()
functions = [fresh() for turn in range(100)]
count, objects, blocks = gc.get_count()[0], len(gc.get_objects()), 0
for f in functions: f()
print(gc.get_count()[0] - count, len(gc.get_objects()) - objects, gc.get_stats()[2]["uncollectable"])
print([len(gc.get_referrers(f.__code__)) for f in functions][:5], len(gc.get_referrers(functions[0])))
gc.enable()
print(gc.collect())
""",
    "memory of what ran": FRESH
    + """
import tracemalloc
f = fresh()
def work():
    for turn in range(1000): f()
work()
tracemalloc.start()
work()
before = tracemalloc.get_traced_memory()[0]
blocks = sys.getallocatedblocks()
work()
print(tracemalloc.get_traced_memory()[0] - before, sys.getallocatedblocks() - blocks)
print([str(s) for s in tracemalloc.take_snapshot().statistics("filename") if "covey" in str(s)])
""",
    "recursion": """
import sys
depth = 0
def down(n):
    global depth
    depth = n
    down(n + 1)
for limit in (sys.getrecursionlimit(), 300, 5000):
    sys.setrecursionlimit(limit)
    try: down(0)
    except RecursionError as e: print(depth, e)
class Deep:
    def __repr__(self):
        global depth
        depth += 1
        return repr(self)
depth = 0
sys.setrecursionlimit(1000)
try: repr(Deep())
except RecursionError as e: print(depth, e)
def late(n):
    if n: return late(n - 1)
    exec(compile("def f():\\n    return 1\\nf()\\n" + "\\n" * 40 , __file__, "exec"), {})
if sys.version_info >= (3, 12):  # on 3.11 code that is new there costs the last frame
    for n in range(900, 1000):
        try: late(n)
        except RecursionError as e: print(n, e); break
""",
    "tracebacks": """
import sys, traceback, inspect
def inner(): raise ValueError("x")
def outer():
    try: inner()
    except ValueError as e: raise KeyError from e
try: outer()
except KeyError as e:
    traceback.print_exc()
    tb = e.__traceback__
    while tb: print(tb.tb_lineno, tb.tb_lasti, tb.tb_frame.f_code.co_name); tb = tb.tb_next
print([(f.function, f.lineno) for f in inspect.stack()], sys._getframe().f_back)
def generator():
    try: yield 1
    finally: print(sys._getframe().f_lineno, len(inspect.stack()))
g = generator(); next(g); g.close()
outer()
""",
    "a trace function of the program's own": FRESH
    + """
import threading
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__: events.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, event))
    return tracer
f, g = fresh(), fresh()
g()
old = sys.gettrace()
sys.settrace(tracer)
f(); g(); [x for x in range(2)]
sys.settrace(old)
print(events, sys.gettrace() is old); events.clear()
sys.setprofile(lambda frame, event, arg: events.append((event, frame.f_code.co_name)))
fresh()()
sys.setprofile(None)
print(events); events.clear()
threading.settrace(tracer)
t = threading.Thread(target=fresh()); t.start(); t.join()
threading.settrace(None)
print([e for e in events if e[0] == "f"])
""",
    "a tool of the program's own": FRESH
    + """
if sys.version_info < (3, 12): sys.exit()
m, events = sys.monitoring, []
m.use_tool_id(2, "mine")
def note(name, answer=None):
    def called(code, *more):
        if code.co_filename == __file__ and code.co_name == "f": events.append((name, *map(str, more[:1])))
        return answer
    return called
wanted = [n for n in ("PY_START", "PY_RETURN", "LINE", "JUMP", "BRANCH", "BRANCH_LEFT", "BRANCH_RIGHT", "CALL", "RAISE") if hasattr(m.events, n)]
for name in wanted: m.register_callback(2, getattr(m.events, name), note(name))
m.set_events(2, sum(getattr(m.events, n) for n in wanted if n != "BRANCH" or sys.version_info < (3, 14)))
f, g = fresh(), fresh()
f(); f(); g()
print(events, m.get_events(2)); events.clear()
m.set_events(2, 0)
m.register_callback(2, m.events.LINE, note("LINE", m.DISABLE))
m.set_local_events(2, f.__code__, m.events.LINE)
f(); f(); g(); m.restart_events(); f(); g()
print(events, m.get_local_events(2, f.__code__), m.get_local_events(2, g.__code__))
m.free_tool_id(2)
print(m.get_tool(2))
""",
    # A slot of each code object is Covey's: that makes it larger by the slot's bookkeeping.
    "code objects": FRESH
    + """
import dis, marshal, hashlib, inspect, io
f, g = fresh(), fresh()
before = f.__code__
text = marshal.dumps(before)
same = fresh()
f(); f()
print(f.__code__ == before, f.__code__ is before, marshal.dumps(f.__code__) == text, hash(f.__code__) == hash(before))
print(f.__code__.co_code.hex(), g.__code__.co_code.hex(), list(f.__code__.co_lines()), f.__code__.co_consts, f.__code__.co_names)
print(sys.getrefcount(f.__code__), sys.getrefcount(f), sys.getrefcount(g.__code__))
out = io.StringIO(); dis.dis(f, file=out); print(out.getvalue())
print(f.__code__.replace(co_name="h").co_name, marshal.loads(text) == f.__code__)
print([sys.getrefcount(c) for c in f.__code__.co_consts if c is not None and not isinstance(c, int)])
""",
    "audit events": FRESH
    + """
import os
seen = []
on = True
sys.addaudithook(lambda name, arguments: seen.append((name, str(arguments)[:60] if name == "open" else "")) if on else None)
fresh()()
open("late.py", "w").close()
import late
on = False
print(seen)
""",
    "errno around new code": FRESH
    + """
import ctypes
where = ctypes.PyDLL(None).__errno_location
where.restype = ctypes.POINTER(ctypes.c_int)
functions = [fresh() for turn in range(500)]
open("other.py", "w").write("x = 1")
files = [compile("x = 1", name, "exec") for name in ("other.py", "nowhere.py", "/nowhere/at/all.py")]
wrong = []
for f, *arguments in (*((f,) for f in functions), *((exec, code) for code in files)):
    where()[0] = 77
    f(*arguments)
    if where()[0] != 77: wrong.append((f, arguments))
print(wrong)
""",
    "ends of objects": """
import gc, sys, weakref, asyncio
class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
def f():
    a, b = Noisy("a"), Noisy("b")
    del a
    print("after a")
def g():
    x = Noisy("x")
    try: yield 1
    finally: print("closed")
f(); print("f is over")
i = g(); next(i); del i; print("generator gone")
r = weakref.ref(Noisy("w"), lambda _: print("callback"))
print(r())
def fails():
    kept = Noisy("kept")
    raise ValueError
try: fails()
except ValueError: print("handled")
print("after handler")
async def c():
    n = Noisy("n")
    await asyncio.sleep(0)
    print("awaited")
asyncio.run(c())
co = c(); co.close(); print("coroutine closed")
class Circle(Noisy): pass
circle = Circle("circle"); circle.me = circle; del circle
print(gc.collect() > 0)
class Bad:
    def __del__(self): raise ValueError("in del")
sys.unraisablehook = lambda u: print("unraisable", u.exc_value)
Bad()
last = Noisy("at exit")
""",
    "warnings": """
import warnings, threading, os, sys
print([f[:3] for f in warnings.filters], warnings.showwarning.__module__)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    exec(compile("def f():\\n    return 1\\nf()\\n", __file__, "exec"), {})
    if os.fork() == 0: os._exit(0)
    os.wait()
print(seen)
""",
    "faulthandler": """
import faulthandler, sys, tempfile
print(faulthandler.is_enabled())
def f():
    with tempfile.TemporaryFile("w+") as out:
        faulthandler.dump_traceback(out)
        out.seek(0)
        print(out.read().split("\\n", 1)[1])
f()
""",
    "an exception nobody catches": "import sys\ndef f(): raise ValueError('no')\nf()\n",
    "an exit status": "import sys\nsys.exit('words')\n",
}

OPTIONS = {
    "plain": [],
    "-W error": ["-W", "error"],
    "-X dev": ["-X", "dev"],
    "-bb -OO -B": ["-bb", "-OO", "-B"],
    "-I -u": ["-I", "-u"],
}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("probe", PROBES)
def test_a_program_sees_the_same(project, run_covey, run, python, probe, options):
    if options != "plain" and probe in ("memory of what ran", "recursion"):
        pytest.skip("debug allocators and the like have memory and stacks of their own")
    project.write({"probe.py": PROBES[probe]})
    argv = [python, *OPTIONS[options], "probe.py"]
    env = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    plain = run(argv, env=env)
    under = {branch: run_covey("run", *branch, "--", *argv, env=env) for branch in ((), ("--branch",))}
    for done in under.values():
        assert (done.returncode, done.stdout, done.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_import_times_show_one_module_more(project, run_covey, run, python):
    project.write({"main.py": "import json\n"})
    argv = [python, "-X", "importtime", "main.py"]
    imported = lambda done: [line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()]
    plain, under = imported(run(argv)), imported(run_covey("run", "--", *argv))
    under.remove("_covey")
    # Another run of this user may be on, and then every Python asks whether it is in that one.
    assert under == [name for name in plain if name != "_covey"]


def test_nothing_is_left_but_the_data_directory(project, run_covey):
    project.write({"main.py": "import os, tempfile\nprint(os.listdir(tempfile.gettempdir()))\n"})
    folder = project.path.parent / "temporary"
    folder.mkdir()
    done = run_covey("run", "main.py", env={"TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    assert sorted(path.name for path in project.path.iterdir()) == [".covey", "main.py"]
    assert list(folder.iterdir()) == []
