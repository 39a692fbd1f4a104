"""Real packages with their own test suites: what the benchmarks measure and the exactness script compares.

They are sdists from PyPI, kept unpacked below a work folder (.cache/suites unless told otherwise); their tests run in an
environment per CPython that tools/venv makes, with tools/suites-requirements.txt in it.
"""

import os
import pathlib
import subprocess
import tarfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache/suites"
REQUIREMENTS = ROOT / "tools/suites-requirements.txt"


class Suite(NamedTuple):
    sdist: str  # name==version
    path: str  # put on PYTHONPATH, in the sdist's folder
    source: str  # what is measured
    tests: list  # pytest's arguments


# The whole suite takes too long. One test goes by the order of objects' addresses, another one in each process.
NETWORKX = ("centrality", "flow", "isomorphism")
BY_ADDRESS = "test_noncomparable_nodes"

SUITES = {
    "jinja2": Suite("jinja2==3.1.6", "src", "src/jinja2", ["tests"]),
    "attrs": Suite("attrs==26.1.0", "src", "src/attr", ["tests", "--hypothesis-seed=0"]),
    "parso": Suite("parso==0.8.7", ".", "parso", ["test"]),
    "boltons": Suite("boltons==26.2.0", ".", "boltons", ["tests"]),
    "toolz": Suite("toolz==1.2.0", ".", "toolz", ["toolz"]),
    "networkx": Suite(
        "networkx==3.6.1", ".", "networkx", [*(f"networkx/algorithms/{d}" for d in NETWORKX), "-k", f"not {BY_ADDRESS}"]
    ),
}

# More of them, which the exactness script takes on request: --suites more.
MORE = {
    "click": Suite("click==8.5.1", "src", "src/click", ["tests"]),
    "itsdangerous": Suite("itsdangerous==2.2.0", "src", "src/itsdangerous", ["tests"]),
    "pluggy": Suite("pluggy==1.7.0", "src", "src/pluggy", ["testing"]),
    "more_itertools": Suite("more_itertools==11.2.1", ".", "more_itertools", ["tests"]),
    "sortedcontainers": Suite("sortedcontainers==2.4.0", ".", "sortedcontainers", ["tests"]),
    "idna": Suite("idna==3.20", ".", "idna", ["tests"]),
    "tomli": Suite("tomli==2.5.0", "src", "src/tomli", ["tests"]),
    "h11": Suite("h11==0.16.0", ".", "h11", ["h11"]),
}

QUIET = ["-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-p", "no:covey"]


def folder(name, work=WORK):
    """The unpacked sdist of a suite, fetched where it is not there yet."""
    suite = {**SUITES, **MORE}[name]
    sdist = suite.sdist.replace("==", "-")
    place = pathlib.Path(work) / sdist
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        # A suite without a configuration of its own would be given the next one above it: ours.
        (place.parent / "pytest.ini").write_text("[pytest]\n")
        subprocess.run([ROOT / "tools/uv", "--version"], stdout=subprocess.DEVNULL, check=True)  # its environment has pip
        pip = [max(ROOT.glob(".cache/tools-*/bin/python")), "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--no-binary", ":all:", "-d", place.parent, suite.sdist], check=True)
        with tarfile.open(place.parent / f"{sdist}.tar.gz") as tar:
            tar.extractall(place.parent / f"{sdist}.new")
        os.rename(place.parent / f"{sdist}.new" / sdist, place)
    return place


def environment(suite):
    """The environment variables to run the suite's tests with: the same for every tool, and nothing of a run around it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
    return kept | {"PYTHONPATH": suite.path, "PYTHONHASHSEED": "0"}


def pythons(versions=()):
    """[(version, interpreter)] of the CPythons at hand, oldest first; of `versions` alone where any are given."""
    done = subprocess.run([ROOT / "tools/find-pythons"], stdout=subprocess.PIPE, text=True, check=True)
    found = [line.split("\t") for line in done.stdout.splitlines()]
    return [(version, path) for version, path in found if not versions or version in versions]


def venv(version, interpreter):
    """The python of the environment of that CPython, with Covey as it is now and all that the suites need."""
    place = ROOT / ".venvs" / f"suites-{version}"
    subprocess.run([ROOT / "tools/venv", os.path.relpath(place, ROOT), interpreter, REQUIREMENTS], cwd=ROOT, check=True)
    return place / "bin/python"
