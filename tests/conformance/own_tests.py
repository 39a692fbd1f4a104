"""What upstream.py and pytest_cov_tests.py share: they run the tests of another project's release with Covey in its place,
and hold what became of them against the rows of a table in docs/differences.md."""

import argparse
import os
import pathlib
import re
import subprocess
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# What a Python runs to be the pytest of the tests, with this directory and pytest's words as its arguments. The tests must
# not be told of our directories by PYTHONPATH, and must be able to interrupt their programs where this runs in the
# background.
START = """import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:0] = [sys.argv.pop(1)]
import pytest
sys.exit(pytest.main(sys.argv[1:]))"""


def pythons():
    """{version: path} of the CPythons found."""
    found = subprocess.run([ROOT / "tools/find-pythons"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(line.split("\t") for line in found.splitlines())


def arguments(doc):
    """(what pytest's -k is to choose, or None; {version: path} of the CPythons to run on) of the command line."""
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--pythons", help="versions, with commas; the newest that is supported otherwise")
    parser.add_argument("--only", help="of the tests those that pytest's -k would choose")
    options = parser.parse_args()
    found = pythons()
    wanted = options.pythons.split(",") if options.pythons else [v for v in found if v <= "3.14"][-1:]
    return options.only, {version: found[version] for version in wanted}


def unpacked(requirement, stem, cache, prepare):
    """The directory of the unpacked sdist, whose name begins with `stem`: fetched once, and then prepared by
    `prepare(directory)`."""
    name = f"{stem}-{requirement.partition('==')[2]}"
    place = cache / name
    if not place.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([ROOT / "tools/uv", "--version"], stdout=subprocess.DEVNULL, check=True)  # its environment has pip
        pip = [max(ROOT.glob(".cache/tools-*/bin/python")), "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--no-binary", ":all:", "-d", cache, requirement], check=True)
        with tarfile.open(cache / f"{name}.tar.gz") as tar:
            tar.extractall(cache / f"{name}.new", filter="data")
        prepare(cache / f"{name}.new" / name)
        os.rename(cache / f"{name}.new" / name, place)
    return place


def clean_environment():
    """The environment without what tells a Python, pytest, Covey or coverage.py about the run that this is part of."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}


def known(heading, version):
    """How the names of the tests begin that cannot pass on that CPython: the rows below the heading in
    docs/differences.md."""
    _, _, section = (ROOT / "docs/differences.md").read_text().partition(f"\n## {heading}\n")
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE)
    return [test for test, versions in rows if versions == "all" or version in versions.split(", ")]


def judge(version, outcomes, rows, partly=False, least=0.9):
    """Prints what became of the tests; whether that is as it must be: no test fails that no row stands for, no row is
    needless, and, unless only a part was run, at least the share `least` passes."""
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
    enough = share >= least or partly
    if not enough:
        print(f"  FAILED: fewer than {least:.0%}")
    return not new and not stale and enough
