#!/usr/bin/env python3
"""Runs those of coverage.py's own tests that drive nothing but its command line, with Covey in the command's place.

    tests/conformance/upstream.py [--pythons 3.14] [--only EXPRESSION]

coverage.py's sdist is fetched once and kept in .cache/upstream; its tests run in an environment that has their
requirements, coverage.py itself (their helpers import it) and Covey, whose `covey alias` takes over the names of
coverage.py's command. upstream_selection.py chooses the tests, by rule.

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
    return place


def environment(version, interpreter, upstream):
    """The python of the environment, in which Covey goes by the names of coverage.py's command."""
    place = ROOT / ".venvs" / f"upstream-{version}"
    requirements = CACHE / "requirements.txt"
    theirs = (upstream / "requirements/pytest.txt").read_text()
    pins = re.findall(r"^([\w.-]+==[\w.]+)(?: ;[^\\\n]*)?", theirs, re.MULTILINE)
    requirements.write_text("\n".join([*pins, SDIST]) + "\n")
    subprocess.run([ROOT / "tools/venv", os.path.relpath(place, ROOT), interpreter, requirements], cwd=ROOT, check=True)
    subprocess.run([place / "bin/covey", "alias", "--force", "--all"], stdout=subprocess.DEVNULL, check=True)
    return place / "bin/python"


def run(python, upstream, only):
    """{test: (outcome, why)}, as the selected tests end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
    outcomes = CACHE / f"outcomes-{python.parent.parent.name}.json"
    outcomes.unlink(missing_ok=True)
    env = kept | {
        "PATH": f"{python.parent}:{kept['PATH']}",
        "PYTHONPATH": f"{HERE}:{upstream}",
        "COVEY_UPSTREAM_COMMAND": str(python.parent / "coverage"),
        "COVEY_UPSTREAM_OUTCOMES": str(outcomes),
        "XDG_CACHE_HOME": str(CACHE / "cache"),
    }
    command = [python, "-m", "pytest", "-q", "--no-header", "-p", "upstream_selection", "-p", "no:cacheprovider"]
    command += ["-p", "no:covey", "-n", "0", "--tb=short", "-o", "addopts=", "tests", *(["-k", only] if only else [])]
    log = CACHE / f"{python.parent.parent.name}.log"
    with open(log, "w") as out:
        subprocess.run(command, cwd=upstream, env=env, stdout=out, stderr=subprocess.STDOUT)
    if not outcomes.exists():
        sys.exit(f"upstream.py: error: the tests did not run; see {log}")
    return json.loads(outcomes.read_text())


def known():
    """Names of tests that cannot pass: the rows of docs/differences.md."""
    _, _, section = (ROOT / "docs/differences.md").read_text().partition(f"\n## {HEADING}\n")
    section, _, _ = section.partition("\n## ")
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def judge(version, outcomes, partly):
    """Prints what became of the tests; whether that is as it must be."""
    rows = known()
    listed = {test: row for test in outcomes for row in rows if test.partition("::")[2].startswith(row)}
    failed = {test: why for test, (outcome, why) in outcomes.items() if outcome == "failed"}
    passed = [test for test, (outcome, _) in outcomes.items() if outcome == "passed"]
    new = sorted(failed.keys() - listed.keys())
    # A row may stand for several tests, by how their names begin: it is needed as long as one of them fails.
    needed = {listed[test] for test in failed.keys() & listed.keys()}
    stale = sorted({listed[test] for test in passed if test in listed} - needed)
    share = len(passed) / max(len(passed) + len(failed), 1)
    skipped = len(outcomes) - len(passed) - len(failed)
    print(f"CPython {version}: {len(passed)} of {len(passed) + len(failed)} pass ({share:.1%}), {skipped} skipped")
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
        good &= judge(version, run(python, upstream, options.only), options.only)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
