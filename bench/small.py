#!/usr/bin/env python3
"""The small costs, each against none in the same run: start-up, code that runs for the first time, tables, reports.

    bench/small.py [--python 3.14] [start off touch hot index report parser]

Figures are medians; the spread behind them are the quartiles. What is measured and how is said beside each function.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON"))}


def spread(values, unit="ms", digits=2):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.{digits}f} {unit} [{low:.{digits}f} {high:.{digits}f}]"


def seconds(argv, **options):
    start = time.perf_counter()
    subprocess.run([os.fspath(a) for a in argv], check=True, stdout=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def settings(folder, branch=False):
    """The settings of a run that is on, as `covey run` writes them."""
    path = pathlib.Path(folder) / f"settings{int(branch)}"
    path.write_text(f"covey-settings 1\nrun_id {'0' * 16}\ndata_dir {folder}\nroot {folder}\nbranch {int(branch)}\n")
    return path


def start(python, folder):
    """`python -c pass`, wall clock, with collection on against off, taking turns; 50 turns, and off again as the A/A row."""
    on = CLEAN | {"COVEY_RUN": str(settings(folder))}
    times = {"off": [], "off2": [], "on": []}
    for _ in range(50):
        for name, env in (("off", CLEAN), ("off2", CLEAN), ("on", on)):
            times[name].append(seconds([python, "-c", "pass"], env=env) * 1000)
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"start of `python -c pass`: off {spread(times['off'])}, on {spread(times['on'])}: {middle['on'] - middle['off']:+.2f} ms"
          f" (A/A {middle['off2'] - middle['off']:+.2f} ms)")


def off(python, folder):
    """The line of covey.pth where no run is on, executed 1,000 times inside one process, as site executes it."""
    line = (pathlib.Path(run_inside(python, "import sysconfig; print(sysconfig.get_path('purelib'))")) / "covey.pth").read_text()
    program = f"import time\nline = {line!r}\nstart = time.perf_counter()\nfor _ in range(1000): exec(line)\nprint((time.perf_counter() - start))"
    values = [float(run_inside(python, program)) for _ in range(10)]
    print(f"covey.pth where it is off: {spread(values, 'ms', 4)} a start")


def run_inside(python, program, **options):
    done = subprocess.run([python, "-c", program], env=CLEAN, check=True, stdout=subprocess.PIPE, text=True, **options)
    return done.stdout.strip()


TOUCH = """
import sys, time
sys.path.insert(0, {folder!r})
{begin}
import many
functions = [getattr(many, f"f{{i}}") for i in range(3000)]
start = time.perf_counter()
for f in functions: f(1, 2)
print((time.perf_counter() - start) * 1000)
"""
BODY = "def f{}(a, b):\n    c = a + b\n    if c > 10:\n        c -= 1\n    else:\n        c += 1\n    for i in range(2):\n        c += i\n    return c\n"


def touch(python, folder):
    """3,000 functions of nine lines, each called once for the first time, timed inside the process; 15 turns."""
    (pathlib.Path(folder) / "many.py").write_text("\n".join(BODY.format(i) for i in range(3000)))
    starting = "import os; os.environ['COVEY_RUN'] = {!r}; import _covey; _covey.start()"
    begin = {
        "none": "",
        "none2": "",
        "covey": starting.format(str(settings(folder))),
        "covey, branches": starting.format(str(settings(folder, branch=True))),
        "coverage": f"import coverage; c = coverage.Coverage(data_file=None, config_file=False, source=[{folder!r}]); c.start()",
    }
    times = {name: [] for name in begin}
    for _ in range(15):
        for name, text in begin.items():
            times[name].append(float(run_inside(python, TOUCH.format(folder=folder, begin=text), cwd=folder)))
    none = statistics.median(times["none"])
    for name, values in times.items():
        print(f"3,000 functions first called, {name}: {spread(values)}: {statistics.median(values) - none:+.2f} ms")


HOT = """
import sys, time
sys.path.insert(0, {folder!r})
{begin}
import hot
hot.{name}(1000)
start = time.perf_counter()
hot.{name}(1000000)
print((time.perf_counter() - start) * 1000)
"""
LOOP = "def {}(n):\n    total = 0\n    for i in range(n):\n        if i {} 0:\n            total += 1\n        total += i\n    return total\n"


def hot(python, folder):
    """A million turns of a loop whose branch always goes one way, timed inside the process; 9 turns. Before 3.14 its
    event can be turned off where another tells of the other way; that way's line here has another way in, or has none."""
    (pathlib.Path(folder) / "hot.py").write_text(LOOP.format("other_way_in", ">=") + LOOP.format("no_other", "<"))
    starting = f"import os; os.environ['COVEY_RUN'] = {str(settings(folder, branch=True))!r}; import _covey; _covey.start()"
    for name in ("other_way_in", "no_other"):
        times = {"none": [], "none2": [], "covey, branches": []}
        for _ in range(9):
            for tool in times:
                program = HOT.format(folder=folder, name=name, begin="" if tool.startswith("none") else starting)
                times[tool].append(float(run_inside(python, program, cwd=folder)))
        none = statistics.median(times["none"])
        shown = ", ".join(f"{tool} {spread(values)}: {statistics.median(values) / none:.3f}" for tool, values in times.items())
        print(f"hot branch that goes one way, {name}: {shown}")


def boltons(python, folder):
    """boltons' suite, run once under Covey; returns (its folder, the data directory)."""
    place, data = suites.folder("boltons"), pathlib.Path(folder) / "data"
    argv = [python.parent / "covey", "run", "--data-file", data, "--source", "boltons", "-m", "pytest", *suites.QUIET, "tests"]
    subprocess.run([os.fspath(a) for a in argv], cwd=place, env=suites.environment(suites.SUITES["boltons"]), stdout=subprocess.DEVNULL)
    return place, data


COMPILE = """
import gc, pathlib, sys, time
gc.disable()
files = [(str(p), p.read_text()) for p in sorted(pathlib.Path(sys.argv[1]).rglob("*.py"))]
start = time.process_time()
for path, text in files: compile(text, path, "exec", dont_inherit=True)
print(1e6 * (time.process_time() - start) / sum(len(text.splitlines()) for path, text in files))
"""


def index(python, folder):
    """CPU time of the process that compiles tables, as `covey index` tells it, over boltons and over networkx, beside
    that of nothing but compile() over the same sources; 10 turns. Tables are moved away, not removed, before each: ext4
    takes long to make a file where many have just been removed."""
    for name in ("boltons", "networkx"):
        place, data = suites.folder(name), pathlib.Path(folder) / f"index-{name}"
        covey = os.fspath(python.parent / "covey")
        run = [covey, "run", "--data-file", data, "--source", name, "--", python, "-c", f"import {name}"]
        subprocess.run([os.fspath(a) for a in run], cwd=place, env=suites.environment(suites.SUITES[name]), check=True, stdout=subprocess.DEVNULL)
        values, alone, lines = [], [], 0
        for turn in range(10):
            os.rename(data / "tables", data / f"tables-{turn}")
            done = subprocess.run([covey, "index", "--data-file", os.fspath(data)], cwd=place, env=CLEAN, check=True, stdout=subprocess.PIPE, text=True)
            words = done.stdout.split()
            lines = int(words[words.index("lines") - 1])
            values.append(1000 * float(words[words.index("s,") - 1]) / (lines / 1000))
            compiled = subprocess.run([python, "-c", COMPILE, place / name], env=CLEAN, check=True, stdout=subprocess.PIPE, text=True)
            alone.append(float(compiled.stdout))
        print(f"compiling {name}, {lines} lines: {spread(values)} for 1,000 lines; compile() alone {spread(alone)}")


def report(python, folder):
    """`covey report` over boltons' data, wall clock, tables there; 20 turns, coverage.py's beside it."""
    place, data = boltons(python, folder)
    coverage = CLEAN | {"COVERAGE_FILE": f"{folder}/coverage"}
    env = suites.environment(suites.SUITES["boltons"])
    argv = [python, "-m", "coverage", "run", "--rcfile=/dev/null", "--source", "boltons", "-m", "pytest", *suites.QUIET, "tests"]
    subprocess.run([os.fspath(a) for a in argv], cwd=place, env=env | coverage, stdout=subprocess.DEVNULL)
    times = {"covey": [], "coverage": []}
    for _ in range(20):
        times["covey"].append(seconds([python.parent / "covey", "report", "--data-file", data], cwd=place, env=CLEAN) * 1000)
        times["coverage"].append(seconds([python, "-m", "coverage", "report", "--rcfile=/dev/null"], cwd=place, env=coverage) * 1000)
    for name, values in times.items():
        print(f"report over boltons, {name}: {spread(values)}")


def parser(python, folder):
    """covey_source_bench over all of the standard library's sources, on one core."""
    build = suites.ROOT / "build/release"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": suites.ROOT}
    subprocess.run(["cmake", "--preset", "release", "-DBUILD_TESTING=ON"], check=True, **quiet)
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "covey_source_bench"], check=True, **quiet)
    library = run_inside(python, "import sysconfig; print(sysconfig.get_path('stdlib'))")
    files = sorted(os.fspath(p) for p in pathlib.Path(library).rglob("*.py"))
    subprocess.run([build / "bench/covey_source_bench"], input="\n".join(files) + "\n", text=True, check=True)


PARTS = {f.__name__: f for f in (start, off, touch, hot, index, report, parser)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python", default="3.14")
    arguments.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = arguments.parse_args()
    found = suites.pythons([given.python])
    if not found:
        sys.exit(f"no CPython {given.python} (tools/get-pythons unpacks them)")
    python = suites.venv(*found[0])
    print(f"CPython {given.python}", flush=True)
    for name in given.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](python, os.path.realpath(folder))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
