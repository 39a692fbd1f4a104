#!/usr/bin/env python3
"""What grows where much is measured for long: every count must be what must have run, memory and descriptors flat.

    tests/soak/soak.py [--python 3.14] [--minutes 10] [starts shards long tree threads suite]

Each part makes up its program, runs it under Covey with branches, and holds the JSON report against what it knows must
have run. The figures are printed with what they are held to; the exit status is 0 only where all hold.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
FAILED = []


def say(what, shown, good=True):
    print(f"  {what:<58} {shown}{'' if good else '   FAILED'}", flush=True)
    if not good:
        FAILED.append(what)


def equal(what, got, wanted):
    """That two counts, or sets, are the same."""
    count = lambda value: value if isinstance(value, int) else len(value)
    say(what, f"{count(got):,} of {count(wanted):,}" if got == wanted else f"{count(got):,}, not the {count(wanted):,} expected", got == wanted)


# A process's peak of memory begins with that of the process it was forked from: so a small one starts what is measured.
MEASURED = """
import json, os, sys, time
start = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as out:
    json.dump([time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)], out)
"""


class Ended:
    """A process that came to its end: what it said, and what it took."""

    def __init__(self, argv, folder, env=CLEAN):
        with tempfile.NamedTemporaryFile("r") as figures:
            started = [sys.executable, "-I", "-S", "-c", MEASURED, figures.name, *argv]
            done = subprocess.run(started, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.seconds, self.cpu, self.peak, status = json.load(figures)
        self.output = done.stdout.decode(errors="replace")
        if status != 0 or "covey: " in self.output:
            say(" ".join(map(str, argv)), f"status {status}: {self.output[-2000:]}", False)

    def __str__(self):
        return f"{self.seconds:.1f} s, CPU {self.cpu:.1f} s, peak {self.peak:.0f} MiB"


class Soak:
    """One part's folder and the tools."""

    def __init__(self, python, folder):
        self.python, self.covey = os.fspath(python), os.fspath(python.parent / "covey")
        self.folder = pathlib.Path(folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *argv):
        return Ended([self.covey, "run", "--branch", "--source", ".", *argv], self.folder)

    def report(self, *command):
        return Ended([self.covey, *(command or ("json", "-q", "-o", "report.json"))], self.folder)

    def executed(self, name):
        """The lines of a file in the report that was made last."""
        return set(json.loads((self.folder / "report.json").read_text())["files"][name]["executed_lines"])

    def shards(self):
        return sorted(self.folder.glob(".covey/jobs/*/*/*.shard"))


def functions(count, size=2):
    """`count` functions of `size` lines, and the lines of each body."""
    text = "".join(f"def f{n}(x):\n" + "    x += 1\n" * (size - 2) + "    return x\n" for n in range(count))
    return text, [range(n * size + 2, n * size + size + 1) for n in range(count)]


STARTS = """
import os, signal, subprocess, sys
if len(sys.argv) == 1:
    children = [subprocess.Popen([sys.executable, __file__, str(n)]) for n in range(200)]
    print([child.wait() for child in children])
    sys.exit()
import many
n = int(sys.argv[1])
getattr(many, f"f{n}")(n)
if n % 4 == 0: os.kill(os.getpid(), signal.SIGKILL)
if n % 4 == 1: os._exit(0)
if n % 4 == 2: os.abort()
"""


def starts(soak, _):
    """200 processes that start, and die in four ways, at once."""
    text, bodies = functions(210)
    soak.write("many.py", text)
    soak.write("main.py", STARTS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    say("200 starts and deaths at once", soak.run("main.py"))
    equal("their shards", len(soak.shards()), 201)
    soak.report()
    definitions = {body[0] - 1 for body in bodies}
    equal("lines that they ran", soak.executed("many.py"), definitions | {line for body in bodies[:200] for line in body})


SHARDS = """
import gc, os, sys
count, each = map(int, sys.argv[1:])
gc.freeze()
code = compile("x = 1", "many.py", "exec")
for n in range(count):
    if os.fork() == 0:
        for line in range(n * each, n * each + each):
            if line % 7: exec(code.replace(co_firstlineno=line + 1))
        os._exit(0) if n % 2 else os.kill(os.getpid(), 9)
    os.wait()
"""
PEAK_GROWTH = 4  # MiB


def shards(soak, _):
    """A directory of 10,000 shards, beside one of 1,000 in which is as much."""
    peaks = {}
    for count, each in ((1000, 10), (10000, 1)):
        part = Soak(pathlib.Path(soak.python), soak.folder / str(count))
        part.write("many.py", "x = 1\n" * 10000)
        part.write("main.py", SHARDS)
        say(f"{count:,} forks", part.run("main.py", str(count), str(each)))
        equal("their shards", len(part.shards()), 1 + count)
        ran = {line + 1 for line in range(10000) if line % 7}
        done = {"json": part.report(), "report": part.report("report")}
        equal("lines that ran", part.executed("many.py"), ran)
        done["combine"] = part.report("combine", "-q")
        part.report()
        equal("the same, combined", part.executed("many.py"), ran)
        for name, process in done.items():
            say(f"covey {name} over them", process)
            peaks.setdefault(name, []).append(process.peak)
    for name, (few, many) in peaks.items():
        say(f"peak of covey {name}, ten times as many shards", f"{many - few:+.1f} MiB, at most +{PEAK_GROWTH}", many - few <= PEAK_GROWTH)


def long(soak, _):
    """One file of 200,000 lines: half of it the module's own, half functions, every seventh of which is not called."""
    text, bodies = functions(10000, 10)
    top = "".join(f"x{n} = {n}\n" for n in range(100000))
    soak.write("long.py", text + top)
    soak.write("main.py", "import long\nfor n in range(10000):\n    if n % 7: getattr(long, f'f{n}')(n)\n")
    say("a run over 200,000 lines", soak.run("main.py"))
    say("covey json", soak.report())
    ran = {line for n, body in enumerate(bodies) for line in (body[0] - 1, *(body if n % 7 else ()))} | set(range(100001, 200001))
    equal("lines that ran", soak.executed("long.py"), ran)
    for command in ("report", "xml", "lcov", "html"):
        say(f"covey {command}", soak.report(command, *(["-q"] if command != "report" else [])))


def tree(soak, _):
    """20,000 files in 200 packages, 2,000 of them imported."""
    for package in range(200):
        soak.write(f"tree/p{package}/__init__.py", "")
        for n in range(99):
            soak.write(f"tree/p{package}/m{n}.py", "import os\n\n\ndef f(x):\n    if x:\n        return os.name\n    return x\n\n\nvalue = f(1)\n")
    soak.write("tree/__init__.py", "")
    soak.write("main.py", "import importlib\nfor p in range(200):\n    for n in range(10): importlib.import_module(f'tree.p{p}.m{n}')\n")
    say("a run over 20,000 files", soak.run("main.py"))
    say("covey json", soak.report())
    files = json.loads((soak.folder / "report.json").read_text())["files"]
    equal("files", len(files), 20000 + 2)
    run = [name for name, file in files.items() if file["executed_lines"] == [1, 4, 5, 6, 10]]
    equal("files that ran", len(run), 2000)
    equal("files that did not", sum(file["executed_lines"] == [] and file["missing_lines"] != [] for file in files.values()), 17800)
    say("covey report, the analysis cached", soak.report("report"))


THREADS = """
import os, sys, threading
import many
sys.setswitchinterval(1e-5)
barrier = threading.Barrier(64)
shared = [getattr(many, f"f{n}") for n in range(6400)]
def work(k):
    barrier.wait()
    for n, f in enumerate(shared):
        # Every thread meets most of it while others do; a hundredth is each thread's own.
        if n % 128 < 64 or n % 64 == k: f(n)
threads = [threading.Thread(target=work, args=[k]) for k in range(64)]
for t in threads: t.start()
for t in threads: t.join()
"""


def threads(soak, _):
    """64 threads on 6,400 functions that are new to all of them."""
    text, bodies = functions(6600, 4)
    soak.write("many.py", text)
    soak.write("main.py", THREADS)
    say("64 threads", soak.run("main.py"))
    soak.report()
    ran = {line for n, body in enumerate(bodies) for line in (body[0] - 1, *(body if n < 6400 else ()))}
    equal("lines that they ran", soak.executed("many.py"), ran)
    equal("shards", len(soak.shards()), 1)


# The suite's modules are imported anew for each turn: all code objects are new ones.
SUITE = """
import gc, json, os, sys, time
import pytest
end, sources = time.monotonic() + float(sys.argv[1]), sys.argv[2].split(",")
figures, finders = [], list(sys.meta_path)
def status(name, file):
    return next(int(line.split()[1]) for line in open("/proc/self/" + file) if line.startswith(name))
while time.monotonic() < end or len(figures) < int(sys.argv[3]):
    result = pytest.main(["-q", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:covey", "-p", "no:cov", *sys.argv[4:]])
    assert result == 0, result
    for name in [name for name in sys.modules if name.split(".")[0] in sources]: del sys.modules[name]
    sys.meta_path[:] = finders  # tlz adds one
    gc.collect()
    figures.append((status("VmRSS", "status"), status("Pss:", "smaps_rollup"), len(os.listdir("/proc/self/fd"))))
json.dump(figures, open(os.environ["FIGURES"], "w"))
"""
# It has processes of its own, each with a shard.
NOT_THAT = "--deselect=toolz/sandbox/tests/test_parallel.py::test_fold"
MOST_GROWTH = 1024  # KiB, over the second half of the turns


def growth(values):
    """KiB a turn, by the least squares over the second half."""
    values = values[len(values) // 2 :]
    middle = (len(values) - 1) / 2
    below = sum((n - middle) ** 2 for n in range(len(values)))
    return sum((n - middle) * value for n, value in enumerate(values)) / below if below else 0.0


def suite(soak, minutes):
    """A real suite (toolz) again and again in one process; beside it the same without Covey, for a third of the time."""
    place = suites.folder("toolz")
    soak.write("again.py", SUITE)
    env = suites.environment(suites.SUITES["toolz"])
    options = ("--branch", "--source", os.fspath(place / "toolz"), "--data-file", os.fspath(soak.folder / ".covey"))
    per_turn = {}
    for name, seconds in (("for comparison", 0), ("without Covey", minutes * 20), ("under Covey", minutes * 60)):
        figures = soak.folder / f"{name}.json"
        argv = [os.fspath(soak.folder / "again.py"), str(seconds), "toolz,tlz", "2" if name == "for comparison" else "12", "toolz", NOT_THAT]
        argv = [soak.python, *argv] if name == "without Covey" else [soak.covey, "run", *options, *argv]
        done = Ended(argv, place, env=env | {"FIGURES": os.fspath(figures)})
        rss, pss, descriptors = zip(*json.loads(figures.read_text()))
        say(f"toolz' suite, {len(rss)} turns {name}", done)
        per_turn[name] = growth(rss)
        if name != "for comparison":
            say("VmRSS, KiB: first, at half, last", f"{rss[0]:,} {rss[len(rss) // 2]:,} {rss[-1]:,}; {growth(rss):+.1f} a turn")
            say("PSS, KiB: first, at half, last", f"{pss[0]:,} {pss[len(pss) // 2]:,} {pss[-1]:,}; {growth(pss):+.1f} a turn")
            say("descriptors: least, most", f"{min(descriptors[1:])} {max(descriptors[1:])}", len(set(descriptors[1:])) == 1)
        if name == "without Covey":
            continue
        report = [soak.covey, "json", "-q", "-o", "report.json", "--data-file", os.fspath(soak.folder / ".covey")]
        Ended(report, soak.folder)
        files = json.loads((soak.folder / "report.json").read_text())["files"]
        ran = {(file, line) for file, told in files.items() for line in told["executed_lines"]}
        arcs = {(file, *arc) for file, told in files.items() for arc in told["executed_branches"]}
        if name == "for comparison":
            wanted = ran, arcs
            size = sum(path.stat().st_size for path in soak.shards())
    equal("lines that ran, against those of two turns", ran, wanted[0])
    equal("branches", arcs, wanted[1])
    say("bytes of shards, against those of two turns", f"{sum(p.stat().st_size for p in soak.shards()):,} {size:,}", sum(p.stat().st_size for p in soak.shards()) == size)
    # PSS is told alone: it goes up and down with the other processes that share the interpreter's pages.
    more = per_turn["under Covey"] - max(per_turn["without Covey"], 0)
    over = more * (len(rss) - len(rss) // 2)
    say("VmRSS that Covey adds a turn; over half of them", f"{more:+.1f} KiB; {over:+.0f}, at most +{MOST_GROWTH}", over <= MOST_GROWTH)


PARTS = {part.__name__: part for part in (starts, shards, long, tree, threads, suite)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python", default="3.14")
    arguments.add_argument("--minutes", type=float, default=10, help="of the suite that is repeated")
    arguments.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = arguments.parse_args()
    found = suites.pythons([given.python])
    if not found:
        sys.exit(f"no CPython {given.python} (tools/get-pythons unpacks them)")
    python = suites.venv(*found[0])
    print(f"CPython {given.python}", flush=True)
    for name in given.parts or PARTS:
        start = time.monotonic()
        print(f"{name}: {PARTS[name].__doc__}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Soak(python, os.path.realpath(folder)), given.minutes)
        print(f"  ({time.monotonic() - start:.0f} s)", flush=True)
    print("soak: " + (f"FAILED: {', '.join(FAILED)}" if FAILED else "all holds"))
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
