"""Real packages with their own test suites: what the benchmarks measure and the exactness script compares.

They are sdists from PyPI (hypothesis, whose sdist has no tests, comes from Debian's sources), kept unpacked below a work folder
(.cache/suites unless told otherwise); their tests run in an environment per CPython that tools/venv makes, with
tools/suites-requirements.txt in it.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache/suites"
REQUIREMENTS = ROOT / "tools/suites-requirements.txt"


class Suite(NamedTuple):
    sdist: str  # name==version
    path: str  # put on PYTHONPATH, in the sdist's folder
    source: str  # what is measured
    tests: list  # pytest's arguments
    needs: tuple = ()  # what it needs beyond tools/suites-requirements.txt
    # What only tests/conformance/undisturbed.py goes by.
    debian: str = ""  # the source package of Debian that holds its repository, if the sdist has no tests
    installed: bool = False  # its tests start Pythons without PYTHONPATH that need it: see undisturbed.py
    hidden: tuple = ()  # folders without their compiled parts: what is used is what is installed
    runner: str = "pytest"  # or unittest: then `tests` is a program and its options
    start: str = "."  # where it is run, in the sdist's folder
    chosen: tuple = ()  # the program's tests
    known: tuple = ()  # tests that any tool of sys.monitoring disturbs: docs/suites.md says why

    def for_all(self):
        """The fields that everybody goes by."""
        return self[: Suite._fields.index("debian")]


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

# Waits for ever, without coverage as well, for a change that watchdog does not tell the server of.
BY_WATCHDOG = "--deselect=tests/test_serving.py::test_reloader_sys_path[watchdog]"

# More of them, which the exactness script takes on request: --suites more.
MORE = {
    "click": Suite("click==8.5.1", "src", "src/click", ["tests"], ("click==8.5.1",)),
    "docutils": Suite("docutils==0.23", ".", "docutils", ["test"]),
    "h11": Suite("h11==0.16.0", ".", "h11", ["h11"]),
    "itsdangerous": Suite("itsdangerous==2.2.0", "src", "src/itsdangerous", ["tests"], ("freezegun==1.5.5",)),
    "lark": Suite("lark==1.3.1", ".", "lark", ["tests"], ("lark==1.3.1", "regex", "interegular", "atomicwrites")),
    "mako": Suite("mako==1.4.3", ".", "mako", ["test"], ("mako==1.4.3", "babel", "dogpile.cache", "lingua")),
    "mistune": Suite("mistune==3.4.0", "src", "src/mistune", ["tests"]),
    "more_itertools": Suite("more_itertools==11.2.1", ".", "more_itertools", ["tests"]),
    "packaging": Suite("packaging==26.4", "src", "src/packaging", ["tests"], ("pretend", "tomli_w")),
    "pluggy": Suite("pluggy==1.7.0", "src", "src/pluggy", ["testing"]),
    "sqlparse": Suite("sqlparse==0.6.1", ".", "sqlparse", ["tests"]),
    "tomlkit": Suite("tomlkit==0.15.2", ".", "tomlkit", ["tests"], ("pyyaml",)),
    "werkzeug": Suite(
        "werkzeug==3.1.9",
        "src",
        "src/werkzeug",
        ["tests", BY_WATCHDOG],
        ("werkzeug==3.1.9", "ephemeral-port-reserve", "pytest-timeout", "cryptography", "watchdog", "pytest-xprocess"),
        installed=True,
    ),
    "wsproto": Suite("wsproto==1.3.2", "src", "src/wsproto", ["tests"], ("h11",)),
}

# The whole suite takes ten minutes of a processor. Those of its tests that look at tasks, servers, processes, signals, leaks and imports.
AIOHTTP = tuple(
    f"tests/test_{name}.py"
    for name in (
        *("circular_imports", "client_functional", "helpers", "imports", "leaks", "loop", "pytest_plugin", "run_app", "streams", "test_utils"),
        *("tracing", "web_exceptions", "web_functional", "web_log", "web_protocol", "web_runner", "web_server"),
        *("web_websocket_functional", "worker"),
    )
)

# Of django's 17,000 tests, those of parts that look at tracebacks, frames, signals, threads, warnings and processes.
DJANGO = (
    *("async", "check_framework", "context_processors", "decorators", "deprecation", "dispatch", "handlers", "httpwrappers"),
    *("logging_tests", "requests_tests", "responses", "settings_tests", "signals", "template_tests", "test_client", "test_utils"),
    *("urlpatterns_reverse", "utils_tests", "view_tests", "wsgi"),
)

# Of its tests those that look at sys.monitoring, tracing, frames, tracebacks, time, threads and warnings.
HYPOTHESIS = (
    *("nocover/test_scrutineer.py", "nocover/test_threading.py", "nocover/test_recursive.py", "conjecture/test_engine.py"),
    *(
        f"cover/test_{name}.py"
        for name in (
            *("monitoring", "observability", "traceback_elision", "escalation", "deadline", "error_in_draw", "flakiness", "reflection"),
            *("statistical_events", "sideeffect_warnings", "settings", "validation", "recursive", "control", "unittest", "lookup"),
        )
    ),
)

# Of its tests those that look at frames, tracebacks, byte code, warnings, streams, threads, processes and exits.
PYTEST = (
    *("code", "acceptance_test.py"),
    *(
        f"test_{name}.py"
        for name in (
            *("assertrewrite", "assertrewrite_coverage", "capture", "conftest", "debugging", "doctest", "faulthandler", "main"),
            *("monkeypatch", "pluginmanager", "pytester", "recwarn", "reports", "runner", "session", "skipping", "subtests"),
            *("threadexception", "tmpdir", "unittest", "unraisableexception", "warnings"),
        )
    ),
)

# Two tests give a pytest that they start three seconds, which on a busy machine are too few without coverage as well. Those of IPv6 fail
# where "localhost" has no such address, and the sockets that they leave behind fail whichever test the cycle detector finds them in.
ANYIO = (
    *(f"--deselect=tests/test_pytest_plugin.py::test_{name}" for name in ("dynamic_async_fixture_access_does_not_hang", "keyboardinterrupt_during_test")),
    *("-k", "not ipv6 and not both and not multi"),
)

# Those that look at the interpreter, at processes or at frames, which undisturbed.py takes beside all of the above.
PECULIAR = {
    "aiohttp": Suite(
        "aiohttp==3.14.5",
        ".",
        "aiohttp",
        [*AIOHTTP, "-o", "addopts="],
        (
            *("aiohttp==3.14.5", "blockbuster", "freezegun", "isal; python_version < '3.14'", "proxy.py"),
            *("pytest-mock", "pytest-timeout", "python-on-whales", "re-assert", "setuptools-git", "trustme", "zlib_ng"),
        ),
        hidden=("aiohttp",),
    ),
    "anyio": Suite(
        "anyio==4.16.0",
        "src",
        "src/anyio",
        ["tests", *ANYIO],
        ("anyio==4.16.0", "blockbuster", "psutil", "pytest-mock", "pytest-timeout", "trustme", "truststore", "uvloop", "exceptiongroup"),
    ),
    "django": Suite(
        "django==5.2.19",
        ".",
        "django",
        ["runtests.py", "--parallel=1", "--noinput", "-v0"],
        ("asgiref", "sqlparse", "tblib", "jinja2", "PyYAML", "tzdata", "docutils"),
        runner="unittest",
        start="tests",
        chosen=DJANGO,
    ),
    "exceptiongroup": Suite("exceptiongroup==1.3.2", "src", "src/exceptiongroup", ["tests"], ("typing-extensions",)),
    "execnet": Suite("execnet==2.1.2", "src", "src/execnet", ["testing"], ("execnet==2.1.2", "pytest-timeout", "gevent")),
    "flask": Suite(  # pytest 9.1 took away what its tests import
        "flask==3.1.3", "src", "src/flask", ["tests"], ("flask==3.1.3", "asgiref", "greenlet", "python-dotenv", "pytest==8.4.2")
    ),
    "freezegun": Suite("freezegun==1.5.5", ".", "freezegun", ["tests"], ("python-dateutil",)),
    "greenlet": Suite(
        "greenlet==3.5.6", ".", "greenlet", ["--pyargs", "greenlet.tests"], ("greenlet==3.5.6", "psutil", "objgraph"), hidden=("src",)
    ),
    "hypothesis": Suite(
        "hypothesis==6.155.7",
        ".",
        "hypothesis/src",
        [*(f"tests/{part}" for part in HYPOTHESIS), "--hypothesis-seed=0"],
        ("hypothesis==6.155.7", "pexpect", "syrupy"),
        debian="python-hypothesis",
        hidden=("hypothesis/src",),
        start="hypothesis",
    ),
    "pytest": Suite(
        "pytest==9.2.0",
        "src",
        "src/_pytest",
        [f"testing/{part}" for part in PYTEST],
        ("attrs", "argcomplete", "xmlschema", "mock", "requests", "setuptools", "pexpect"),
        known=tuple(f"testing/test_debugging.py::TestPDB::test_pdb_used_{where}" for where in ("outside_test", "in_generate_tests")),
    ),
    "structlog": Suite(
        "structlog==26.1.0",
        "src",
        "src/structlog",
        ["tests"],
        ("freezegun==1.5.5", "pretend", "pytest-asyncio", "rich", "time-machine", "twisted"),
    ),
    "tblib": Suite("tblib==3.2.2", "src", "src/tblib", ["tests"], ("pytest-benchmark", "six", "twisted")),
    "tornado": Suite("tornado==6.6.1", ".", "tornado", ["-m", "tornado.test"], ("tornado==6.6.1",), hidden=("tornado",), runner="unittest"),
    "trio": Suite(
        "trio==0.35.0", "src", "src/trio", ["src/trio", "--skip-optional-imports"], ("async_generator", "pyOpenSSL", "trustme")
    ),
    "typeguard": Suite("typeguard==4.6.1", "src", "src/typeguard", ["tests"], ("typeguard==4.6.1",)),
    "wrapt": Suite("wrapt==2.5.2", ".", "wrapt", ["tests"], ("wrapt==2.5.2",), hidden=("src",)),
}

ALL = {**SUITES, **MORE, **PECULIAR}

QUIET = ["-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-p", "no:covey"]


DEBIAN = "http://deb.debian.org/debian"
DEBIAN_SUITES = ("sid", "forky", "trixie")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# apt with a world of its own: this machine's sources and lists stay as they are, and nobody needs to be root.
APT = """
Dir::Etc::sourcelist "{0}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "{0}/lists";
Dir::Cache "{0}/cache";
APT::Sandbox::User "";
Debug::NoLocking "true";
"""


def from_pypi(suite, new):
    """Unpacks its sdist below `new`."""
    subprocess.run([ROOT / "tools/uv", "--version"], stdout=subprocess.DEVNULL, check=True)  # its environment has pip
    pip = [max(ROOT.glob(".cache/tools-*/bin/python")), "-m", "pip", "download", "-q", "--disable-pip-version-check"]
    # Of it alone, not of what builds it: pip asks each sdist for its metadata.
    subprocess.run([*pip, "--no-deps", "--no-binary", suite.sdist.partition("==")[0], suite.sdist, "-d", new.parent], check=True)
    unpack(new.with_suffix(".tar.gz"), new)


def from_debian(suite, new):
    """Unpacks below `new` what Debian made its package of that version from: upstream's repository as it was."""
    version = suite.sdist.partition("==")[2]
    with tempfile.TemporaryDirectory(dir=new.parent) as scratch:
        work = pathlib.Path(scratch)
        for part in ("lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        (work / "sources.list").write_text("".join(f"deb-src [signed-by={KEYRING}] {DEBIAN} {name} main\n" for name in DEBIAN_SUITES))
        (work / "apt.conf").write_text(APT.format(work))

        def apt(command, *arguments):
            done = subprocess.run([command, "-qq", *arguments], cwd=work, env=os.environ | {"APT_CONFIG": str(work / "apt.conf")}, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                raise OSError(f"{command} {' '.join(arguments)}: exit status {done.returncode}")
            return done.stdout

        apt("apt-get", "update")
        shown = apt("apt-cache", "showsrc", "--only-source", suite.debian).splitlines()
        there = [line.partition(": ")[2] for line in shown if line.startswith("Version: ")]
        wanted = [one for one in there if one.rpartition("-")[0] == version]
        if not wanted:
            raise OSError(f"{suite.debian}: Debian has {', '.join(there)} by now and not {version}: tools/suites.py is to name one of these")
        apt("apt-get", "source", "--download-only", "--tar-only", f"{suite.debian}={wanted[0]}")
        unpack(next(work.glob("*.orig.tar.*")), new)


def unpack(archive, new):
    with tarfile.open(archive) as tar:
        tar.extractall(new)


def folder(name, work=WORK):
    """The unpacked sdist of a suite, fetched where it is not there yet."""
    suite = ALL[name]
    sdist = suite.sdist.replace("==", "-")
    place = pathlib.Path(work) / sdist
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        # A suite without a configuration of its own would be given the next one above it: ours.
        (place.parent / "pytest.ini").write_text("[pytest]\n")
        new = place.parent / f"{sdist}.new"
        shutil.rmtree(new, ignore_errors=True)
        (from_debian if suite.debian else from_pypi)(suite, new)
        (unpacked,) = new.iterdir()
        os.rename(unpacked, place)
        new.rmdir()
    return place


def needed(suite, python):
    """The folder in which that is which the suite needs for itself, apart from the environments; None where it is nothing."""
    if not suite.needs or not python:
        return None
    version = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], stdout=subprocess.PIPE, text=True, check=True)
    name = hashlib.sha256("\n".join(suite.needs).encode()).hexdigest()[:12]
    place = WORK / f"needed-{version.stdout.strip()}" / name
    if not place.is_dir():
        new = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        subprocess.run([ROOT / "tools/uv", "pip", "install", "-q", "-p", python, "--target", new, *suite.needs], check=True)
        place.parent.mkdir(exist_ok=True)
        os.rename(new, place)
    return place


def environment(suite, python=None):
    """The environment variables to run the suite's tests with: the same for every tool, and nothing of a run around it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
    path = [suite.path, *filter(None, [needed(suite, python)])]
    return kept | {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONHASHSEED": "0"}


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
