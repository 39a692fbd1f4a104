#!/usr/bin/env python3
"""Runs those of coverage.py's own tests that drive nothing but its command line, with Covey in the command's place.

    tests/conformance/upstream.py [--pythons 3.14] [--only EXPRESSION]

coverage.py's sdist is fetched once and kept in .cache/upstream; its tests run in an environment that has their
requirements, coverage.py itself (their helpers import it) and Covey, whose `covey alias` takes over the names of
coverage.py's command. upstream_selection.py chooses the tests, by rule.

Tests that coverage.py itself fails on this machine are left out, and named: it runs them first, once, and what became of
them is kept. They run as coverage.py's tox.ini runs them for its C tracer, and with the packages of light threads that they
are for: with other cores, or without these, many of them skip themselves.

At least nine in ten must pass. Each test that cannot stands in docs/differences.md, in the table below "coverage.py's own
tests", with the reason; one that fails and is not there makes this fail, and so does a row whose test passes.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import own_tests

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache/upstream"
SDIST = "coverage==7.17.3"
HEADING = "coverage.py's own tests"


def fetch():
    """The unpacked sdist, with its package put aside: un-built, it would be imported in place of the installed one."""

    def prepare(place):
        shutil.rmtree(place / "coverage")
        with zipfile.ZipFile(place / "tests/zipmods.zip", "w") as zipped:  # as coverage.py's own set-up makes it
            zipped.write(place / "tests/covmodzip1.py", "covmodzip1.py")

    return own_tests.unpacked(SDIST, "coverage", CACHE, prepare)


def environment(version, interpreter, upstream):
    """The python of the environment, in which Covey goes by the names of coverage.py's command."""
    place = ROOT / ".venvs" / f"upstream-{version}"
    requirements = CACHE / "requirements.txt"
    pinned = "".join((upstream / f"requirements/{name}.txt").read_text() for name in ("pytest", "light-threads"))
    pins = re.findall(r"^([\w.-]+==[\w.]+)(?: ;[^\\\n]*)?", pinned, re.MULTILINE)
    requirements.write_text("\n".join([*pins, SDIST]) + "\n")
    subprocess.run([ROOT / "tools/venv", os.path.relpath(place, ROOT), interpreter, requirements], cwd=ROOT, check=True)
    theirs = place / "theirs"
    theirs.mkdir(exist_ok=True)
    for name, function in [("coverage", "main"), ("coverage3", "main_deprecated"), (f"coverage-{version}", "main_deprecated")]:
        start = f"import sys\nfrom coverage.cmdline import {function}\nsys.exit({function}())\n"
        (theirs / name).write_text(f"#!{place}/bin/python\n{start}")
        (theirs / name).chmod(0o755)
    subprocess.run([place / "bin/covey", "alias", "--force", "--all"], check=True)
    return place / "bin/python"


def run(python, upstream, command, only):
    """{test: (outcome, why)}, as the selected tests end with that command in coverage.py's place."""
    kept = own_tests.clean_environment()
    stem = f"{python.parent.parent.name}-{command.parent.name}"
    outcomes, log = CACHE / f"{stem}.json", CACHE / f"{stem}.log"
    outcomes.unlink(missing_ok=True)
    env = kept | {
        "PATH": f"{command.parent}:{python.parent}:{kept['PATH']}",
        "COVERAGE_CORE": "ctrace",
        "COVEY_UPSTREAM_COMMAND": str(command),
        "NOTED_OUTCOMES": str(outcomes),
        "XDG_CACHE_HOME": str(CACHE / "cache"),
    }
    plugins = ["-p", "upstream_selection", "-p", "noted_outcomes", "-p", "no:cacheprovider", "-p", "no:covey"]
    pytest = ["-q", "--no-header", *plugins, "-n", "0", "--tb=short", "-o", "addopts="]
    pytest += ["tests", *(["-k", only] if only else [])]
    with open(log, "w") as out:
        subprocess.run([python, "-c", own_tests.START, HERE, *pytest], cwd=upstream, env=env, stdout=out, stderr=subprocess.STDOUT)
    if not outcomes.exists():
        sys.exit(f"upstream.py: error: the tests did not run; see {log}")
    return json.loads(outcomes.read_text())


def own_failures(python, upstream):
    """The tests that coverage.py fails here, where the machine lacks what they take for granted."""
    kept = CACHE / f"{python.parent.parent.name}-own.json"
    if not kept.exists():
        outcomes = run(python, upstream, python.parent.parent / "theirs/coverage", "")
        failed = [test for test, (outcome, _) in outcomes.items() if outcome == "failed"]
        if len(failed) * 10 > len(outcomes):
            sys.exit(f"upstream.py: error: coverage.py fails {len(failed)} of its own {len(outcomes)} tests here; see {CACHE}")
        kept.write_text(json.dumps(failed))
    return set(json.loads(kept.read_text()))


def main():
    only, wanted = own_tests.arguments(__doc__)
    upstream = fetch()
    good = True
    for version, found in wanted.items():
        python = environment(version, found, upstream)
        left_out = own_failures(python, upstream)
        outcomes = run(python, upstream, python.parent / "coverage", only)
        for test in sorted(outcomes.keys() & left_out):
            print(f"  left out, coverage.py fails it here: {test}")
            del outcomes[test]
        good &= own_tests.judge(version, outcomes, own_tests.known(HEADING, version), bool(only))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
