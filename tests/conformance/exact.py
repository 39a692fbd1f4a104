#!/usr/bin/env python3
"""Is every line of every file the same as coverage.py's? Real suites, run under coverage.py and under Covey.

    tests/conformance/exact.py [--suites jinja2,parso] [--pythons 3.11,3.14] [--again]

For each suite and CPython it runs the suite's tests once under Covey and compares, file by file, executed, missing and
excluded lines with those of coverage.py with its default core on that CPython. coverage.py's runs are kept in
.cache/exact, by the versions of all that takes part, and not repeated unless --again is given.

What may differ, and nothing else:
- Tests that behave otherwise under coverage.py's tracer than under Covey (Hypothesis looks at sys.gettrace, some tests
  skip under a tracer): they are found by comparing the tests' outcomes, printed, and left out of both runs.
- Lines that differ between two runs of coverage.py itself: they are printed and left out.
- Lines that ran where coverage.py no longer or never looks: after the main program has returned (atexit handlers,
  finalizers, threads that go on) and, up to CPython 3.13, in threads that `threading` did not start. witness.py shows of
  each such line, in a run of its own, that it ran there and nowhere else; they are printed apart.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

# Not a real package: it has the lines that may differ, so that the excuse for them is tried, too.
LATE = suites.Suite("late", ".", ".", ["tests"])
CACHE = suites.ROOT / ".cache/exact"
KINDS = ("executed_lines", "missing_lines", "excluded_lines")


def run(argv, cwd, env):
    """Runs and returns the finished process, its output kept for the message where something is wrong."""
    return subprocess.run([os.fspath(a) for a in argv], cwd=cwd, env=env, capture_output=True, text=True)


class Case:
    """One suite on one CPython, in a copy of the sdist of its own, so that cases can run side by side."""

    def __init__(self, suite, version, python):
        self.suite, self.version, self.python = suite, version, python
        self.table = suites.SUITES.get(suite, LATE)
        if self.table is LATE:
            self.folder = CACHE / f"late_suite-{version}"
            shutil.copytree(HERE / "late_suite", self.folder, dirs_exist_ok=True)
        else:
            self.folder = suites.folder(suite, suites.WORK / f"exact-{version}")
        self.work = CACHE / f"{suite}-{version}"
        self.work.mkdir(parents=True, exist_ok=True)
        self.left_out = []

    def environment(self, outcomes):
        env = suites.environment(self.table)
        return env | {"PYTHONPATH": f"{env['PYTHONPATH']}:{HERE}", "OUTCOMES": str(outcomes)}

    def pytest(self):
        deselect = [f"--deselect={nodeid}" for nodeid in self.left_out]
        return ["-m", "pytest", *suites.QUIET, "-p", "outcomes", *self.table.tests, *deselect]

    def measure(self, tool, turn=0):
        """Runs the suite under a tool; returns ({file: {kind: [lines]}}, {test: outcome})."""
        stem = self.work / f"{tool}-{turn}"
        outcomes, report = stem.with_suffix(".outcomes"), stem.with_suffix(".json")
        for old in (outcomes, report):
            old.unlink(missing_ok=True)
        env = self.environment(outcomes)
        if tool == "coverage":
            env["COVERAGE_FILE"] = str(stem.with_suffix(".data"))
            command = [self.python, "-m", "coverage"]
            options = ["--rcfile=/dev/null"]
            output = options
        else:
            command = [self.python.parent / "covey"]
            options = ["--rcfile=/dev/null", "--data-file", stem.with_suffix(".covey")]
            output = options
        done = run([*command, "run", *options, "--source", self.table.source, *self.pytest()], self.folder, env)
        written = run([*command, "json", "-q", *output, "-o", report], self.folder, env)
        ran = outcomes.exists() and json.loads(outcomes.read_text())
        if not ran or written.returncode:
            sys.exit(f"{tool} did not measure {self.suite} on {self.version}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}\n{written.stderr}{written.stdout}")
        files = json.loads(report.read_text())["files"]
        lines = {name: {kind: file[kind] for kind in KINDS} for name, file in files.items()}
        return lines, ran

    def reference(self, turn, again):
        """coverage.py's result, kept by what it depends on."""
        key = [self.table, self.left_out, turn, sys_version(self.python), suites.REQUIREMENTS.read_text()]
        name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
        kept = self.work / f"reference-{name}.json"
        if again or not kept.exists():
            kept.write_text(json.dumps(self.measure("coverage", turn)))
        lines, outcomes = json.loads(kept.read_text())
        return lines, outcomes


def sys_version(python):
    return run([python, "-c", "import sys; print(sys.version)"], None, None).stdout.strip()


def differences(ours, theirs):
    """{(file, kind): (only ours, only theirs)} where the two results differ; a missing file is one without lines."""
    found = {}
    for name in sorted(ours.keys() | theirs.keys()):
        for kind in KINDS:
            a, b = (set(side.get(name, {}).get(kind, [])) for side in (ours, theirs))
            if a != b:
                found[name, kind] = (sorted(a - b), sorted(b - a))
        if (name in ours) != (name in theirs):
            found[name, "file"] = (["reported"], []) if name in ours else ([], ["reported"])
    return found


def compare(case, again):
    """Compares one case; returns (name, [lines to print], whether all is well)."""
    said = []
    while True:
        theirs, their_outcomes = case.reference(0, again)
        ours, our_outcomes = case.measure("covey")
        other = sorted(t for t in our_outcomes.keys() | their_outcomes if our_outcomes.get(t) != their_outcomes.get(t))
        if not other:
            break
        said += [f"  left out, other outcome: {t}: coverage.py {their_outcomes.get(t)}, covey {our_outcomes.get(t)}" for t in other]
        if set(other) <= set(case.left_out):
            return case, said + ["  these tests cannot be left out"], False
        case.left_out += other
    unequal = differences(ours, theirs)
    if unequal:  # is coverage.py of one mind with itself?
        unstable = differences(case.reference(1, again)[0], theirs)
        for place in unstable:
            said.append(f"  left out, differs between runs of coverage.py: {place[0]} {place[1]} {unstable[place]}")
        unequal = {place: sides for place, sides in unequal.items() if place not in unstable}
    late = witness(case, unequal) if unequal else {}
    for (name, kind), (a, b) in unequal.items():
        excused = late.get(name, {})
        if kind == "executed_lines" and set(a) <= excused.keys() and not b:
            said.append(f"  late or unseen: {name}: " + ", ".join(f"{line} ({excused[line]})" for line in a))
        elif kind == "missing_lines" and set(b) <= excused.keys() and not a:
            pass  # the other side of the same lines
        else:
            said.append(f"  DIFFERENT: {name} {kind}: only covey {a}, only coverage.py {b}")
    well = not any("DIFFERENT" in line for line in said)
    counts = f"{len(ours)} files, {sum(len(f['executed_lines']) for f in ours.values())} lines, {len(our_outcomes)} tests"
    return case, [f"  {counts}", *said], well


def witness(case, unequal):
    """{file: {line: where it ran}} of the lines that ran only where coverage.py does not look."""
    wanted = {name: a for (name, kind), (a, b) in unequal.items() if kind == "executed_lines" and a}
    if not wanted:
        return {}
    seen = case.work / "witness.json"
    seen.unlink(missing_ok=True)
    env = case.environment(case.work / "witness.outcomes")
    env["WITNESS"] = json.dumps({"lines": {str(case.folder / name): lines for name, lines in wanted.items()}, "to": str(seen)})
    run([case.python, HERE / "witness.py", *case.pytest()], case.folder, env)
    if not seen.exists():
        return {}
    told = json.loads(seen.read_text())
    return {name: {int(line): where for line, where in told.get(str(case.folder / name), {}).items()} for name in wanted}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", default=",".join([*suites.SUITES, "late"]))
    parser.add_argument("--pythons", default="3.11,3.13,3.14,3.15")
    parser.add_argument("--again", action="store_true", help="run coverage.py anew")
    arguments = parser.parse_args()
    found = suites.pythons(arguments.pythons.split(","))
    for version in sorted(set(arguments.pythons.split(",")) - {version for version, _ in found}):
        print(f"SKIPPED: no CPython {version}")
    cases = []
    for version, interpreter in found:
        python = suites.venv(version, interpreter)
        cases += [Case(suite, version, python) for suite in arguments.suites.split(",")]
    cases.sort(key=lambda case: case.suite not in ("networkx", "parso"))  # the long ones first
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, said, well in pool.map(lambda case: compare(case, arguments.again), cases):
            print(f"{case.suite} on CPython {case.version}: {'equal' if well else 'DIFFERENT'}")
            print("\n".join(said), flush=True)
            passed, failed = passed + well, failed + (not well)
    print(f"exactness: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
