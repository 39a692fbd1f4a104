#!/usr/bin/env python3
"""Is every number of every file the same as coverage.py's? Real suites, run under coverage.py and under Covey.

    tests/conformance/exact.py [--suites jinja2,parso] [--pythons 3.11,3.14] [--modes branches] [--all] [--again]

For each suite, CPython and mode (lines; branches) it runs the suite's tests once under Covey and compares the files of
its JSON report, everything but `meta`, with those of coverage.py with its default core on that CPython: lines, branches,
percentages, functions, classes, totals. coverage.py's runs are kept in .cache/exact, by the versions of all that takes
part, and not repeated unless --again is given. The suites that take long run on one CPython in each mode, the next one at
the next commit, unless --all is given or --pythons names some.

What may differ, and nothing else:
- Tests that behave otherwise under coverage.py's tracer than under Covey (Hypothesis looks at sys.gettrace, some tests
  skip under a tracer): they are found by comparing the tests' outcomes, printed, and left out of both runs.
- Lines and branches that differ between two runs of coverage.py itself: they are printed and left out.
- Lines that ran where coverage.py no longer or never looks: after the main program has returned (atexit handlers,
  finalizers, threads that go on) and, up to CPython 3.13, in threads that `threading` did not start. witness.py shows of
  each such line, in a run of its own, that it ran there and nowhere else; they are printed apart, with their branches.
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
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

# Not a real package: it has the lines that may differ, so that the excuse for them is tried, too.
LATE = suites.Suite("late", ".", ".", ["tests"])
CACHE = suites.ROOT / ".cache/exact"
MODES = {"lines": [], "branches": ["--branch"]}
LONG = ("networkx", "parso")  # minutes each; the others take seconds
MOST_SAID_AGAIN = 40  # lines
MOST_TURNS = 4  # of coverage.py, where something differs
KINDS = ("executed_lines", "missing_lines", "excluded_lines", "executed_branches", "missing_branches")


def run(argv, cwd, env):
    """Runs and returns the finished process, its output kept for the message where something is wrong."""
    return subprocess.run([os.fspath(a) for a in argv], cwd=cwd, env=env, capture_output=True, text=True)


class Case:
    """One suite on one CPython in some modes, in a copy of the sdist of its own, so that cases can run side by side."""

    def __init__(self, suite, version, python, modes):
        self.suite, self.version, self.python, self.modes = suite, version, python, modes
        self.table = suites.ALL.get(suite, LATE)
        if self.table is LATE:
            self.folder = CACHE / f"late_suite-{version}"
            shutil.copytree(HERE / "late_suite", self.folder, dirs_exist_ok=True)
        else:
            self.folder = suites.folder(suite, suites.WORK / f"exact-{version}")
        self.work = CACHE / f"{suite}-{version}"
        self.work.mkdir(parents=True, exist_ok=True)
        self.left_out = []

    def environment(self, outcomes):
        env = suites.environment(self.table, self.python)
        return env | {"PYTHONPATH": f"{env['PYTHONPATH']}:{HERE}", "OUTCOMES": str(outcomes)}

    def pytest(self):
        deselect = [f"--deselect={nodeid}" for nodeid in self.left_out]
        return ["-m", "pytest", *suites.QUIET, "-p", "outcomes", *self.table.tests, *deselect]

    def measure(self, tool, mode, turn=0):
        """Runs the suite under a tool; returns (its JSON report but for `meta`, {test: outcome})."""
        stem = self.work / f"{tool}-{mode}-{turn}"
        outcomes, report = stem.with_suffix(".outcomes"), stem.with_suffix(".json")
        for old in (outcomes, report):
            old.unlink(missing_ok=True)
        env = self.environment(outcomes)
        options = ["--rcfile=/dev/null"]
        if tool == "coverage":
            env["COVERAGE_FILE"] = str(stem.with_suffix(".data"))
            command = [self.python, "-m", "coverage"]
        else:
            command = [self.python.parent / "covey"]
            options += ["--data-file", stem.with_suffix(".covey")]
        done = run([*command, "run", *options, *MODES[mode], "--source", self.table.source, *self.pytest()], self.folder, env)
        written = run([*command, "json", "-q", *options, "-o", report], self.folder, env)
        ran = outcomes.exists() and json.loads(outcomes.read_text())
        if not ran or written.returncode:
            sys.exit(f"{tool} did not measure {self.suite} on {self.version}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}\n{written.stderr}{written.stdout}")
        told = json.loads(report.read_text())
        return {"files": told["files"], "totals": told["totals"]}, ran

    def reference(self, mode, turn, again):
        """coverage.py's result, kept by what it depends on."""
        table = self.table.for_all()
        key = [table, self.left_out, mode, turn, sys_version(self.python), suites.REQUIREMENTS.read_text()]
        name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
        kept = self.work / f"reference-{name}.json"
        if again or not kept.exists():
            kept.write_text(json.dumps(self.measure("coverage", mode, turn)))
        report, outcomes = json.loads(kept.read_text())
        return report, outcomes


def sys_version(python):
    return run([python, "-c", "import sys; print(sys.version)"], None, None).stdout.strip()


def items_of(file, kind):
    """A file's lines or branches as a set."""
    return {tuple(item) if isinstance(item, list) else item for item in file.get(kind, [])}


def differences(ours, theirs):
    """{(file, kind): (only ours, only theirs)} where two reports' lines and branches differ."""
    found = {}
    ours, theirs = ours["files"], theirs["files"]
    for name in sorted(ours.keys() | theirs.keys()):
        for kind in KINDS:
            a, b = (items_of(side.get(name, {}), kind) for side in (ours, theirs))
            if a != b:
                found[name, kind] = (sorted(a - b), sorted(b - a))
        if (name in ours) != (name in theirs):
            found[name, "file"] = (["reported"], []) if name in ours else ([], ["reported"])
    return found


def other_numbers(ours, theirs, counted_apart):
    """Lines to print on what else is not the same in the files but those that are `counted_apart`, or in the totals."""
    said = []
    for name in sorted(ours["files"].keys() & theirs["files"].keys() - counted_apart):
        a, b = ours["files"][name], theirs["files"][name]
        said += [f"  DIFFERENT: {name} {k}: covey {a.get(k)}, coverage.py {b.get(k)}" for k in a | b if a.get(k) != b.get(k)]
    if not counted_apart and ours["totals"] != theirs["totals"]:
        said.append(f"  DIFFERENT: totals: covey {ours['totals']}, coverage.py {theirs['totals']}")
    return said


def compare(case, mode, again):
    """Compares one case in one mode; returns ([lines to print], whether all is well)."""
    said = []
    while True:
        theirs, their_outcomes = case.reference(mode, 0, again)
        ours, our_outcomes = case.measure("covey", mode)
        other = sorted(t for t in our_outcomes.keys() | their_outcomes if our_outcomes.get(t) != their_outcomes.get(t))
        if not other:
            break
        said += [f"  left out, other outcome: {t}: coverage.py {their_outcomes.get(t)}, covey {our_outcomes.get(t)}" for t in other]
        if set(other) <= set(case.left_out):
            return said + ["  these tests cannot be left out"], False
        case.left_out += other
    unequal = differences(ours, theirs)
    counted_apart = {name for name, _ in unequal}
    told = []
    for turn in range(1, MOST_TURNS):  # is coverage.py of one mind with itself? Some lines run once in several runs.
        if not unequal:
            break
        unstable = differences(case.reference(mode, turn, again)[0], theirs)
        for place in unequal.keys() & unstable.keys():
            said.append(f"  left out, differs between runs of coverage.py: {place[0]} {place[1]} {unstable[place]}")
            del unequal[place]
        told = judged(case, unequal)
        if not any("DIFFERENT" in line for line in told):
            break
    said += told + other_numbers(ours, theirs, counted_apart)
    n_lines, n_branches = (sum(len(f.get(k, [])) for f in ours["files"].values()) for k in ("executed_lines", "executed_branches"))
    counts = f"{len(ours['files'])} files, {n_lines} lines, {n_branches} branches, {len(our_outcomes)} tests"
    return [f"  {counts}", *said], not any("DIFFERENT" in line for line in said)


def judged(case, unequal):
    """Lines to print on what is not the same: an excuse, or that it differs."""
    said = []
    late = witness(case, unequal) if unequal else {}
    for (name, kind), (a, b) in unequal.items():
        excused = late.get(name, {})
        more, fewer = (a, b) if kind.startswith("executed") else (b, a)
        lines = {item[0] if isinstance(item, tuple) else item for item in more}
        if kind == "file" or kind == "excluded_lines" or fewer or not lines <= excused.keys():
            said.append(f"  DIFFERENT: {name} {kind}: only covey {a}, only coverage.py {b}")
        elif kind.startswith("executed"):  # what is missing is the other side of the same
            said.append(f"  late or unseen: {name} {kind}: " + ", ".join(f"{line} ({excused[line]})" for line in sorted(lines)))
    return said


def witness(case, unequal):
    """{file: {line: where it ran}} of the lines that ran only where coverage.py does not look."""
    wanted = {}
    for (name, kind), (a, _) in unequal.items():
        if kind.startswith("executed") and a:
            wanted.setdefault(name, set()).update(item[0] if isinstance(item, tuple) else item for item in a)
    if not wanted:
        return {}
    seen = case.work / "witness.json"
    seen.unlink(missing_ok=True)
    env = case.environment(case.work / "witness.outcomes")
    env["WITNESS"] = json.dumps({"lines": {str(case.folder / name): sorted(lines) for name, lines in wanted.items()}, "to": str(seen)})
    run([case.python, HERE / "witness.py", *case.pytest()], case.folder, env)
    if not seen.exists():
        return {}
    told = json.loads(seen.read_text())
    return {name: {int(line): where for line, where in told.get(str(case.folder / name), {}).items()} for name in wanted}


def compare_modes(case, again):
    """[(mode, [lines to print], whether all is well, seconds)] of a case."""
    results = []
    for mode in case.modes:
        start = time.monotonic()
        said, well = compare(case, mode, again)
        results.append((mode, said, well, time.monotonic() - start))
    return results


def rotated(suite, mode, versions):
    """The one of `versions` whose turn it is at this commit, another one for each suite and mode."""
    count = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=suites.ROOT, capture_output=True, text=True).stdout
    turn = int(count or 0) + LONG.index(suite) + list(MODES).index(mode)
    return versions[turn % len(versions)]


def planned(arguments):
    """The cases to run; prints what is left out."""
    wanted = (arguments.pythons or "3.11,3.13,3.14,3.15").split(",")
    found = dict(suites.pythons(wanted))
    for version in sorted(set(wanted) - found.keys()):
        print(f"SKIPPED: no CPython {version}")
    cases = []
    for suite in suites.MORE if arguments.suites == "more" else arguments.suites.split(","):
        chosen = {mode: list(found) for mode in arguments.modes.split(",")}
        if suite in LONG and not arguments.all and not arguments.pythons:
            chosen = {mode: [rotated(suite, mode, list(found))] for mode in chosen}
            left = [f"{mode} on {v}" for mode in chosen for v in found if v not in chosen[mode]]
            print(f"LEFT OUT at this commit, it takes long (--all runs it): {suite}, {', '.join(left)}")
        for version, interpreter in found.items():
            modes = [mode for mode in chosen if version in chosen[mode]]
            if modes:
                cases.append(Case(suite, version, suites.venv(version, interpreter), modes))
    return sorted(cases, key=lambda case: case.suite not in LONG)  # the long ones first


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", default=",".join([*suites.SUITES, "late"]), help="`more` for others, from PyPI as well")
    parser.add_argument("--pythons")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--all", action="store_true", help="the long suites on each CPython, too")
    parser.add_argument("--again", action="store_true", help="run coverage.py anew")
    arguments = parser.parse_args()
    cases = planned(arguments)
    n_passed, failed = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, results in zip(cases, pool.map(lambda case: compare_modes(case, arguments.again), cases)):
            for mode, said, well, seconds in results:
                told = [f"{case.suite}, {mode}, on CPython {case.version}: {'equal' if well else 'DIFFERENT'} ({seconds:.0f} s)", *said]
                print("\n".join(told), flush=True)
                n_passed += well
                failed += [] if well else [told]
    for told in failed:  # once more at the end, which is what is kept of a log
        print("\n".join(told[:MOST_SAID_AGAIN]))
    print(f"exactness: {n_passed} passed, {len(failed)} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
