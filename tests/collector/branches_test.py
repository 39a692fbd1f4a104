"""Programs whose branches say where they went: "# -> 3 exit" ends a line from which control went to line 3 and out of
the function, and nowhere else. What was measured is read from the shards, as docs/formats/shard.md has them."""

import json
import re
import struct

import pytest

PROGRAMS = {
    "one way": """
def f(x):
    if x:  # -> 4
        return 1
    return 2
f(1)
""",
    "both ways, in two calls": """
def f(x):
    if x:  # -> 4 5
        return 1
    return 2
f(1)
f(0)
""",
    "to a raise that ends the function": """
def f(x):
    if x:  # -> 4 5
        return 1
    raise ValueError
f(1)
try:
    f(0)
except ValueError:
    pass
""",
    "out of the function": """
def f(x):
    if x:  # -> 4 exit
        x = 2
f(1)
f(0)
""",
    "a loop that ends, and one that is left": """
def f():
    for i in [1, 2]:  # -> 4 5
        pass
    for i in [1, 2]:
        if i == 2:  # -> 5 7
            break
    while i:  # -> 9 exit
        i -= 1
f()
""",
    "conditions of several parts": """
def f(a, b):
    if a and b:  # -> 4 5
        return 1
    if a or b:  # -> 6
        return 2
    return 3
f(1, 1)
f(1, 0)
f(0, 1)
""",
    "a function of one line": """
def f(x): return x  # -> 3 exit
f(1)
""",
    "a class of one line at the end": """
a = 1
class C: pass  # -> exit
""",
    "an except that does not take it": """
def f(e):
    try:
        raise e
    except KeyError:  # -> 6 7
        pass
    except ValueError:  # -> 8
        pass
f(KeyError())
f(ValueError())
""",
    "a generator that is never finished": """
def g():
    for i in [1, 2, 3]:  # -> 4
        yield i
it = g()
next(it)
next(it)
""",
    "recursion": """
def f(n):
    if n:  # -> 4 5
        f(n - 1)
    if n > 1:  # -> 6 exit
        f(n - 2)
f(3)
""",
    "match": """
def f(x):
    match x:
        case 1:  # -> 5 6
            return 1
        case [a, b]:  # -> 7
            return a
        case _:
            return 0
f(1)
f([1, 2])
""",
    "async for": """
async def agen(n):
    for i in range(n):  # -> 4 exit
        yield i
async def f(n):
    async for x in agen(n):  # -> 7 8
        y = x
    return 1
async def g():
    async for x in agen(2):  # -> 11
        return x
for c in (f(2), g()):  # -> 13 16
    try:
        c.send(None)
    except StopIteration:
        pass
""".replace("-> 13 16", "-> 13 exit"),
    "in a thread": """
import threading
def f(x):
    if x:  # -> 5 6
        return 1
    return 2
for x in (0, 1):
    t = threading.Thread(target=f, args=(x,))
    t.start()
    t.join()
""",
    "the same code twice": """
import sys
text = "def f(x):" + chr(10) + "    if x: x = 1" + chr(10) + "f(1)"
def f(x):
    if x:  # -> 6 7
        return 1
    return 2
if len(sys.argv) == 1:  # -> 9 exit
    sys.argv.append("again")
    f(0)
    exec(compile(open(__file__).read(), __file__, "exec"), {"__file__": __file__, "__name__": "again"})
f(1)
""".replace("-> 9 exit", "-> 9 12"),
}

FORKED = """
import os
def f(x):
    if x:  # -> 5 6
        return 1
    return 2
f(1)
def g(x):
    while x:  # -> 10 exit
        x -= 1
if os.fork() == 0:  # -> 12 15
    f(0)
    g(1)
    os._exit(0)
os.wait()
"""


def zigzags(data):
    """The numbers of a trail record, up to the 0 that ends them."""
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte > 127:
            continue
        if number == 0:
            return
        yield number >> 1 if number % 2 == 0 else -(number >> 1) - 1
        number = shift = 0


def arcs_of_trail(record):
    """The programs have no statement of several lines, so the first line of a trail is where it went."""
    (line,) = struct.unpack_from("<I", record, 12)
    return {(line, line + next(zigzags(record[16:])))}


def points_of(record):
    """({line}, {(from, to)}) of a code record."""
    line, n_points, def_line = struct.unpack_from("<IIi", record, 12)
    points = list(enumerate(record[24 : 24 + n_points], line))
    returns = {(at, -def_line) for at, point in points if point & 2}
    steps = {(at - above, at) for at, point in points for above in range(1, 7) if point & (2 << above)}
    return {at for at, point in points if point & 1}, returns | steps


def records(data):
    """(type, bytes) of the records of a shard."""
    chunk = 4096
    while data[chunk : chunk + 4] == b"CHNK":
        (size,) = struct.unpack_from("<Q", data, chunk + 8)
        at = chunk + 16
        while at + 8 <= chunk + size:
            length, kind = struct.unpack_from("<IH", data, at)
            if length == 0:
                break
            yield kind, data[at : at + length]
            at += length
        chunk += size


def arcs_of_shard(data):
    """{(from, to)} of a shard; each program is one file."""
    ran, arcs, implied = set(), set(), set()
    for kind, record in records(data):
        if kind == 3:
            lines, known = points_of(record)
            ran, arcs = ran | lines, arcs | known
        elif kind == 4:
            arcs |= arcs_of_trail(record)
        elif kind == 5:
            implied |= arcs_of_trail(record)
    return arcs | {(start, to) for start, to in implied if to in ran}


def expected(source):
    """{line: {to}} of the marked lines; 0 stands for leaving."""
    marks = ((n, re.search(r"# -> (.*)$", text)) for n, text in enumerate(source.splitlines(), 1))
    return {n: {0 if to == "exit" else int(to) for to in mark.group(1).split()} for n, mark in marks if mark}


def measured(project, lines):
    arcs = set().union(*(arcs_of_shard(path.read_bytes()) for path in project.path.glob(".covey/jobs/*/*/*.shard")))
    return {line: {max(to, 0) for start, to in arcs if start == line} for line in lines}


@pytest.mark.parametrize("what", PROGRAMS)
def test_programs(project, run_covey, what):
    source = PROGRAMS[what]
    project.write({"main.py": source})
    done = run_covey("run", "--branch", "--source", ".", "main.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert measured(project, expected(source)) == expected(source)


@pytest.mark.since(3, 12, reason="sys.monitoring is new in 3.12")
def test_what_another_tool_has_told_again_and_again_is_written_once_more_at_most(project, run_covey):
    again = "import sys\ndef f(x):\n    while x:\n        x -= 1\n\n\n\n\n\n        x = x\n"
    project.write({"main.py": again + "for _ in range(50):\n    f(1)\n    sys.monitoring.restart_events()\n"})
    run_covey("run", "--branch", "--source", ".", "main.py")
    (shard,) = project.path.glob(".covey/jobs/*/*/*.shard")
    trails = [bytes(record) for kind, record in records(shard.read_bytes()) if kind == 4 and record[12] < 11]
    assert len(set(trails)) > 1 and len(trails) <= 2 * len(set(trails))


def test_a_forked_child_goes_its_own_ways(project, run_covey):
    project.write({"main.py": FORKED})
    done = run_covey("run", "--branch", "--source", ".", "main.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(project.path.glob(".covey/jobs/*/*/*.shard"))) == 2
    assert measured(project, expected(FORKED)) == expected(FORKED)


RAISES = """
def f(x):
    if x.foo:{}
        pass
try:
    f(1)
except AttributeError:
    pass
"""


@pytest.mark.since(3, 14, reason="before, coverage.py counts it as an exit")
def test_a_condition_that_raises_goes_nowhere(project, run_covey):
    project.write({"main.py": RAISES.format("")})
    run_covey("run", "--branch", "--source", ".", "main.py")
    assert measured(project, [3]) == {3: set()}


@pytest.mark.before(3, 14, reason="since, coverage.py counts it as no exit")
def test_a_condition_that_raises_leaves(project, run_covey):
    project.write({"main.py": RAISES.format("")})
    run_covey("run", "--branch", "--source", ".", "main.py")
    assert measured(project, [3]) == {3: {0}}


AND_RAISES = """
def check(*args):
    raise ValueError
def f(a, b):
    try:
        check(a is None and b is None)
        done = 1
    except ValueError:
        failed = 1
    try:
        if a: return check(a is None or b)
    except ValueError:
        failed = 2
    return 1
f(1, 2)
f(0, 2)
"""


@pytest.mark.before(3, 14, reason="since, coverage.py follows the byte code past what raised")
def test_what_an_exception_kept_from_running_did_not_run(measure):
    source = AND_RAISES.replace("done = 1", "done = 1  # missing")
    measured = measure({"main.py": source}, "main.py", options=["--branch", "--source", "."])
    assert measured.files["main.py"]["executed_branches"] == [[11, 14]]
    assert measured.files["main.py"]["missing_branches"] == [[11, -4]]


RAISE_AT_ONCE = """
def f(x):
    if x: raise KeyError  # -> exit
    x = 1
def g(x):
    try:
        if x: raise KeyError  # -> 9
        x = 1
    except KeyError:
        pass
    try:
        for i in x: raise KeyError  # -> 15
        x = 1
    finally:
        x = 2
for function, x in (f, 1), (g, [1]):
    try:
        function(x)
    except KeyError:
        pass
"""


@pytest.mark.before(3, 14, reason="since, coverage.py takes what stands behind for what comes next")
def test_a_raise_on_the_line_of_its_condition_leads_to_what_handles_it(project, run_covey):
    project.write({"main.py": RAISE_AT_ONCE})
    run_covey("run", "--branch", "--source", ".", "main.py")
    assert measured(project, expected(RAISE_AT_ONCE)) == expected(RAISE_AT_ONCE)
    report = json.loads(run_covey("json", "-q", "-o", "-").stdout)
    assert report["files"]["main.py"]["missing_lines"] == [4, 8, 13]


@pytest.mark.since(3, 14, reason="before, coverage.py sees where the exception goes")
def test_a_raise_on_the_line_of_its_condition_leads_to_what_stands_behind(project, run_covey):
    project.write({"main.py": RAISE_AT_ONCE})
    run_covey("run", "--branch", "--source", ".", "main.py")
    assert measured(project, [3, 7, 12]) == {3: {4}, 7: {8, 9}, 12: {13, 15}}
    report = json.loads(run_covey("json", "-q", "-o", "-").stdout)
    assert report["files"]["main.py"]["missing_lines"] == []


def test_lines_are_what_they_are_without_branches(project, run_covey):
    """Arcs tell of no line that did not run."""
    source = "def f(x):\n    try:\n        return x.foo\n    except KeyError:\n        return 1\n\ntry:\n    f(1)\nexcept AttributeError:\n    pass\n"
    missing = {}
    for options in ([], ["--branch"]):
        project.write({"main.py": source})
        run_covey("run", *options, "--source", ".", "main.py")
        report = json.loads(run_covey("json", "-q", "-o", "-").stdout)
        missing[tuple(options)] = report["files"]["main.py"]["missing_lines"]
    assert missing[()] == missing[("--branch",)] == [5]


def test_lines_and_branches_do_not_mix(project, run_covey):
    project.write({"main.py": "a = 1\n"})
    run_covey("run", "--job", "one", "main.py")
    run_covey("run", "--job", "two", "--branch", "main.py")
    done = run_covey("report")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"covey: error: {project / '.covey'}: lines and branches are mixed: some processes measured branches, others lines "
        "alone (run all of them with --branch, or none)\n"
    )
