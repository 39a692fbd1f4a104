"""What reports keep from one to the next, and that it never shows but in the time they take."""

import json
import os
import pathlib
import re
import subprocess

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

PROJECT = {
    "main.py": "import a\nfor i in range(3):\n    if a.f(i): print(i)\n",
    "a.py": "def f(x):\n    if x:  # pragma: no branch\n        return (\n            x\n        )\n    return None  # never mind\n",
}
COMMANDS = [["report", "-m"], ["json", "-o", "-"], ["xml", "-o", "-"], ["lcov", "-o", "-"], ["report", "--to=json:-", "--to=text"]]


@pytest.fixture
def measured(project, run_covey):
    project.write(PROJECT)
    assert run_covey("run", "--branch", "--source", ".", "main.py").returncode == 0
    return project


def packs(project):
    return sorted((project / ".covey/analysis").glob("*.pack"))


def without_time(text):
    return re.sub(r'timestamp(": |=)"[^"]*"', "", text)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_report_is_the_same_with_and_without_what_was_kept(measured, run_covey, command):
    expected = run_covey(*command, env={"COVEY_NO_CACHE": "1"})
    assert expected.returncode == 0 and packs(measured) == []
    first, second, alone = run_covey(*command), run_covey(*command), run_covey(*command, "--jobs", "1")
    assert len(packs(measured)) == 1
    for done in (first, second, alone):
        assert without_time(done.stdout) == without_time(expected.stdout)
        assert done.stderr == expected.stderr


def test_what_was_kept_is_used(measured, run_covey):
    """Tables are only read to analyse: where all is known, a report does not notice that one is damaged."""
    expected = run_covey("report", "-m").stdout
    tables = list((measured / ".covey/tables").rglob("*.tables"))
    for table in tables:
        table.write_bytes(b"no tables")
    assert run_covey("report", "-m").stdout == expected
    assert all(table.read_bytes() == b"no tables" for table in tables)
    assert run_covey("report", "-m", env={"COVEY_NO_CACHE": "1"}).stdout == expected
    assert all(table.read_bytes() != b"no tables" for table in tables)


def test_what_changed_is_analysed_anew(measured, run_covey):
    before = run_covey("report", "-m").stdout
    (measured / "a.py").write_text(PROJECT["a.py"].replace("  # pragma: no branch", ""))
    changed = run_covey("report", "-m")
    assert changed.stdout == run_covey("report", "-m", env={"COVEY_NO_CACHE": "1"}).stdout
    (measured / "a.py").write_text(PROJECT["a.py"])
    assert run_covey("report", "-m").stdout == before
    (measured / ".coveragerc").write_text("[report]\nexclude_also = never mind\n")
    excluded = run_covey("report", "-m")
    assert excluded.stdout != before
    assert len(packs(measured)) == 2


@pytest.mark.parametrize("content", [b"", b"COVEYPCK", b"\xff" * 5000], ids=["empty", "short", "garbage"])
def test_a_damaged_pack_is_written_anew(measured, run_covey, content):
    expected = run_covey("report", "-m").stdout
    [pack] = packs(measured)
    good = pack.read_bytes()
    pack.write_bytes(content)
    done = run_covey("report", "-m")
    assert (done.stdout, done.stderr) == (expected, "")
    assert pack.read_bytes() == good


def test_commands_at_once_do_no_harm(measured, covey, run_covey):
    expected = run_covey("report", "-m", env={"COVEY_NO_CACHE": "1"}).stdout
    running = [subprocess.Popen([covey, "report", "-m"], cwd=measured, stdout=subprocess.PIPE, text=True) for _ in range(12)]
    assert {process.communicate()[0] for process in running} == {expected}
    assert len(packs(measured)) == 1


def test_several_reports_are_those_of_their_own_commands(measured, run_covey):
    one = {name: run_covey(name, "-q", "-o", "-").stdout for name in ("json", "xml", "lcov")}
    done = run_covey("report", "--to=text", "--to=json", "--to=xml:deep/c.xml", "--to", "lcov:-", "--to=markdown:report.md", "--to=total")
    assert done.returncode == 0
    assert done.stdout == run_covey("report").stdout + one["lcov"] + run_covey("report", "--format=total").stdout
    assert without_time((measured / "coverage.json").read_text()) == without_time(one["json"])
    assert without_time((measured / "deep/c.xml").read_text()) == without_time(one["xml"])
    assert (measured / "report.md").read_text() == run_covey("report", "--format=markdown").stdout
    json.loads((measured / "coverage.json").read_text())


def test_an_unknown_report_is_an_error(measured, run_covey):
    done = run_covey("report", "--to", "pdf:x.pdf")
    assert done.returncode == 1 and "no such format: 'pdf'" in done.stderr and "text, markdown" in done.stderr


def test_nothing_is_shown_of_progress_where_there_is_no_terminal(measured, run_covey):
    done = run_covey("report")
    assert done.stderr == "" and "\r" not in done.stdout and "\033" not in done.stdout


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5"])
def test_jobs_must_be_a_number(measured, run_covey, number):
    done = run_covey("report", f"--jobs={number}")
    assert done.returncode == 1 and number in done.stderr


def test_an_interpreter_is_asked_once_for_its_version(measured, run_covey, run_python, python, tmp_path):
    """Of a data file of coverage.py's, nobody knows which CPython ran it."""
    assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--source", ".", "main.py").returncode == 0
    cache = tmp_path / "cache"
    env = {"XDG_CACHE_HOME": str(cache), "PATH": f"{pathlib.Path(python).parent}:{os.environ['PATH']}"}
    first = run_covey("report", "--data-file", ".coverage", env=env)
    assert first.returncode == 0, first.stderr
    [kept] = (cache / "covey/interpreters").iterdir()
    good = kept.read_text()
    for content in ("", "covey-interpreter 1\n", good.replace("\n", "x\n", 1), good[:-2] + "\n"):
        kept.write_text(content)
        again = run_covey("report", "--data-file", ".coverage", env=env)
        assert again.stdout == first.stdout
        assert kept.read_text() == good
