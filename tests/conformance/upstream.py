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

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache/upstream"
SDIST = "coverage==7.17.3"
HEADING = "coverage.py's own tests"


def fetch():
    """The unpacked sdist, with its package put aside: un-built, it would be imported in place of the installed one."""
    name = SDIST.replace("==", "-")
    place = CACHE / name
    if not place.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([ROOT / "tools/uv", "--version"], stdout=subprocess.DEVNULL, check=True)  # its environment has pip
        pip = [max(ROOT.glob(".cache/tools-*/bin/python")), "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--no-binary", ":all:", "-d", CACHE, SDIST], check=True)
        with tarfile.open(CACHE / f"{name}.tar.gz") as tar:
            tar.extractall(CACHE / f"{name}.new", filter="data")
        os.rename(CACHE / f"{name}.new" / name, place)
        shutil.rmtree(place / "coverage")
        with zipfile.ZipFile(place / "tests/zipmods.zip", "w") as zipped:  # as coverage.py's own set-up makes it
            zipped.write(place / "tests/covmodzip1.py", "covmodzip1.py")
    return place


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


# The tests must not be told of our directories by PYTHONPATH, and must be able to interrupt their programs where this
# runs in the background.
START = """import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:0] = [sys.argv.pop(1)]
import pytest
sys.exit(pytest.main(sys.argv[1:]))"""


def run(python, upstream, command, only):
    """{test: (outcome, why)}, as the selected tests end with that command in coverage.py's place."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
    stem = f"{python.parent.parent.name}-{command.parent.name}"
    outcomes, log = CACHE / f"{stem}.json", CACHE / f"{stem}.log"
    outcomes.unlink(missing_ok=True)
    env = kept | {
        "PATH": f"{command.parent}:{python.parent}:{kept['PATH']}",
        "COVERAGE_CORE": "ctrace",
        "COVEY_UPSTREAM_COMMAND": str(command),
        "COVEY_UPSTREAM_OUTCOMES": str(outcomes),
        "XDG_CACHE_HOME": str(CACHE / "cache"),
    }
    pytest = ["-q", "--no-header", "-p", "upstream_selection", "-p", "no:cacheprovider", "-p", "no:covey", "-n", "0"]
    pytest += ["--tb=short", "-o", "addopts=", "tests", *(["-k", only] if only else [])]
    with open(log, "w") as out:
        subprocess.run([python, "-c", START, HERE, *pytest], cwd=upstream, env=env, stdout=out, stderr=subprocess.STDOUT)
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


def known(version):
    """Names of tests that cannot pass on that CPython: the rows of docs/differences.md."""
    _, _, section = (ROOT / "docs/differences.md").read_text().partition(f"\n## {HEADING}\n")
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE)
    return [test for test, versions in rows if versions == "all" or version in versions.split(", ")]


def judge(version, outcomes, left_out, partly):
    """Prints what became of the tests; whether that is as it must be."""
    rows = known(version)
    for test in sorted(outcomes.keys() & left_out):
        print(f"  left out, coverage.py fails it here: {test}")
    outcomes = {test: outcome for test, outcome in outcomes.items() if test not in left_out}
    listed = {test: row for test in outcomes for row in rows if test.partition("::")[2].startswith(row)}
    failed = {test: why for test, (outcome, why) in outcomes.items() if outcome == "failed"}
    passed = [test for test, (outcome, _) in outcomes.items() if outcome == "passed"]
    new = sorted(failed.keys() - listed.keys())
    # A row may stand for several tests, by how their names begin: it is needed as long as one of them fails.
    needed = {listed[test] for test in failed.keys() & listed.keys()}
    stale = sorted({listed[test] for test in passed if test in listed} - needed)
    share = len(passed) / max(len(passed) + len(failed), 1)
    skipped = sorted(outcomes.keys() - set(passed) - failed.keys())
    for test in skipped:
        print(f"  skipped by itself: {test}: {outcomes[test][1]}")
    print(f"CPython {version}: {len(passed)} of {len(passed) + len(failed)} pass ({share:.1%}), {len(skipped)} skipped")
    for test in new:
        print(f"  FAILED, and not in docs/differences.md: {test}: {failed[test]}")
    for row in stale:
        print(f"  passes, and stands in docs/differences.md: {row}")
    if share < 0.9 and not partly:
        print("  FAILED: fewer than nine in ten")
    return not new and not stale and (partly or share >= 0.9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pythons", help="versions, with commas; the newest that is supported otherwise")
    parser.add_argument("--only", help="of the selected tests those that pytest's -k would choose")
    options = parser.parse_args()
    found = subprocess.run([ROOT / "tools/find-pythons"], stdout=subprocess.PIPE, text=True, check=True).stdout
    pythons = dict(line.split("\t") for line in found.splitlines())
    wanted = options.pythons.split(",") if options.pythons else [v for v in pythons if v <= "3.14"][-1:]
    upstream = fetch()
    good = True
    for version in wanted:
        python = environment(version, pythons[version], upstream)
        left_out = own_failures(python, upstream)
        good &= judge(version, run(python, upstream, python.parent / "coverage", options.only), left_out, options.only)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
