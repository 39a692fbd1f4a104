#!/usr/bin/env python3
"""What the start of a process costs: under collection, under coverage.py, against none.

    bench/starts.py [--python 3.14] [--turns 30] [--at-once 200]

`python -c pass` is started alone, the ways taking turns: wall clock and CPU, medians with the quartiles behind them. Then
all at once: CPU of the whole, of `--rounds` rounds in turns. coverage.py is on by its own process_startup(), which its patch=subprocess calls as well.
`off` has Covey's .pth line and no run, `off again` is the A/A row; what is told of the others is above `off`.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON"))}


def environments(python, folder):
    """By name, the environment in which a process is not measured, or is."""
    env = {"off": CLEAN, "off again": CLEAN}
    for name, branch in (("covey", 0), ("covey, branches", 1)):
        path = pathlib.Path(folder) / f"settings{branch}"
        path.write_text(f"covey-settings 1\nrun_id {'0' * 16}\ndata_dir {folder}/data{branch}\nroot {folder}\nbranch {branch}\n")
        env[name] = CLEAN | {"COVEY_RUN": os.fspath(path)}
    (pathlib.Path(folder) / "rc").write_text(f"[run]\nbranch = true\nparallel = true\ndata_file = {folder}/coverage\n")
    site = pathlib.Path(folder) / "sitecustomize.py"
    site.write_text("import coverage\ncoverage.process_startup()\n")
    env["coverage.py"] = CLEAN | {"COVERAGE_PROCESS_START": f"{folder}/rc", "PYTHONPATH": folder}
    return env


def used():
    """CPU seconds of the children that have ended."""
    of = resource.getrusage(resource.RUSAGE_CHILDREN)
    return of.ru_utime + of.ru_stime


def shown(values, unit):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:8.2f} {unit} [{low:.2f} {high:.2f}]"


def told(what, figures, unit):
    middle = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        print(f"{what:<24} {name:<16} {shown(values, unit)}  {middle[name] - middle['off']:+.2f} {unit}", flush=True)


def alone(python, env, folder, turns):
    wall, cpu = {name: [] for name in env}, {name: [] for name in env}
    for turn in range(turns + 1):
        for name, variables in env.items():
            before, start = used(), time.perf_counter()
            subprocess.run([python, "-c", "pass"], cwd=folder, env=variables, check=True)
            if turn:  # the first writes byte code, and fills the page cache
                wall[name].append((time.perf_counter() - start) * 1000)
                cpu[name].append((used() - before) * 1000)
    told("one start, wall clock", wall, "ms")
    told("one start, CPU", cpu, "ms")


def together(python, env, folder, count, rounds):
    cpu = {name: [] for name in env}
    for _ in range(rounds):
        for name, variables in env.items():
            before = used()
            children = [subprocess.Popen([python, "-c", "pass"], cwd=folder, env=variables) for _ in range(count)]
            assert not any([child.wait() for child in children]), name
            cpu[name].append(used() - before)
    told(f"{count} at once, CPU", cpu, "s")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python", default="3.14")
    arguments.add_argument("--turns", type=int, default=30)
    arguments.add_argument("--at-once", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    found = suites.pythons([given.python])
    if not found:
        sys.exit(f"no CPython {given.python} (tools/get-pythons unpacks them)")
    python = os.fspath(suites.venv(*found[0]))
    print(f"CPython {given.python}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        env = environments(python, folder)
        alone(python, env, folder, given.turns)
        together(python, env, folder, given.at_once, given.rounds)


if __name__ == "__main__":
    main()
