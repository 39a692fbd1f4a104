#!/usr/bin/env python3
"""What it costs to give each test contexts of its own: CPU and the shard's size, against the same run without contexts.

    bench/contexts.py [--python 3.14] [--suites toolz,jinja2,boltons] [--modes line,branch] [--turns 7]

First real suites, each turn with all ways at once as in overhead.py: without contexts twice (the second is the A/A row)
and with --cov-context=test. Then how that grows: a made-up project whose tests, 250 times 1, 4 and 16, call into the same
60 functions.
"""

import argparse
import io
import math
import os
import pathlib
import shutil
import sys

import overhead

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import suites  # noqa: E402

LIBRARY = """def f{n}(x):
    total = 0
    for i in range(x % 7):
        if i % 2:
            total += i
        else:
            total -= 1
    if x > 1000000:
        return None
    return total


"""
TEST = """def test_{n}():
    for i in range(20):
        assert lib.f{a}(i) is not None
    assert [lib.f{b}({n}), lib.f{c}({n})]


"""


def growth(python, mode, times):
    """{(contexts?): (CPU seconds, bytes of shards)} of a run of 250 * times tests."""
    place = overhead.CACHE / f"contexts-growth-{times}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "lib.py").write_text("".join(LIBRARY.format(n=n) for n in range(60)))
    tests = (TEST.format(n=n, a=n % 60, b=n * 7 % 60, c=n * 11 % 60) for n in range(250 * times))
    (place / "test_lib.py").write_text("import lib\n\n\n" + "".join(tests))
    (place / "pytest.ini").write_text("[pytest]\n")
    found = {}
    for contexts in (False, True):
        data = place / f"data-{contexts}"
        branch = ["--branch"] if mode == "branch" else []
        argv = [python.parent / "covey", "run", "--rcfile=/dev/null", "--data-file", data, "--source", ".", *branch]
        argv += ["-m", "pytest", "-q", "-p", "no:cacheprovider", *(["--cov-context=test"] if contexts else [])]
        run = overhead.Run(argv, dict(os.environ), place, max(os.sched_getaffinity(0)))
        run.finish()
        if run.status:
            sys.exit(f"the made-up tests failed: exit status {run.status}")
        found[contexts] = (run.cpu, sum(shard.stat().st_size for shard in data.rglob("*.shard")))
    shutil.rmtree(place)
    return found


def show_growth(python, mode):
    for times in (1, 4, 16):
        (plain, plain_size), (cpu, size) = growth(python, mode, times).values()
        print(f"  {250 * times:5} tests: {plain:.2f} s and {plain_size // 1024} KiB without, {cpu:.2f} s and {size // 1024} KiB with contexts: {cpu / plain:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.14", help="the version of the CPython to measure on")
    parser.add_argument("--suites", default="toolz,jinja2,boltons")
    parser.add_argument("--modes", default="line,branch")
    parser.add_argument("--turns", type=int, default=7)
    arguments = parser.parse_args()
    arguments.peer_turns = 0
    found = suites.pythons([arguments.python])
    if not found:
        sys.exit(f"no CPython {arguments.python} (tools/get-pythons unpacks them)")
    python = suites.venv(*found[0])
    overhead.CACHE.mkdir(parents=True, exist_ok=True)
    for mode in arguments.modes.split(","):
        shutil.rmtree(overhead.CACHE / f"overhead-{arguments.python}", ignore_errors=True)
        plain, contexts = f"covey-{mode}", f"covey-{mode}-contexts"
        ratios = []
        for suite in arguments.suites.split(","):
            runs = overhead.measure(suite, [plain, f"{plain}2", contexts], python, arguments, io.StringIO())
            if len({run.status for ways in runs.values() for run in ways}) > 1:
                sys.exit(f"{suite}: with contexts the tests end otherwise")
            ratios.append(overhead.ratio(runs, contexts, plain))
            low, high = overhead.quartiles(runs, contexts, plain)
            noise = overhead.ratio(runs, f"{plain}2", plain)
            print(f"{suite} {mode}: contexts {ratios[-1]:.3f}  [{low:.3f} {high:.3f}]  A/A {noise:.3f}", flush=True)
        print(f"geomean {mode}: {math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f}", flush=True)
        show_growth(python, mode)


if __name__ == "__main__":
    main()
