#!/usr/bin/env python3
"""How long a pytest takes from the end of its last test to its own end, reports written, against none.

    bench/end_of_run.py [--python 3.14] [--turns 11]

Cases: boltons' own suite, and a project of 1,000 modules of 100 lines that one test imports, of which as many again are not
imported. A plugin notes when the loop of tests is over. In a turn none, covey (`--cov` with branches, the table, and XML) and
pytest-cov the same run one after the other. `covey, first` is the run in which nothing is compiled or analysed yet; its own line
shows what of it was compiling, as the session record tells. Medians in milliseconds, in brackets the quartiles.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import suites  # noqa: E402

CACHE = suites.ROOT / ".cache/bench"
PYTEST_COV = ("pytest-cov==7.1.0",)
REPORTS = ["--cov-branch", "--cov-report=term", "--cov-report=xml"]
CLOCK = """
import os, pytest, time
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    result = yield
    if nextitem is None:
        with open(os.environ["LAST_TEST"], "w") as file:
            file.write(repr(time.time()))
    return result
"""
MODULE = "".join(f"def f{n}(x):\n    if x > {n}:\n        return x\n    y = x + {n}\n    return y\n" for n in range(20))


def make_project(folder, n_modules):
    """100 lines a module; the test imports half of them."""
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg/__init__.py").write_text("")
    for n in range(n_modules):
        (folder / f"pkg/m{n}.py").write_text(f"N = {n}\n{MODULE}"[: -len("    return y\n")])
    imports = "".join(f"import pkg.m{n}\n" for n in range(n_modules // 2))
    (folder / "test_all.py").write_text(f"{imports}def test_all():\n    assert pkg.m1.f1(5) == 5\n")
    return folder


def measure(python, folder, options, tests, env):
    """Milliseconds from the last test's end to pytest's."""
    last = CACHE / "end-of-run-last"
    argv = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "clock", *options, *tests]
    env = env | {"LAST_TEST": str(last), "PYTHONPATH": f"{CACHE / 'clock'}:{env['PYTHONPATH']}"}
    subprocess.run([os.fspath(word) for word in argv], cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.time() - float(last.read_text())) * 1000


def shown(values):
    low, _, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{statistics.median(values):7.0f} ms  [{low:.0f} {high:.0f}]"


def compare(title, python, folder, source, tests, suite, turns):
    env = suites.environment(suite, python)
    with_cov = suites.environment(suite._replace(needs=suite.needs + PYTEST_COV), python)
    tools = {
        "none": (["-p", "no:covey"], env),
        "covey": ([f"--cov={source}", *REPORTS], env),
        "pytest-cov": (["-p", "no:covey", f"--cov={source}", "--cov-config=/dev/null", *REPORTS], with_cov),
    }
    print(title)
    measure(python, folder, *tools["none"][:1], tests, env)
    first, compiling = [], []
    for _ in range(max(turns // 3, 1)):
        shutil.rmtree(folder / ".covey", ignore_errors=True)
        first.append(measure(python, folder, tools["covey"][0], tests, env))
        (record,) = (folder / ".covey/jobs").glob("*/*/session.json")
        compiling.append((json.loads(record.read_text())["index_seconds"] or 0) * 1000)
    figures = {tool: [] for tool in tools}
    for turn in range(turns):
        names = list(tools)
        for tool in names[turn % 3 :] + names[: turn % 3]:
            options, environment = tools[tool]
            figures[tool].append(measure(python, folder, options, tests, environment))
    for tool, values in figures.items():
        print(f"  {tool:14} {shown(values)}")
    print(f"  covey, first   {shown(first)}")
    print(f"    compiling    {shown(compiling)} of CPU")
    print(f"  covey above none: {statistics.median(figures['covey']) - statistics.median(figures['none']):.0f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.14")
    parser.add_argument("--turns", type=int, default=11)
    arguments = parser.parse_args()
    found = suites.pythons([arguments.python])
    if not found:
        sys.exit(f"no CPython {arguments.python} (tools/get-pythons unpacks them)")
    python = suites.venv(*found[0])
    (CACHE / "clock").mkdir(parents=True, exist_ok=True)
    (CACHE / "clock/clock.py").write_text(CLOCK)
    work = CACHE / "end-of-run"
    shutil.rmtree(work, ignore_errors=True)
    boltons = suites.SUITES["boltons"]
    shutil.copytree(suites.folder("boltons"), work / "boltons", symlinks=True)
    (work / "pytest.ini").write_text("[pytest]\n")
    compare("boltons", python, work / "boltons", boltons.source, boltons.tests, boltons, arguments.turns)
    project = make_project(work / "project", 2000)
    plain = suites.Suite("project", ".", "pkg", ["test_all.py"])
    compare("100,000 lines imported, as many not", python, project, "pkg", ["test_all.py"], plain, arguments.turns)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
