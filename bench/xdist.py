#!/usr/bin/env python3
"""What branch coverage costs under pytest-xdist: CPU seconds of `pytest -n 2` on real suites, against none.

    bench/xdist.py [--python 3.14] [--suites jinja2,toolz] [--tools none,none2,covey,pytest-cov,slipcover] [--turns 7] [--peer-turns 2]

Tools: none and none2 (the A/A row: how far it lies from 1 is the noise), covey (`pytest --covey`), pytest-cov and slipcover. The
tools of a turn run at once and share one core, each in a copy of the suite for itself: one after the other, on two cores that a
host lends, A/A lay within 10 %. The figure is the median of the ratios, turn by turn, of the CPU time of all processes to that of
`none`, in brackets their quartiles; the peers take part in the first turns only. A tool whose exit status is another than that of
`none` is marked `!`: it broke the suite. Each tool has run once, unmeasured, before.
"""

import argparse
import math
import os
import pathlib
import shutil
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import overhead  # noqa: E402
import suites  # noqa: E402

CACHE = suites.ROOT / ".cache/bench"
PYTEST_COV = ("pytest-cov==7.1.0",)
PEERS = ("pytest-cov", "slipcover")
BASE = ["-q", "--no-header", "-p", "no:cacheprovider", "-n", "2"]


def command(tool, python, suite):
    """The argv that runs the suite's tests under `tool`."""
    tests = [*BASE, *suite.tests]
    if tool in ("none", "none2"):
        return [python, "-m", "pytest", "-p", "no:covey", *tests]
    if tool == "covey":
        return [python, "-m", "pytest", f"--covey={suite.source}", "--cov-branch", "--cov-report=", *tests]
    if tool == "pytest-cov":
        measured = [f"--cov={suite.source}", "--cov-branch", "--cov-report=", "--cov-config=/dev/null"]
        return [python, "-m", "pytest", "-p", "no:covey", *measured, *tests]
    if tool == "slipcover":
        options = ["--source", suite.source, "--branch", "--json", "--out", "slipcover.json"]
        return [python, "-m", "slipcover", *options, "-m", "pytest", "-p", "no:covey", *tests]
    sys.exit(f"unknown tool {tool}")


def runs_of(name, tools, python, arguments):
    """{tool: [overhead.Run]} of a suite."""
    suite, work = suites.SUITES[name], CACHE / f"xdist-{arguments.python}-{arguments.core}"
    shutil.rmtree(work, ignore_errors=True)
    folders = {tool: work / tool / name for tool in tools}
    for tool, folder in folders.items():
        shutil.copytree(suites.folder(name), folder, symlinks=True)
        (folder.parent / "pytest.ini").write_text("[pytest]\n")  # or the suite is given ours
        (folder.parent / "tmp").mkdir()  # jinja2's tests share a folder by the user's name

    def start(tool):
        needs = suite._replace(needs=suite.needs + PYTEST_COV) if tool == "pytest-cov" else suite
        env = suites.environment(needs, python) | {"TMPDIR": str(work / tool / "tmp")}
        return overhead.Run(command(tool, python, suite), env, folders[tool], arguments.core)

    def turn(tools):
        started = {tool: start(tool) for tool in tools}
        for run in started.values():
            run.finish()
        return started

    turn(tools)
    runs = {tool: [] for tool in tools}
    for n in range(arguments.turns):
        taking_part = [tool for tool in tools if n < arguments.peer_turns or tool not in PEERS]
        first = n % len(taking_part)
        for tool, run in turn(taking_part[first:] + taking_part[:first]).items():
            runs[tool].append(run)
    shutil.rmtree(work)
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.14")
    parser.add_argument("--suites", default=",".join(suites.SUITES))
    parser.add_argument("--tools", default="none,none2,covey,pytest-cov,slipcover")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--peer-turns", type=int, default=2, help="turns with pytest-cov and Slipcover")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core that all share")
    arguments = parser.parse_args()
    found = suites.pythons([arguments.python])
    if not found:
        sys.exit(f"no CPython {arguments.python} (tools/get-pythons unpacks them)")
    python, tools = suites.venv(*found[0]), arguments.tools.split(",")
    CACHE.mkdir(parents=True, exist_ok=True)
    all_ratios = {}
    for name in arguments.suites.split(","):
        runs = runs_of(name, tools, python, arguments)
        none = runs["none"]
        print(f"{name}: {statistics.median(run.cpu for run in none):.2f} s of CPU, {len(none)} turns", flush=True)
        for tool in tools:
            if runs[tool][0].status != none[0].status:
                print(f"  {tool:12} ! exit status {runs[tool][0].status}, not {none[0].status}")
                continue
            ratios = [run.cpu / base.cpu for run, base in zip(runs[tool], none)]
            low, _, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
            print(f"  {tool:12} {statistics.median(ratios):.3f}  [{low:.3f} {high:.3f}]", flush=True)
            all_ratios.setdefault(tool, []).append(statistics.median(ratios))
    for tool, values in all_ratios.items():
        print(f"geomean {tool:12} {math.exp(sum(map(math.log, values)) / len(values)):.3f}  over {len(values)} suites")


if __name__ == "__main__":
    main()
