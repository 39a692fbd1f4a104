#!/usr/bin/env python3
"""What coverage costs on real test suites: CPU seconds of whole runs, and peak memory, tool by tool, against none.

    bench/overhead.py [--python 3.14] [--suites jinja2,parso] [--tools none,none2,covey-line] [--turns 7]

Tools are none, none2, coverage-line, coverage-branch, slipcover-line, slipcover-branch, covey-line and covey-branch, and
the last two with -contexts: each test in contexts of its own. (What those cost, bench/contexts.py tells.)
In a turn all tools run the suite at once, on one core, which the kernel gives to each for a few milliseconds at a time:
so a machine whose speed drifts, by a third within seconds on a shared host, slows all of them alike. Each has a copy of
the suite for itself. The figure is the ratio of the medians of CPU time to `none`, in brackets the quartiles of the ratios
turn by turn; `none2` is the A/A row: how far it lies from 1 is the noise. The peers, which cost most of the time, take
part in the first --peer-turns only and are compared with those.
A run whose exit status is another than that of `none` is marked `!` and has no figure: the tool broke the suite.
Each suite first runs once unmeasured, with each tool: byte-code, the file cache and Covey's tables are there then.
Runs are noted in .cache/bench/overhead-<version>.jsonl, one line each.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import suites  # noqa: E402

CACHE = suites.ROOT / ".cache/bench"
PEERS = ("coverage", "slipcover")


def command(tool, python, suite, data):
    """The argv and the extra environment that run the suite's tests under `tool`."""
    table = suites.SUITES[suite]
    tests = ["-m", "pytest", *suites.QUIET, *table.tests]
    if tool in ("none", "none2"):
        return [python, *tests], {}
    if tool.endswith("-contexts"):  # each test's setup, run and teardown is one
        tool = tool.removesuffix("-contexts")
        at = tests.index("no:covey")
        tests = [*tests[: at - 1], *tests[at + 1 :], "--cov-context=test"]
    name, mode = tool.removesuffix("2").rsplit("-", 1)
    branch = ["--branch"] if mode == "branch" else []
    measured = ["--source", table.source, *branch]
    if name == "coverage":
        return [python, "-m", "coverage", "run", "--rcfile=/dev/null", *measured, *tests], {"COVERAGE_FILE": data}
    if name == "slipcover":
        return [python, "-m", "slipcover", *measured, "--json", "--out", data, *tests], {}
    if name == "covey":
        return [python.parent / "covey", "run", "--rcfile=/dev/null", "--data-file", data, *measured, *tests], {}
    sys.exit(f"unknown tool {tool}")


class Run:
    """One run: CPU seconds, the largest process's peak memory in MiB, the exit status; there once finish() is called."""

    def __init__(self, argv, env, cwd, core):
        self.process = subprocess.Popen(
            [os.fspath(a) for a in argv], env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )  # fmt: skip

    def finish(self):
        _, status, usage = os.wait4(self.process.pid, 0)
        self.status = self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024

    def note(self):
        return {"cpu": self.cpu, "memory": self.memory, "status": self.status}


def measure(suite, tools, python, options, note):
    """{tool: [Run]} of one suite."""
    work = CACHE / f"overhead-{options.python}"
    env = suites.environment(suites.SUITES[suite])
    runs = {tool: [] for tool in tools}
    core = max(os.sched_getaffinity(0))
    folders = {}
    for tool in tools:
        folders[tool] = work / tool / suites.folder(suite).name
        shutil.copytree(suites.folder(suite), folders[tool], symlinks=True)
        (work / tool / "pytest.ini").write_text("[pytest]\n")  # or the suite is given ours
        (work / tool / "tmp").mkdir()  # jinja2's tests share a folder by the user's name

    def turn(tools):
        started = {}
        for tool in tools:
            argv, extra = command(tool, python, suite, str(work / f"{suite}-{tool}"))
            started[tool] = Run(argv, env | extra | {"TMPDIR": str(work / tool / "tmp")}, folders[tool], core)
        for run in started.values():
            run.finish()
        return started

    turn(tools)
    for n in range(options.turns):
        taking_part = [tool for tool in tools if n < options.peer_turns or not tool.startswith(PEERS)]
        first = n % len(taking_part)  # nobody is always the first to find the core free
        for tool, run in turn(taking_part[first:] + taking_part[:first]).items():
            runs[tool].append(run)
            note.write(json.dumps({"suite": suite, "tool": tool, **run.note()}) + "\n")
            note.flush()
    shutil.rmtree(work)
    return runs


def ratio(runs, tool, against="none"):
    same_turns = runs[against][: len(runs[tool])]
    return statistics.median(r.cpu for r in runs[tool]) / statistics.median(r.cpu for r in same_turns)


def quartiles(runs, tool, against="none"):
    ratios = [a.cpu / b.cpu for a, b in zip(runs[tool], runs[against])]
    return statistics.quantiles(ratios, n=4)[::2] if len(ratios) > 1 else ratios * 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.14", help="the version of the CPython to measure on")
    parser.add_argument("--suites", default=",".join(suites.SUITES))
    parser.add_argument("--tools", default="none,none2,covey-line,coverage-line,slipcover-line")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--peer-turns", type=int, default=3)
    arguments = parser.parse_args()
    found = suites.pythons([arguments.python])
    if not found:
        sys.exit(f"no CPython {arguments.python} (tools/get-pythons unpacks them)")
    python = suites.venv(*found[0])
    tools = arguments.tools.split(",")
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(CACHE / f"overhead-{arguments.python}", ignore_errors=True)
    ratios, memory = {}, {}
    with open(CACHE / f"overhead-{arguments.python}.jsonl", "a") as note:
        for suite in arguments.suites.split(","):
            runs = measure(suite, tools, python, arguments, note)
            print(f"{suite}: {statistics.median(r.cpu for r in runs['none']):.2f} s, {len(runs['none'])} turns", flush=True)
            for tool in tools:
                if any(r.status != runs["none"][0].status for r in runs[tool]):
                    print(f"  {tool:18} ! exit status {runs[tool][0].status}, not {runs['none'][0].status}")
                    continue
                low, high = quartiles(runs, tool)
                more = max(r.memory for r in runs[tool]) - max(r.memory for r in runs["none"])
                print(f"  {tool:18} {ratio(runs, tool):.3f}  [{low:.3f} {high:.3f}]  memory {more:+.1f} MiB", flush=True)
                ratios.setdefault(tool, []).append(ratio(runs, tool))
                memory.setdefault(tool, []).append(more)
    for tool, values in ratios.items():
        mean = math.exp(sum(map(math.log, values)) / len(values))
        print(f"geomean {tool:18} {mean:.3f}  over {len(values)} suites, memory at most {max(memory[tool]):+.1f} MiB")


if __name__ == "__main__":
    main()
