"""CPython 3.11: the trace function, and programs that have views on trace functions."""

import pytest

pytestmark = pytest.mark.before(3, 12, reason="CPython 3.12 and later are not traced")

PROGRAMS = {
    "what sys.gettrace gives, sys.settrace takes": """
import sys
def f(x):
    y = x
    return y
ours = sys.gettrace()
assert callable(ours)
sys.settrace(None)
sys.settrace(ours)  # missing
assert sys.gettrace() is ours
f(1)
""",
    "in a thread of its own": """
import sys, threading
ours = sys.gettrace()
def f(x):
    y = x
    return y
def work():
    assert sys.gettrace() is ours
    f(1)
t = threading.Thread(target=work)
t.start()
t.join()
""",
    "a debugger's trace function for a while": """
import sys
def f(x):
    y = x
    return y
def g(x):
    y = x
    return y
lines = []
def tracer(frame, event, arg):
    lines.append(frame.f_lineno)
    return tracer
ours = sys.gettrace()
sys.settrace(tracer)
g(1)
sys.settrace(ours)
assert len(lines) >= 3
f(1)
""".replace("def g(x):\n    y = x\n    return y", "def g(x):\n    y = x  # missing\n    return y  # missing").replace(
        "    lines.append(frame.f_lineno)\n    return tracer", "    lines.append(frame.f_lineno)  # missing\n    return tracer  # missing"
    ),
    "a function all of whose lines have run is as good as ever": """
def f(x):
    y = x
    return y
for turn in range(1000):
    f(turn)
import sys
def tracer(frame, event, arg):
    events.append(event)  # missing
    return tracer  # missing
events = []
ours = sys.gettrace()
sys.settrace(tracer)
f(1)
sys.settrace(ours)
assert events == ["call", "line", "line", "return"], events
""",
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_programs(measure, what):
    measure({"main.py": PROGRAMS[what]}, "main.py")
