#!/usr/bin/env python3
"""Is coverage.py's data file, made from Covey's shards, worth as much as coverage.py's own? Real suites, with branches.

    tests/conformance/data_file.py [--suites toolz,jinja2] [--pythons 3.11,3.14] [--again]

For each suite and CPython it runs the suite's tests once under coverage.py, whose data file is kept unless --again is
given, and once under Covey, and has `covey convert` make a data file of that. coverage.py then reports from both, as JSON
and as text with what is missing; Covey reports from the one it made; and coverage.py combines the two. All must say the
same of every file. Lines that only ever run late or in threads that coverage.py does not see would differ rightly (see
exact.py); the suites here have none.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

CACHE = suites.ROOT / ".cache/data-file"
TURNS = 3


class Case:
    """One suite on one CPython, and the commands of both tools there."""

    def __init__(self, suite, version, python):
        self.name = f"{suite} on CPython {version}"
        self.table = suites.SUITES[suite]
        self.folder = suites.folder(suite)
        self.covey = [python.parent / "covey"]
        self.coverage = [python, "-m", "coverage"]
        self.work = CACHE / f"{suite}-{version}"
        self.work.mkdir(parents=True, exist_ok=True)

    def call(self, command, *arguments, may_fail=False):
        argv = [*command, arguments[0], *([] if arguments[0] == "convert" else ["--rcfile=/dev/null"]), *arguments[1:]]
        argv = [os.fspath(argument) for argument in argv]
        done = subprocess.run(argv, cwd=self.folder, env=suites.environment(self.table), capture_output=True, text=True)
        if done.returncode and not may_fail:
            sys.exit(f"{self.name}: {' '.join(argv)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def run(self, command, data):
        """Runs the suite's tests under a tool; `data` is the file or directory that it is to leave."""
        tests = ["-m", "pytest", *suites.QUIET, *self.table.tests]
        options = ["--branch", f"--data-file={data}", "--source", self.table.source]
        said = self.call(command, "run", *options, *tests, may_fail=True)
        if not data.exists():
            sys.exit(f"{self.name}: {command}: {said[-2000:]}")
        return said.strip().splitlines()[-1]

    def files(self, command, data):
        """What a tool says of every file, from a data file."""
        report = self.work / "report.json"
        self.call(command, "json", "-q", f"--data-file={data}", "-o", report)
        return json.loads(report.read_text())["files"]

    def text(self, data):
        return self.call(self.coverage, "report", "-m", f"--data-file={data}")


def differences(what, ours, theirs):
    """Lines to print on the files of which two results say something else."""
    said = []
    for name in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(name, {}), theirs.get(name, {})
        for kind in sorted(key for key in a.keys() | b.keys() if a.get(key) != b.get(key)):
            said.append(f"  DIFFERENT: {what}: {name}: {kind}: {str(a.get(kind))[:300]}, coverage.py's own {str(b.get(kind))[:300]}")
    return said


def compare_once(case):
    """Compares with coverage.py's run that is there; returns the lines to print, and whether all is well."""
    own, shards, made = case.work / "own.coverage", case.work / "shards", case.work / "made.coverage"
    outcome = case.run(case.covey, shards)
    case.call(case.covey, "convert", shards, "-o", made)
    theirs = case.files(case.coverage, own)
    said = differences("coverage.py", case.files(case.coverage, made), theirs)
    said += differences("covey", case.files(case.covey, made), theirs)
    if case.text(made) != case.text(own):
        said.append("  DIFFERENT: the report's text")
    both = case.work / "both.coverage"
    both.unlink(missing_ok=True)
    case.call(case.coverage, "combine", "-q", "--keep", f"--data-file={both}", own, made)
    said += differences("combined", case.files(case.coverage, both), theirs)
    sizes = ", ".join(f"{name} {path.stat().st_size} bytes" for name, path in (("own", own), ("made", made)))
    return [f"  {len(theirs)} files; {sizes}; {outcome}", *said], not said


def compare(case, again):
    """As compare_once. Some lines run in one run of coverage.py and not in the next: where it differs, both run once more."""
    own = case.work / "own.coverage"
    for _ in range(TURNS):
        if again or not own.exists():
            own.unlink(missing_ok=True)
            case.run(case.coverage, own)
        said, well = compare_once(case)
        if well:
            break
        again = True
    return said, well


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", default="toolz,jinja2,boltons")
    parser.add_argument("--pythons", default="3.11,3.13,3.14")
    parser.add_argument("--again", action="store_true", help="run coverage.py anew")
    given = parser.parse_args()
    passed = failed = 0
    for version, interpreter in suites.pythons(given.pythons.split(",")):
        python = suites.venv(version, interpreter)
        for suite in given.suites.split(","):
            case = Case(suite, version, python)
            said, well = compare(case, given.again)
            print(f"{case.name}: {'equal' if well else 'DIFFERENT'}", *said, sep="\n", flush=True)
            passed, failed = passed + well, failed + (not well)
    print(f"data files: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
