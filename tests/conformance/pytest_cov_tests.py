#!/usr/bin/env python3
"""Runs pytest-cov's own tests with Covey's pytest plugin in pytest-cov's place.

    tests/conformance/pytest_cov_tests.py [--pythons 3.14] [--only EXPRESSION]

pytest-cov's sdist is fetched once and kept in .cache/pytest-cov; its tests run in an environment that has Covey and what
they need, coverage.py too, but not pytest-cov: so its options are Covey's there. Each test runs pytests of its own, in
processes of their own.

Each test that cannot stands in docs/differences.md, in the table below "pytest-cov's own
tests", with the reason; one that fails and is not there makes this fail, and so does a row whose test passes.

It is not called pytest_cov, for what has this directory on its path must not take it for pytest-cov.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import own_tests
from own_tests import HERE, ROOT

CACHE = ROOT / ".cache/pytest-cov"
SDIST = "pytest-cov==7.1.0"
HEADING = "pytest-cov's own tests"
LEAST = 0.85  # of the tests must pass; 16 of those that cannot are one, with as many sets of options
# What these tests need of what our own tests need, in the same versions; and what pytest-cov's own set-up adds.
OURS = ("coverage", "pytest", "pytest-xdist")
THEIRS = ("process-tests==3.0.0",)


def environment(version, interpreter):
    """The python of the environment."""
    place = ROOT / ".venvs" / f"pytest-cov-{version}"
    ours = re.findall(r"^([\w-]+)(==\S+)$", (ROOT / "tests/requirements.txt").read_text(), re.MULTILINE)
    requirements = CACHE / "requirements.txt"
    requirements.write_text("\n".join([*(name + pin for name, pin in ours if name in OURS), *THEIRS]) + "\n")
    subprocess.run([ROOT / "tools/venv", os.path.relpath(place, ROOT), interpreter, requirements], cwd=ROOT, check=True)
    return place / "bin/python"


def run(python, sources, only):
    """{test: (outcome, why)}, as the tests end."""
    stem = python.parent.parent.name
    outcomes, log = CACHE / f"{stem}.json", CACHE / f"{stem}.log"
    outcomes.unlink(missing_ok=True)
    kept = own_tests.clean_environment()
    env = kept | {
        "PATH": f"{python.parent}:{kept['PATH']}",
        "PYTHONUNBUFFERED": "yes",  # as pytest-cov's tox.ini has it
        "NOTED_OUTCOMES": str(outcomes),
    }
    pytest = ["-q", "--no-header", "-p", "pytester", "-p", "pytest_cov_stand_in", "-p", "noted_outcomes", "-p", "no:covey"]
    pytest += ["-p", "no:cacheprovider", "--tb=short", "-o", "addopts=", "tests", *(["-k", only] if only else [])]
    with open(log, "w") as out:
        subprocess.run([python, "-c", own_tests.START, HERE, *pytest], cwd=sources, env=env, stdout=out, stderr=subprocess.STDOUT)
    if not outcomes.exists():
        sys.exit(f"pytest_cov_tests.py: error: the tests did not run; see {log}")
    return json.loads(outcomes.read_text())


def main():
    only, wanted = own_tests.arguments(__doc__)
    sources = own_tests.unpacked(SDIST, "pytest_cov", CACHE, lambda place: shutil.rmtree(place / "src"))
    good = True
    for version, found in wanted.items():
        outcomes = run(environment(version, found), sources, only)
        good &= own_tests.judge(version, outcomes, own_tests.known(HEADING, version), bool(only), LEAST)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
