"""Fixtures of the Python tests. They run in an environment that has Covey installed (tools/venv makes it)."""

import faulthandler
import os
import pathlib
import signal
import subprocess
import sys

import pytest

# What tells Covey, coverage.py, nox, tox or a forge's steps about the run that the tests themselves are part of, and what
# makes one developer's machine differ from another's.
FOREIGN_PREFIXES = (
    *("COVEY_", "COVERAGE_", "COV_CORE_", "NOX_", "TOX_", "PYTEST_", "PYTHON"),
    *("GITHUB_", "GITEA_", "FORGEJO_", "GITLAB_"),
)
FOREIGN_NAMES = {"CI", "NOXSESSION", "TOXENV", "VIRTUAL_ENV"}


def clean_environment():
    """The environment of the test run without what is foreign to a test. PYTHONMALLOC stays: tools/asan-collector sets it."""
    return {n: v for n, v in os.environ.items() if n == "PYTHONMALLOC" or not (n.startswith(FOREIGN_PREFIXES) or n in FOREIGN_NAMES)}


def pytest_configure(config):
    config.addinivalue_line("markers", "since(major, minor, reason): skipped on a CPython older than that")
    config.addinivalue_line("markers", "before(major, minor, reason): skipped on that CPython and newer ones")
    config.addinivalue_line("markers", "only_on(*versions, reason): skipped on other CPythons than these, (3, 14) and the like")
    # A test that hangs ends the run, and shows where it was.
    faulthandler.register(signal.SIGALRM, chain=True)
    # nohup and background jobs ignore some signals, and programs inherit that; the tests are about how they end.
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN and number not in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)


def pytest_runtest_setup(item):
    signal.alarm(300)
    for mark in [*item.iter_markers("since"), *item.iter_markers("before")]:
        if (sys.version_info[:2] >= mark.args) != (mark.name == "since"):
            pytest.skip(f"{mark.name} {mark.args[0]}.{mark.args[1]}: {mark.kwargs['reason']}")
    for mark in item.iter_markers("only_on"):
        if sys.version_info[:2] not in mark.args:
            pytest.skip(f"only on {mark.args}: {mark.kwargs['reason']}")


@pytest.fixture(scope="session")
def python():
    """The path of the Python that runs the tests."""
    return sys.executable


@pytest.fixture(scope="session")
def covey():
    """The path of the covey binary installed beside that Python."""
    path = pathlib.Path(sys.executable).parent / "covey"
    assert path.exists(), f"{path}: no such file; make the environment with tools/venv"
    return str(path)


class Project:
    """A directory of source files, made for one test."""

    def __init__(self, path):
        self.path = path

    def write(self, files):
        """Writes `files`, a dict of names relative to the directory and their text (or bytes); returns self."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def __truediv__(self, name):
        return self.path / name

    def __fspath__(self):
        return str(self.path)


@pytest.fixture
def project(tmp_path):
    """An empty Project; run_covey and run_python start in it. It lies one level below tmp_path, for the tests that need
    a place outside of the project."""
    path = tmp_path / "project"
    path.mkdir()
    return Project(path)


@pytest.fixture
def other_user(python):
    """The number of a user who is not us, and can start the Python of the tests."""
    user = 54321
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    if subprocess.run([*become, "test", "-x", python]).returncode != 0:
        pytest.skip(f"another user cannot reach {python}")
    return user


@pytest.fixture
def run(project):
    """run(argv, cwd=project, env={}, timeout=120, **more): a subprocess.CompletedProcess with its output as text.

    It gets a clean environment with `env` on top (a value of None takes the name away), and no standard input. `more`
    goes to subprocess.run.
    """

    def run(argv, cwd=None, env=None, timeout=120, **more):
        merged = clean_environment() | (env or {})
        merged = {name: str(value) for name, value in merged.items() if value is not None}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        argv = [os.fspath(argument) for argument in argv]
        return subprocess.run(argv, cwd=cwd or project.path, env=merged, timeout=timeout, text=True, **options)

    return run


@pytest.fixture
def run_covey(covey, run):
    """run_covey("run", "a.py", cwd=…, env=…): the covey binary, as `run` does."""
    return lambda *arguments, **options: run([covey, *arguments], **options)


@pytest.fixture
def run_python(python, run):
    """run_python("-c", "…"): this Python without Covey being told to measure, as `run` does."""
    return lambda *arguments, **options: run([python, *arguments], **options)


@pytest.fixture
def git(run):
    """git("add", "-A"): what it prints, as somebody who has a name."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")

    def git(*words):
        done = run(["git", *identity, *words])
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return git
