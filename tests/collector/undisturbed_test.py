"""What looks at the interpreter sees under Covey what it sees without: frames, depth, memory, descriptors, warnings, hooks.

tests/conformance/undisturbed.py asks the same of real suites.
"""

import sys

import pytest

HEAD = """
import gc, os, sys, threading, traceback, warnings

def raises(x):
    if x:
        raise ValueError(x)

def caught():
    try:
        raises(1)
    except ValueError as error:
        return error
"""

LOOKS = {
    "the depth at which recursion ends": """
def depth(limit):
    sys.setrecursionlimit(limit)
    reached = 0
    def deeper():
        nonlocal reached
        reached += 1
        deeper()
    try:
        deeper()
    except RecursionError as error:
        return reached, str(error), len(traceback.extract_tb(error.__traceback__))
seen = [depth(limit) for limit in (100, 1000, 5000)]
sys.setrecursionlimit(1000)
""",
    "tracebacks": """
error = caught()
seen = traceback.format_exception(error), [(f.f_code.co_name, line, f.f_lasti) for f, line in traceback.walk_tb(error.__traceback__)]
""",
    "frames": """
def names():
    frame, names = sys._getframe(), []
    while frame:
        names.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return names
seen = names(), len(sys._current_frames())
""",
    "counts of references": """
seen = sys.getrefcount(raises), sys.getrefcount(raises.__code__), raises.__code__.co_code, raises.__code__.replace() == raises.__code__
""",
    "warnings": """
with warnings.catch_warnings(record=True) as all_of_them:
    warnings.simplefilter("always")
    warnings.warn("here")
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
seen = [(str(one.message), one.lineno, one.filename) for one in all_of_them], warnings.filters, sys.warnoptions
""",
    "descriptors and threads": """
seen = sorted(os.listdir("/proc/self/fd")), threading.active_count(), len(os.listdir("/proc/self/task"))
""",
    "hooks": """
hooks = sys.excepthook is sys.__excepthook__, sys.unraisablehook is sys.__unraisablehook__, sys.breakpointhook is sys.__breakpointhook__
seen = hooks, sys.flags, sys.meta_path, len(sys.path_hooks), sys.getprofile(), threading.getprofile(), threading.excepthook is threading.__excepthook__
""",
    "a trace function of its own": """
events = []
def tracer(frame, event, arg):
    events.append((event, frame.f_code.co_name, frame.f_lineno))
    return tracer
before = sys.gettrace()
sys.settrace(tracer)
raises(0)
sys.settrace(before)
seen = events
""",
}

LOOKS_AT_THE_TRACE_FUNCTION = """
seen = sys.gettrace(), threading.gettrace()
sys.settrace(None)
seen += (sys.gettrace(),)
"""

COUNTS_OF_THE_CYCLE_DETECTOR = """
def counts():
    gc.collect()
    gc.disable()
    before = gc.get_count()[0], len(gc.get_objects())
    kept = [[] for _ in range(100)]
    raises(0)
    caught()
    after = gc.get_count()[0], len(gc.get_objects())
    gc.enable()
    return after[0] - before[0], after[1] - before[1], len(gc.garbage)
seen = counts(), counts(), gc.get_threshold(), gc.callbacks, gc.isenabled()
"""

# Code that starts for the first time, and so is looked at, where the stack has no room left.
AT_THE_BOTTOM = """
n_made = 0
def bottom():
    space = {}
    exec(compile("def fresh(a):\\n    if a:\\n        return 1\\n    return 2\\n", os.path.abspath("fresh.py"), "exec"), space)
    return space["fresh"](1)
def deeper(n):
    global n_made
    for down in (lambda: deeper(n + 1), bottom):
        try:
            down()
            n_made += down is bottom
        except RecursionError:
            pass
sys.setrecursionlimit(150)
deeper(0)
seen = n_made
sys.setrecursionlimit(1000)
"""
if sys.version_info >= (3, 12):  # 3.11 is traced, which is there for all to see, makes frames' objects and costs a call at the bottom
    LOOKS |= {
        "the trace function": LOOKS_AT_THE_TRACE_FUNCTION,
        "the cycle detector's counts, and what it knows": COUNTS_OF_THE_CYCLE_DETECTOR,
        "code first seen at the bottom of the stack": AT_THE_BOTTOM,
    }


@pytest.mark.parametrize("options", [[], ["--branch"]], ids=["lines", "branches"])
def test_the_interpreter_looks_the_same(project, run_covey, run_python, options):
    looks = "".join(f"{code}\nprint({what!r}, seen)\n" for what, code in LOOKS.items())
    project.write({"looks.py": HEAD + looks, "fresh.py": ""})
    under = run_covey("run", *options, "looks.py")
    plain = run_python("looks.py")
    assert (plain.returncode, plain.stderr, len(plain.stdout.splitlines())) == (0, "", len(LOOKS))
    assert (under.returncode, under.stderr) == (0, "")
    for seen_under, seen in zip(under.stdout.splitlines(), plain.stdout.splitlines()):
        assert seen_under == seen
