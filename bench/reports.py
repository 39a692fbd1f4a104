#!/usr/bin/env python3
"""Reports over the largest modules of a CPython's standard library: Covey's and coverage.py's of the same run, in one run.

    bench/reports.py [--covey build/release/covey] [--python 3.14] [--klocs 8,32,128] [--turns 7] [--keep FOLDER]

The modules are copied, tests left out, and executed under each of the two with branches, with some work in a few of
them. Then coverage.py's five commands, cold, stand against one `covey report` that writes the five reports: from the data
directory, without a cache of analysis (cold), with one (cached), and from coverage.py's own data file, compiling
included. Ratios are of medians of --turns within this run; the A/A column is Covey against itself. Each tool reads the
modules with the system's cache of files warm. --keep leaves sources and data in FOLDER, and uses what is there.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON", "XDG_"))}
LEFT_OUT = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__"}
COMMANDS = [
    ["report"],
    ["json", "-q", "-o", "{out}/coverage.json"],
    ["xml", "-q", "-o", "{out}/coverage.xml"],
    ["lcov", "-q", "-o", "{out}/coverage.lcov"],
    ["html", "-q", "-d", "{out}/htmlcov"],
]

# Executes every module of the folder for itself, whatever of it fails, and works with some of them.
PROGRAM = '''
import io, pathlib, sys
root = pathlib.Path(sys.argv[1])
modules = {}
for path in sorted(root.rglob("*.py")):
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    module = modules[name] = {"__name__": name, "__file__": str(path), "__package__": package, "__builtins__": __builtins__}
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), module)
    except (Exception, SystemExit):
        pass

def work(name, action):
    try:
        action(modules[name])
    except Exception as error:
        print(name, repr(error), file=sys.stderr)

text = max(root.rglob("*.py"), key=lambda path: path.stat().st_size).read_text()
work("argparse", lambda m: m["ArgumentParser"](prog="x", description="y").format_help())
work("_pydecimal", lambda m: str(m["Decimal"]("1.5").sqrt() / m["Decimal"](7)))
work("difflib", lambda m: list(m["unified_diff"](text.split("\\n")[:200], text.split("\\n")[100:300])))
work("pickle", lambda m: m["_loads"](m["_dumps"]([1, "a", {"b": (2.5, None)}])))
work("_pyio", lambda m: m["TextIOWrapper"](m["BytesIO"](b"a\\nb\\n")).readlines())
work("_pydatetime", lambda m: m["datetime"](2026, 1, 2).isoformat())
work("statistics", lambda m: m["fmean"]([1, 2, 3]) + m["stdev"]([1, 2, 4]))
work("textwrap", lambda m: m["fill"]("a b c " * 100))
work("tokenize", lambda m: list(m["generate_tokens"](io.StringIO(text[:20000]).readline)))
'''


def library(python):
    done = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"], stdout=subprocess.PIPE, text=True, check=True)
    return pathlib.Path(done.stdout.strip())


def largest_modules(stdlib, lines):
    """[(path, lines)] of the largest modules that hold `lines` together, and these lines."""
    found = []
    for path in stdlib.rglob("*.py"):
        is_test = LEFT_OUT.intersection(path.relative_to(stdlib).parts[:-1]) or path.name.startswith("test_")
        if path.is_file() and not is_test:
            found.append((path.read_bytes().count(b"\n"), path))
    chosen, total = [], 0
    for count, path in sorted(found, key=lambda each: (-each[0], str(each[1]))):
        if total >= lines:
            break
        chosen.append(path)
        total += count
    return chosen, total


def make(place, options, lines):
    """Sources, Covey's data directory and coverage.py's data file below `place`; returns the lines and files."""
    source = place / "lib"
    modules, total = largest_modules(options.library, lines)
    if not source.is_dir():
        for path in modules:
            copy = source / path.relative_to(options.library)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        (place / "program.py").write_text(PROGRAM)
        quiet = {"cwd": place, "env": CLEAN, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        argv = [options.python, "-m", "coverage", "run", "--rcfile=/dev/null", "--branch", "--source=lib", "program.py", "lib"]
        subprocess.run([os.fspath(a) for a in argv], **quiet)
        argv = [options.covey, "run", "--branch", "--source", "lib", "--", options.python, "program.py", "lib"]
        subprocess.run([os.fspath(a) for a in argv], **quiet)
    return total, len(modules)


class Failed(SystemExit):
    pass


def timed(argv, cwd, env):
    """(seconds, CPU seconds, peak MiB) of one process, and what it printed."""
    start = time.perf_counter()
    child = subprocess.Popen([os.fspath(a) for a in argv], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed(f"bench/reports.py: error: {' '.join(map(str, argv))}: exit status {child.returncode}: {said.decode()}")
    return (seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), said.decode()
