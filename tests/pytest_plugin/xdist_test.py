"""pytest-xdist and pytest-forked: workers are measured whole, whatever becomes of them."""

import json

import pytest

pytest.importorskip("xdist")

LIB = "def f(n):\n    if n == 0:\n        return 0\n    if n == 1:\n        return 1\n    if n == 2:\n        return 2\n    return 3\n"
TESTS = "import lib, pytest\n@pytest.mark.parametrize('n', range(4))\ndef test_f(n):\n    assert lib.f(n) == n\n"
CRASH = TESTS + "def test_crash():\n    import os, signal, late\n    os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def run_pytest(project, run_python):
    def run_pytest(*options, files=None):
        project.write({"lib.py": LIB, "test_lib.py": TESTS} | (files or {}))
        done = run_python("-m", "pytest", "-p", "no:cacheprovider", "--cov=.", "--cov-branch", "--cov-report=json", *options)
        files = json.loads((project / "coverage.json").read_text())["files"]
        return done, {name: file["missing_lines"] for name, file in files.items()}

    return run_pytest


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "loadgroup", "worksteal", "each", "no"])
def test_every_way_to_distribute(run_pytest, dist):
    done, missing = run_pytest("-n", "2", "--dist", dist)
    assert done.returncode == 0, done.stdout + done.stderr
    assert missing == {"lib.py": [], "test_lib.py": []} and done.stderr == ""


def test_what_a_crashed_worker_ran_is_kept(run_pytest):
    done, missing = run_pytest("-n", "2", files={"test_lib.py": CRASH, "late.py": "x = 1\n"})
    assert done.returncode == 1 and "crashed" in done.stdout
    assert missing == {"lib.py": [], "test_lib.py": [], "late.py": []}


def test_from_addopts_workers_are_measured_too(project, run_python):
    project.write({"lib.py": LIB, "test_lib.py": TESTS, "pytest.ini": "[pytest]\naddopts = --cov=lib -n 2 --cov-report=json\n"})
    done = run_python("-m", "pytest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((project / "coverage.json").read_text())["totals"]["missing_lines"] == 0


def test_contexts_of_workers(project, run_pytest):
    project.write({".coveragerc": "[json]\nshow_contexts = true\n"})
    run_pytest("-n", "2", "--cov-context=test")
    contexts = json.loads((project / "coverage.json").read_text())["files"]["lib.py"]["contexts"]
    assert contexts["3"] == ["test_lib.py::test_f[0]|run"] and contexts["8"] == ["test_lib.py::test_f[3]|run"]


# Prints the last line of the first report, and ends the loop, which would wait for a file to change.
LOOP = """
import os, signal, subprocess, sys
command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--cov=lib", "--looponfail"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as loop:
    print(next((line for line in loop.stdout if line.startswith("TOTAL")), ""))
    os.killpg(loop.pid, signal.SIGKILL)
"""


def test_each_run_of_a_loop_reports(project, run_python):
    project.write({"lib.py": LIB, "test_lib.py": TESTS})
    assert run_python("-c", LOOP).stdout.split() == ["TOTAL", "8", "0", "100%"]


FORKING = """
import os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    pid = os.fork()
    if pid == 0:
        try:
            pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    return True
"""


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_each_test_in_a_forked_process(run_pytest, options):
    """As pytest-forked does it, which does not work with this pytest."""
    done, missing = run_pytest("--cov-config=/dev/null", *options, files={"conftest.py": FORKING})
    assert done.returncode == 0, done.stdout + done.stderr
    assert missing["lib.py"] == [] and missing["test_lib.py"] == []
