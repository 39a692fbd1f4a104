"""Programs of which every number, branches too, must be coverage.py's with its default core on this CPython.

Each is a way out of a line that is easily missed, or easily taken for one that was gone: found by
tests/conformance/made_up_runs.py, and made as small as they would go.
"""

import json

import pytest

FAIL = "def fail(*_): raise ValueError\n"
CALL = "\nfor x in (0, 1, 2):\n    try: f(x)\n    except Exception: pass\n"

PROGRAMS = {
    "a call that raises in a one-line body": FAIL
    + """
def f(x, y=1):
    if x: fail()
    elif x == 2: y = 1
    if y: return 4
    return x
"""
    + CALL,
    "a call that raises in every one-line body": FAIL
    + """
def f(x):
    if x: fail()
    return x
try: f(1)
except ValueError: pass
""",
    "an or that raises": FAIL + "def f(x):\n    name = x or fail()\n    return name\n" + CALL,
    "a handler of one line that raises": FAIL
    + """
def f(x):
    try:
        if x: raise KeyError
    except KeyError: fail()
    except IndexError: return 1
    return 2
"""
    + CALL,
    "a case of one line that raises": FAIL
    + """
def f(x):
    match x:
        case 1: fail()
        case 2: x = 3
    return x
"""
    + CALL,
    "a loop that a break on one line leaves": "for x in range(5):\n    if x == 2: break\nx = 5\n",
    "loops and with statements that breaks leave": """
import contextlib
for x in range(3):
    with contextlib.suppress(ValueError):
        if x == 2: break
    for y in range(2):
        if y == x: break
y = 1
""",
    "a condition over two lines": """
def f(x, y=2):
    if (x is None or
            y is None): return 1
f(1)
""",
    "alternatives over two lines": """
def f(x):
    match x:
        case (0
              | 1) if True:
            return 1
        case 5:
            return 6
    return 3
"""
    + CALL,
    "an await in a one-line body": """
import asyncio
async def f(x):
    if x: await asyncio.sleep(0)
    elif x is None: return 1
    return 2
asyncio.run(f(1))
""",
    "coroutines and generators of one line that raise": """
async def f(): raise ValueError
try: f().send(None)
except ValueError: pass
def g(): yield 1; raise ValueError
try: list(g())
except ValueError: pass
""",
    "generators that are closed, thrown into and left": """
def g(): yield 1
it = g(); next(it); it.close()
it = g(); next(it)
try: it.throw(ValueError)
except ValueError: pass
del it
def h(x):
    try:
        yield x
    finally:
        x = 1
it = h(1); next(it); it.close()
""",
    "a condition that raises where its other way leads": FAIL
    + """
def f(x):
    try:
        if x == 1: fail()
        else:
            x = 3
    finally:
        x = 4
"""
    + CALL,
    "a condition that raises at the end of a with statement": FAIL
    + """
import contextlib
def f(x):
    with contextlib.suppress(ValueError):
        if (x and
                fail()): x = 1
    return x
"""
    + CALL,
    "a raise in the handler of a with statement": """
import contextlib
def f(x):
    with contextlib.suppress(ValueError):
        if x: raise
        else: x = 3
"""
    + CALL,
    "a return in a with statement on one line": """
import contextlib
def f(x):
    with contextlib.suppress(ValueError): return 1; x = 2
    x = 3
f(1)
""",
    "a finally that raises once more": FAIL
    + """
def f(x):
    try:
        fail()
    finally:
        if x:
            x = 0
"""
    + CALL,
    "what follows an except* of which nothing is left": """
def f(x):
    try:
        raise ValueError
    except* ValueError:
        match x:
            case 1: pass
            case _ if x:
                x = 3
"""
    + CALL,
    "a loop over an asynchronous generator that is left": """
async def numbers(n):
    for i in range(n):
        yield i
async def f(x):
    async for i in numbers(x):
        if i: return 1
    return 2
async def g(x):
    async for i in numbers(x): pass
    return 2
for x in (0, 2):
    for each in (f(x), g(x)):
        try: each.send(None)
        except StopIteration: pass
""",
    "definitions of one line": """
def deco(f): return f
class A: pass
@deco
class B: x = 1
@deco
def f(x): return 1
def g(x=[1 for _ in (1, 2)]): return (
    2)
async def h(): return 1
for _ in range(2):
    def inside(): return 1
f(1)
""",
    "while True": """
def f(x):
    while True:
        if x: break
        x += 1
    while 1:
        return 2
"""
    + CALL,
    "a comprehension over lines in a condition": """
def f(x):
    if [y
        for y in range(x)
        if y]: return 1
    return {
        y: 1
        for y in (1, 2)
    }
"""
    + CALL,
}


@pytest.mark.parametrize("options", [["--branch"], []], ids=["branches", "lines"])
@pytest.mark.parametrize("what", PROGRAMS)
def test_every_number_is_coverage_pys(project, run_covey, run_python, what, options):
    project.write({"main.py": PROGRAMS[what].lstrip("\n")})
    theirs = run_python("-m", "coverage", "run", "--rcfile=/dev/null", *options, "main.py")
    ours = run_covey("run", *options, "main.py")
    assert (ours.returncode, ours.stderr) == (theirs.returncode, theirs.stderr) == (0, "")
    report = run_python("-m", "coverage", "json", "--rcfile=/dev/null", "-q", "-o", "-")
    expected = json.loads(report.stdout)["files"]["main.py"]
    shown = json.loads(run_covey("json", "-q", "-o", "-", "--data-file", ".covey").stdout)["files"]["main.py"]
    for kind in ("executed_lines", "missing_lines", "executed_branches", "missing_branches"):
        assert shown.get(kind) == expected.get(kind)
    assert shown == expected
    # The same through the data file that coverage.py reads.
    assert run_covey("convert", ".covey", "--to", "coverage", "-o", "made").returncode == 0
    read = run_python("-m", "coverage", "json", "--rcfile=/dev/null", "-q", "--data-file=made", "-o", "-")
    assert json.loads(read.stdout)["files"]["main.py"] == expected
