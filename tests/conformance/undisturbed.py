#!/usr/bin/env python3
"""Does every test of real suites that passes without coverage pass under Covey, with branches, too?

    tests/conformance/undisturbed.py [--suites click,trio] [--pythons 3.13,3.14] [--all] [--limit SECONDS] [--table FILE]

For each suite and CPython it runs the suite's tests without coverage and under `covey run --branch`, each in a fresh copy of the sdist
at the same place, with the same environment and seeds, and compares what became of each test. Everything is measured that is not
the standard library's or installed: the tests as well, and what the suite needs.

Where tests differ, the files that they are in are run again, three times each way. It is
- flaky where a test comes out otherwise from run to run without Covey. Those are printed, and are no failure;
- disturbed where it always passes without, and not always with Covey. That is a failure, but where the table of suites says that CPython
  itself disturbs that test under any tool of sys.monitoring ("known");
- seen once where it passes in all six. The whole suite is then run under Covey again, and where the test does not pass
  there either it is disturbed.

Without --suites or --all it takes a few of the suites, others at the next commit, for some minutes.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

WORK = suites.ROOT / ".cache/undisturbed"
AGAIN = 3  # runs each way of tests that differ
QUIET = suites.QUIET[: suites.QUIET.index("no:covey") - 1]  # whoever measures has Covey's plugin loaded, too
# By default other suites begin at each commit, and no further one after so many minutes; LONG ones take longer than that.
MINUTES = 2.5
STEP = 7
LONG = ("aiohttp", "anyio", "django", "execnet", "hypothesis", "networkx", "parso", "pytest", "tornado", "werkzeug")


# nohup and background jobs ignore some signals, and programs inherit that; tests that send themselves one would wait for ever.
IGNORED = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)


class Ran(NamedTuple):
    outcomes: dict  # {test: passed, failed or skipped}
    seconds: float
    said: str  # the end of the output


class Case:
    """One suite on one CPython."""

    def __init__(self, name, version, python):
        self.name, self.version, self.python = name, version, python
        self.suite = suites.ALL[name]
        self.sdist = suites.folder(name)
        self.work = WORK / f"{name}-{version}"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        (self.work / "pytest.ini").write_text("[pytest]\n")  # a suite without one would be given ours
        self.folder = self.work / self.sdist.name
        if self.suite.installed:
            self.python = self.with_it_installed()

    def with_it_installed(self):
        """The python of a copy of the environment in which the suite and its needs can be imported without PYTHONPATH."""
        place = self.work / "venv"
        shutil.copytree(self.python.parent.parent, place, symlinks=True, copy_function=os.link)
        needed = suites.needed(self.suite, self.python)
        (site,) = place.glob("lib/python*/site-packages")
        (site / "undisturbed.pth").write_text(f"{self.folder / self.suite.path}\n{needed}\n")
        return place / "bin/python"

    def command(self, only):
        """The tests' argv; of the tests `only` (and those beside them) where it is given."""
        suite = self.suite
        if suite.runner == "unittest":
            return [HERE / "unittest_outcomes.py", *suite.tests, *(sorted(map(class_or_test, only)) or suite.chosen)]
        files = sorted({test.partition("::")[0] for test in only})
        options = [argument for argument in suite.tests if not (self.folder / suite.start / argument).exists()]
        given = [*files, *options] if only else suite.tests
        return ["-m", "pytest", *QUIET, "-p", "outcomes", "--rootdir=.", *given]

    def run(self, under_covey, only=(), *, limit):
        """Runs the tests once; a run that takes longer than `limit` is ended."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.sdist, self.folder, symlinks=True)
        for name in self.suite.hidden:
            shutil.rmtree(self.folder / name)
        outcomes, data = self.work / "outcomes.json", self.work / "data"
        outcomes.unlink(missing_ok=True)
        shutil.rmtree(data, ignore_errors=True)
        command = [self.python]
        if under_covey:
            command = [self.python.parent / "covey", "run", "--rcfile=/dev/null", "--data-file", data, "--branch"]
        start = time.monotonic()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            said = ended([*command, *self.command(only)], self.folder / self.suite.start, self.environment(outcomes, scratch), limit)
        try:
            ran = json.loads(outcomes.read_text())
        except (OSError, ValueError):
            ran = {}
        return Ran(ran, time.monotonic() - start, said)

    def environment(self, outcomes, scratch):
        env = suites.environment(self.suite, self.python)
        path = os.pathsep.join([str(self.folder / self.suite.path), *env["PYTHONPATH"].split(os.pathsep)[1:], str(HERE)])
        return env | {"PYTHONPATH": path, "OUTCOMES": str(outcomes), "TMPDIR": scratch}

    def measured(self):
        """How many files the last run under Covey measured, by its report, and what that complains of."""
        # Tests write modules, and remove them again: -i.
        argv = [self.python.parent / "covey", "json", "-q", "-i", "--rcfile=/dev/null", "--data-file", self.work / "data", "-o", self.work / "report.json"]
        done = subprocess.run([os.fspath(a) for a in argv], cwd=self.folder, capture_output=True, text=True)
        try:
            n_measured = len(json.loads((self.work / "report.json").read_text())["files"])
        except (OSError, ValueError):
            n_measured = 0
        return n_measured, "".join(line for line in done.stderr.splitlines(True) if not line.endswith(": no such file or directory\n"))


def class_or_test(name):
    """What to run for a test of unittest's: where a class's preparation failed, it goes by "setUpClass (class)"."""
    return name.partition("(")[2].rstrip(")") or name


def ended(argv, cwd, env, limit):
    """Runs a program in a session of its own; returns the end of what it said."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen([os.fspath(a) for a in argv], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        late = ""
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            late = f"\nended after {limit:.0f} s"
        output.seek(0)
        return output.read()[-3000:] + late


def other(a, b):
    return sorted(test for test in a.outcomes.keys() | b.outcomes if a.outcomes.get(test) != b.outcomes.get(test))


def judged(case, tests, plain, under):
    """{test: (verdict, what became of it in each run without, and with)} of tests that differ."""
    limit = 10 * plain.seconds + 120
    without, within = [plain], [under]
    for _ in range(AGAIN):
        without.append(case.run(False, tests, limit=limit))
        within.append(case.run(True, tests, limit=limit))
    seen = {test: tuple([ran.outcomes.get(test) for ran in runs] for runs in (without, within)) for test in tests}
    verdicts = {test: verdict(*became) for test, became in seen.items()}
    if "seen once" in verdicts.values():
        last = case.run(True, limit=limit)
        for test, (_, became) in seen.items():
            became.append(last.outcomes.get(test))
            if verdicts[test] == "seen once" and became[-1] != "passed":
                verdicts[test] = "DISTURBED"
    for test in case.suite.known:
        if verdicts.get(test) == "DISTURBED":
            verdicts[test] = "known"
    return {test: (verdicts[test], *seen[test]) for test in tests}


def verdict(without, within):
    if len(set(without)) > 1:
        return "flaky"
    if without[0] != "passed":
        return "other"  # such as a test that fails without coverage and passes with it
    return "DISTURBED" if set(within[1:]) != {"passed"} else "seen once"


def compare(case, limit):
    """Compares one case; returns ([lines to print], row of the table, whether all is well)."""
    plain = case.run(False, limit=limit)
    count = {outcome: list(plain.outcomes.values()).count(outcome) for outcome in ("passed", "failed", "skipped")}
    if not count["passed"]:
        return [f"  {count}, {plain.seconds:.0f} s", "  NOT RUN without coverage:", plain.said], None, False
    under = case.run(True, limit=10 * plain.seconds + 120)
    n_measured, trouble = case.measured()
    told = [f"  {count}, {plain.seconds:.0f} s, under Covey {under.seconds:.0f} s, {n_measured} files measured"]
    if not under.outcomes or not n_measured:
        return [*told, "  NOT RUN under Covey:", under.said, trouble], None, False
    if trouble:
        told.append(f"  Covey says: {trouble.strip()[:600]}")
    damaged = "covey: error" in trouble
    tests = other(plain, under)
    verdicts = judged(case, tests, plain, under) if tests else {}
    for test, (which, without, within) in verdicts.items():
        told.append(f"  {which}: {test}: without {shortened(without)}, under Covey {shortened(within)}")
    found = [which for which, _, _ in verdicts.values()]
    n_disturbed = found.count("DISTURBED") + found.count("known")
    if "DISTURBED" in found:
        told.append(under.said)
    row = [case.name, case.suite.sdist.partition("==")[2], case.version, *count.values(), len(tests), n_disturbed]
    return told, [*row, f"{plain.seconds:.0f}", f"{under.seconds:.0f}"], "DISTURBED" not in found and not damaged


def shortened(outcomes):
    return " ".join(str(outcome) for outcome in outcomes)


def rotated(cases):
    """The cases in the order of this commit: it begins a few further on than the last one's did."""
    count = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=suites.ROOT, capture_output=True, text=True).stdout
    first = STEP * int(count or 0) % len(cases)
    return cases[first:] + cases[:first]


def planned(arguments):
    """[(suite, version)] of the cases to run, and {version: interpreter}."""
    wanted = (arguments.pythons or "3.13,3.14").split(",")
    found = dict(suites.pythons(wanted))
    for version in sorted(set(wanted) - found.keys()):
        print(f"SKIPPED: no CPython {version}")
    names = arguments.suites.split(",") if arguments.suites else list(suites.ALL)
    if not arguments.suites and not arguments.all:
        names = [name for name in names if name not in LONG]
    cases = [(name, version) for name in names for version in found]
    if cases and not arguments.suites and not arguments.all:
        cases = rotated(cases)
        print(f"LEFT OUT, they take long (--all runs them): {', '.join(LONG)}")
    return cases, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites")
    parser.add_argument("--pythons")
    parser.add_argument("--all", action="store_true", help="every suite")
    parser.add_argument("--limit", type=float, default=3600, help="a suite that takes more seconds without coverage is not run (3600)")
    parser.add_argument("--table", help="adds a row a case to this file: for docs/suites.md")
    arguments = parser.parse_args()
    for number in IGNORED:
        signal.signal(number, signal.SIG_DFL)
    cases, interpreters = planned(arguments)
    n_passed, failed = 0, []
    start = time.monotonic()
    for n, (name, version) in enumerate(cases):
        if not arguments.suites and not arguments.all and time.monotonic() - start > MINUTES * 60:
            print(f"LEFT OUT at this commit: {len(cases) - n} of {len(cases)}, from {name} on {version} on")
            break
        case = Case(name, version, suites.venv(version, interpreters[version]))
        told, row, well = compare(case, arguments.limit)
        print(f"{name} on CPython {version}: {'undisturbed' if well else 'NOT WELL'}", *told, sep="\n", flush=True)
        n_passed += well
        failed += [] if well else [f"{name} on {version}"]
        if row and arguments.table:
            with open(arguments.table, "a") as table:
                table.write("| " + " | ".join(map(str, row)) + " |\n")
    print(f"undisturbed: {n_passed} passed, {len(failed)} failed", *failed)
    sys.exit(1 if failed or not n_passed else 0)


if __name__ == "__main__":
    main()
