"""What pytest adds to the session record, alone, below `covey run`, with xdist, and when it dies."""

import json
import signal

import pytest

TESTS = """
import os, pytest
def test_passes(): pass
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert False
def test_fails(): assert os.environ.get("NO_SUCH")
"""
COUNTS = {"failed": 1, "passed": 1, "skipped": 1, "xfailed": 1}


@pytest.fixture
def records(project):
    """records(): the session records of the data directory."""
    return lambda: [json.loads(path.read_text()) for path in sorted((project / ".covey/jobs").glob("*/*/session*.json"))]


def said(record):
    """What of a pytest's record is no number of a machine or a clock."""
    return {key: record[key] for key in ("collected", "counts", "exit_status")}


@pytest.mark.parametrize("start", [["-m", "pytest", "--covey"], ["-m", "pytest"]])
def test_counts(project, run_python, run_covey, records, start):
    project.write({"test_a.py": TESTS})
    done = run_python(*start) if "--covey" in start else run_covey("run", *start)
    assert done.returncode == 1, done.stdout + done.stderr
    (record,) = records()
    assert (record["status"], record["signal"]) == (1, None) and record["end"]
    assert [said(pytest) for pytest in record["pytest"]] == [{"collected": 4, "counts": COUNTS, "exit_status": 1}]
    assert not list((project / ".covey/jobs").glob("*/*/pytest-*"))


def test_workers_of_xdist_do_not_record(project, run_python, records):
    pytest.importorskip("xdist")
    project.write({"test_a.py": TESTS})
    run_python("-m", "pytest", "--covey", "-n", "2")
    (record,) = records()
    assert [said(pytest) for pytest in record["pytest"]] == [{"collected": 4, "counts": COUNTS, "exit_status": 1}]


INNER = """
import os, subprocess, sys
pytest_plugins = ["pytester"]
def test_in_process(pytester):
    pytester.makepyfile("def test_inner(): pass")
    assert pytester.runpytest_inprocess().ret == 0
def test_in_a_subprocess(pytester):
    pytester.makepyfile("def test_inner(): pass")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == 0
def test_with_cov(pytester):
    pytester.makepyfile("def test_inner(): pass")
    assert pytester.runpytest_subprocess("--cov=.", "--cov-report=term").ret == 0
"""


def test_pytests_that_tests_run_do_not_record(project, run_python, records):
    project.write({"test_a.py": INNER})
    done = run_python("-m", "pytest", "--covey=.", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    (record,) = records()
    assert [said(pytest) for pytest in record["pytest"]] == [{"collected": 3, "counts": {"passed": 3}, "exit_status": 0}]


@pytest.mark.parametrize("below", ["covey run", "alone"])
def test_a_pytest_that_dies_says_how_far_it_came(project, run_python, run_covey, below):
    project.write({"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), 9)\n"})
    done = run_covey("run", "-m", "pytest") if below == "covey run" else run_python("-m", "pytest", "--covey")
    assert done.returncode == -signal.SIGKILL
    (folder,) = (project / ".covey/jobs").glob("*/*")
    record = json.loads((folder / "session.json").read_text())
    pytests = record.get("pytest") or [json.loads(path.read_text()) for path in folder.glob("pytest-*.json")]
    assert [said(each) for each in pytests] == [{"collected": 2, "counts": None, "exit_status": None}]
    assert (record["signal"] == 9) == (below == "covey run")
    report = run_covey("json", "-q", "-o", "-")
    assert json.loads(report.stdout)["files"]["test_a.py"]["executed_lines"] == [1, 2, 3]


def test_a_run_of_pytests_own_replaces_the_one_before(project, run_python):
    project.write({"test_a.py": "def test_a(): pass\n"})
    for _ in range(3):
        assert run_python("-m", "pytest", "--covey").returncode == 0
    assert len(list((project / ".covey/jobs/default").iterdir())) == 1 and len(list((project / ".covey/runs").iterdir())) == 1


def test_below_covey_run_the_reports_are_of_that_run(project, run_covey):
    project.write({"lib.py": "x = 1\n", "test_a.py": "import lib\ndef test_a(): pass\n"})
    done = run_covey("run", "--source", ".", "-m", "pytest", "--cov=lib", "--cov-report=json", "--cov-report=term")
    assert done.returncode == 0 and "TOTAL" in done.stdout, done.stdout + done.stderr
    assert list(json.loads((project / "coverage.json").read_text())["files"]) == ["lib.py"]
    assert len(list((project / ".covey/runs").iterdir())) == 1
