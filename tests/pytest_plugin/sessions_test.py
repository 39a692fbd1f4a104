"""pytest as nox and tox start it, suites that start pytests, and unittest: what runs the tests is no matter."""

import json
import sys

import pytest

LIB = "def used(n):\n    if n > 1:\n        return 1\n    return 2\n\n\ndef unused():\n    return 3\n"
TESTS = """
import lib, unittest
class Test(unittest.TestCase):
    def test_it(self):
        self.assertEqual(lib.used(2), 1)
"""
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
NOX = """
import nox
@nox.session(venv_backend="none")
def tests(session):
    session.run(*{command!r}, external=True)
"""
TOX = """
[tox]
skipsdist = true
[testenv]
skip_install = true
allowlist_externals = *
commands = {command}
"""
COV = ["--cov=lib", "--cov-report=xml", "--cov-report=json"]


def executed(project):
    return json.loads((project / "coverage.json").read_text())["files"]["lib.py"]["executed_lines"]


@pytest.fixture
def sessions(project):
    """sessions(words): nox and tox each with a session of pytest with these words, as their command lines by name."""

    def sessions(words):
        command = [*PYTEST, *words]
        noxfile, tox = NOX.format(command=command), TOX.format(command=" ".join(command))
        project.write({"lib.py": LIB, "test_lib.py": TESTS, "noxfile.py": noxfile, "tox.ini": tox})
        return {"nox": [sys.executable, "-m", "nox"], "tox": [sys.executable, "-m", "tox", "-q"]}

    return sessions


@pytest.mark.parametrize("tool", ["nox", "tox"])
def test_a_session_whose_pytest_is_told_to_measure(project, run, sessions, tool):
    done = run(sessions(COV)[tool], env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0 and "Coverage XML written to file coverage.xml" in done.stdout, done.stdout + done.stderr
    assert executed(project) == [1, 2, 3, 7] and (project / "coverage.xml").exists() and (project / ".coverage").exists()


@pytest.mark.parametrize("tool", ["nox", "tox"])
@pytest.mark.parametrize("words", [[], COV])
def test_a_session_below_covey_run(project, run_covey, sessions, tool, words):
    done = run_covey("run", "--source", "lib", "--", *sessions(words)[tool])
    assert done.returncode == 0, done.stdout + done.stderr
    assert run_covey("json", "-q", "-o", "coverage.json").returncode == 0
    assert executed(project) == [1, 2, 3, 7]


@pytest.mark.parametrize("words", ["", "discover -p test_*.py", "test_lib.Test.test_it"])
def test_unittest(project, run_covey, words):
    project.write({"lib.py": LIB, "test_lib.py": TESTS})
    done = run_covey("run", "--source", "lib", "-m", "unittest", *words.split())
    assert done.returncode == 0 and "Ran 1 test" in done.stderr, done.stdout + done.stderr
    assert run_covey("json", "-q", "-o", "coverage.json").returncode == 0
    assert executed(project) == [1, 2, 3, 7]


# A plugin's own suite: its tests run pytests, which load the plugin and may be told to measure something of their own.
PLUGIN = "def pytest_report_header(config):\n    if config.option.verbose:\n        return 'loud'\n    return 'quiet'\n"
SUITE = """
pytest_plugins = ["pytester"]
def test_quiet(pytester):
    pytester.makepyfile("def test_inner(): pass")
    pytester.{run}("-p", "plug").stdout.fnmatch_lines(["quiet", "*1 passed*"])
def test_loud(pytester):
    pytester.makepyfile(mine="x = 1", test_mine="import mine\\ndef test_inner(): pass")
    done = pytester.{run}("-p", "plug", "-v", "--cov=mine", "--cov-report=term")
    done.stdout.fnmatch_lines(["loud", "*1 passed*"])
"""


@pytest.mark.parametrize("run_inner", ["runpytest_subprocess", "runpytest_inprocess"])
def test_a_suite_that_runs_pytests(project, run_python, run_inner):
    project.write({"plug.py": PLUGIN, "test_plug.py": SUITE.format(run=run_inner)})
    words = ["--cov=plug", "--cov-report=json", "-p", "no:cacheprovider"]
    done = run_python(*PYTEST[1:], *words, env={"PYTHONPATH": project.path})
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads((project / "coverage.json").read_text())["files"]
    assert {name: file["missing_lines"] for name, file in files.items()} == {"plug.py": []}
