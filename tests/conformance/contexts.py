#!/usr/bin/env python3
"""Did every line run in the contexts that coverage.py's C tracer saw it in? Real suites, each test a context.

    tests/conformance/contexts.py [--suites toolz,jinja2] [--pythons 3.11,3.14] [--modes functions,pytest-branch] [--again]

For each suite, CPython and mode it runs the suite's tests once under coverage.py's C tracer and once under Covey, and
compares, file by file, the contexts of each line as `json --show-contexts` has them. Modes: `functions` is
dynamic_context = test_function; `pytest` is --cov-context=test, of pytest-cov for coverage.py and of Covey's own plugin
for Covey; each with `-branch`, where coverage.py knows a line by the arcs that begin or end at it. coverage.py's runs are
kept, and tests that behave otherwise under the two are left out, as in exact.py.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tools")]
import exact  # noqa: E402
import suites  # noqa: E402

CACHE = suites.ROOT / ".cache/contexts"
PYTEST_COV = "pytest-cov==7.1.0"
# The contexts of the others are too many for coverage.py's JSON report, which repeats them for each function: they are
# read from its data file, and from the one that `covey convert` writes.
BY_JSON = ("toolz",)
READ_DATA = """
import coverage, json, sys
data = coverage.CoverageData(sys.argv[1])
data.read()
print(json.dumps({name: data.contexts_by_lineno(name) for name in data.measured_files()}))
"""
OTHER_TURNS = (1, 300, 1500)  # after so many new objects the cycle detector runs; 0, the first one: as it always does
MODES = ("functions", "functions-branch", "pytest", "pytest-branch")
# It has worker processes import modules, which Covey sees and coverage.py does not.
STARTS_PROCESSES = "--ignore=toolz/sandbox/tests/test_parallel.py"
# Covey's plugin is what is tried.
QUIET = suites.QUIET[: suites.QUIET.index("no:covey") - 1]


def pytest_cov():
    """The folder that pytest-cov is in: apart from the environments, where it would stand in our plugin's way."""
    place = CACHE / PYTEST_COV
    if not place.is_dir():
        install = [suites.ROOT / "tools/uv", "pip", "install", "-q", "-p", sys.executable, "--no-deps", "--target", f"{place}.new"]
        subprocess.run([*install, PYTEST_COV], check=True)
        os.rename(f"{place}.new", place)
    return place


class Case(exact.Case):
    """One suite on one CPython in one mode."""

    def __init__(self, suite, version, python, mode):
        self.suite, self.version, self.python, self.mode = suite, version, python, mode
        self.table = suites.SUITES[suite]
        self.left_out = []
        self.work = CACHE / f"{suite}-{version}-{mode}"
        (self.work / "tmp").mkdir(parents=True, exist_ok=True)
        (self.work / "pytest.ini").write_text("[pytest]\n")  # or the suite is given ours
        self.folder = self.work / suite
        shutil.copytree(suites.folder(suite), self.folder, symlinks=True, dirs_exist_ok=True)
        dynamic = "dynamic_context = test_function\n" if mode.startswith("functions") else ""
        branch = "branch = true\n" if mode.endswith("-branch") else ""
        self.rcfile = self.work / "coveragerc"
        self.rcfile.write_text(f"[run]\nsource = {self.table.source}\n{dynamic}{branch}")

    def tests(self, tool):
        """pytest's arguments."""
        left_out = [f"--deselect={nodeid}" for nodeid in self.left_out]
        arguments = [*QUIET, "-p", "outcomes", *self.table.tests, *left_out, STARTS_PROCESSES]
        if self.mode.startswith("functions"):
            return arguments
        if tool == "covey":
            return [*arguments, "--cov-context=test"]
        at = arguments.index("no:cov") - 1
        del arguments[at : at + 2]
        return [*arguments, f"--cov={self.table.source}", f"--cov-config={self.rcfile}", "--cov-report=", "--cov-context=test"]

    def measure(self, tool, mode, turn=0):
        """Runs the suite under a tool in the case's mode; returns ({file: {line: [contexts]}}, {test: outcome})."""
        stem = self.work / f"{tool}-{turn}"
        outcomes, report = stem.with_suffix(".outcomes"), stem.with_suffix(".json")
        outcomes.unlink(missing_ok=True)
        env = self.environment(outcomes) | {"TMPDIR": str(self.work / "tmp"), "GC_THRESHOLD": str(turn)}
        options = [f"--rcfile={self.rcfile}"]
        if tool == "covey":
            command = [self.python.parent / "covey"]
            options += ["--data-file", stem.with_suffix(".covey")]
            argv = [*command, "run", *options, "-m", "pytest", *self.tests(tool)]
        else:
            command = [self.python, "-m", "coverage"]
            env |= {"COVERAGE_FILE": str(stem.with_suffix(".data")), "COVERAGE_CORE": "ctrace"}
            under = [*command, "run", *options, "-m"] if self.mode.startswith("functions") else [self.python, "-m"]
            env["PYTHONPATH"] += f":{pytest_cov()}"
            argv = [*under, "pytest", *self.tests(tool)]
        done = exact.run(argv, self.folder, env)
        ran = outcomes.exists() and json.loads(outcomes.read_text())
        if not ran:
            sys.exit(f"{tool} did not measure {self.name()}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return (self.contexts_by_json if self.suite in BY_JSON else self.contexts_by_data)(tool, stem, command, options, env), ran

    def contexts_by_json(self, tool, stem, command, options, env):
        report = stem.with_suffix(".json")
        self.check(exact.run([*command, "json", "-q", *options, "--show-contexts", "-o", report], self.folder, env))
        return {name: file["contexts"] for name, file in json.loads(report.read_text())["files"].items()}

    def contexts_by_data(self, tool, stem, command, options, env):
        data = stem.with_suffix(".data")
        if tool == "covey":
            data.unlink(missing_ok=True)
            self.check(exact.run([*command, "convert", stem.with_suffix(".covey"), "--to", "coverage", "-o", data], self.folder, env))
        read = exact.run([self.python, "-c", READ_DATA, data], self.folder, env)
        self.check(read)
        return {os.path.relpath(name, self.folder.resolve()): lines for name, lines in json.loads(read.stdout).items()}

    def check(self, done):
        if done.returncode:
            sys.exit(f"{self.name()}: {done.args}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def name(self):
        return f"{self.suite} on CPython {self.version}, {self.mode}"


def differences(ours, theirs):
    """[(file, line, [contexts only ours], [contexts only theirs])] where the two results differ."""
    found = []
    for name in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(name, {}), theirs.get(name, {})
        for line in sorted((a.keys() | b.keys()) - {"0"}, key=int):  # 0: that of an empty file's code
            mine, other = set(a.get(line, [])), set(b.get(line, []))
            if mine != other:
                found.append((name, int(line), sorted(mine - other), sorted(other - mine)))
    return found


def same_outcomes(case, again, said):
    """Both results, once the tests that end otherwise under the two are left out."""
    while True:
        theirs, their_outcomes = case.reference(case.mode, 0, again)
        ours, our_outcomes = case.measure("covey", case.mode)
        other = sorted(t for t in our_outcomes.keys() | their_outcomes if our_outcomes.get(t) != their_outcomes.get(t))
        if set(other) <= set(case.left_out):
            said += [f"  DIFFERENT outcome: {test}" for test in other]
            return ours, theirs
        said += [f"  left out, other outcome: {test}" for test in other]
        case.left_out += other


def compare(case, again):
    """(case, [lines to print], whether all is well)."""
    said = []
    ours, theirs = same_outcomes(case, again, said)
    unequal = differences(ours, theirs)
    # Is coverage.py of one mind with itself? Finalizers and weak references' callbacks run in whichever test the cycle
    # detector runs in, which goes by what tools allocate: so it is asked with the detector at other times, too.
    for turn in OTHER_TURNS if unequal else ():
        unstable = {place[:2] for place in differences(case.reference(case.mode, turn, again)[0], theirs)}
        left_out = sorted(unstable & {place[:2] for place in unequal})
        said += [f"  left out, differs between runs of coverage.py: {name}:{line}" for name, line in left_out]
        unequal = [place for place in unequal if place[:2] not in unstable]
    by_kind = collections.Counter((name, line) for name, line, *_ in unequal)
    for name, line, a, b in unequal[:40]:
        said.append(f"  DIFFERENT: {name}:{line}: only covey {len(a)} {a[:3]}, only coverage.py {len(b)} {b[:3]}")
    if len(unequal) > 40:
        said.append(f"  … {len(by_kind)} lines in all")
    pairs = sum(len(contexts) for lines in theirs.values() for contexts in lines.values())
    names = {context for lines in theirs.values() for contexts in lines.values() for context in contexts}
    said.insert(0, f"  {len(theirs)} files, {len(names)} contexts, {pairs} lines in contexts")
    return case, said, not any("DIFFERENT" in line for line in said)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", default="toolz,jinja2,boltons")
    parser.add_argument("--pythons", default="3.11,3.13,3.14")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--again", action="store_true", help="run coverage.py anew")
    arguments = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    pytest_cov()
    cases = []
    for version, interpreter in suites.pythons(arguments.pythons.split(",")):
        python = suites.venv(version, interpreter)
        for suite in arguments.suites.split(","):
            cases += [Case(suite, version, python, mode) for mode in arguments.modes.split(",")]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, said, well in pool.map(lambda case: compare(case, arguments.again), cases):
            print(f"{case.name()}: {'equal' if well else 'DIFFERENT'}")
            print("\n".join(said), flush=True)
            passed, failed = passed + well, failed + (not well)
    print(f"contexts: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
