"""Covey called as coverage.py: what both print, to which stream, how they end and what they leave, side by side."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

PROGRAM = """import sys

def one():
    return 1

if "one" in sys.argv:
    one()
"""

# Arguments of the command, one after the other in the same directory; the last one's words are compared.
SAME = {
    "nothing": [[]],
    "no such command": [["nonsense"]],
    "no such option": [["report", "--nonsense"]],
    "an option that is several": [["report", "--skip"]],
    "a value that is missing": [["report", "--sort"]],
    "a value too many": [["report", "--skip-covered=yes"]],
    "a number that is none": [["report", "--fail-under=many"]],
    "a global option that is none": [["--nonsense"]],
    "help on what there is not": [["help", "nonsense"]],
    "version": [["--version"]],
    "the commands": [["help"]],
    "no data to report": [["report"]],
    "no data to write": [["json"]],
    "no data to combine": [["combine"]],
    "no such place to combine": [["combine", "nowhere"]],
    "nothing to erase": [["erase"]],
    "a report": [["run", "program.py"], ["report", "-m"]],
    "a report of a file that is not there": [["run", "program.py"], ["report", "other.py"]],
    "a threshold": [["run", "program.py"], ["report", "--fail-under=99"]],
    "an unknown format": [["run", "program.py"], ["report", "--format=nonsense"]],
    "parallel files combined by a report": [["run", "-p", "program.py"], ["run", "-p", "program.py", "one"], ["report"]],
    "parallel files": [["run", "-p", "program.py"], ["run", "-p", "program.py", "one"], ["combine"]],
    "nothing usable": [["run", "program.py"], ["combine", ".coverage"]],
    "a file written": [["run", "program.py"], ["xml"]],
    "a file written quietly": [["run", "program.py"], ["xml", "-q"]],
    "data of other kinds": [["run", "-p", "program.py"], ["run", "-p", "--branch", "program.py"], ["combine"]],
    "no debug topic": [["debug"]],
    "a debug topic that is none": [["debug", "nonsense"]],
    "a debug topic with too much": [["debug", "sys", "more"]],
    "configuration": [["debug", "config"]],
    "data that is not there": [["debug", "data"]],
    "data": [["run", "--branch", "program.py"], ["debug", "data"]],
    "a damaged data file": [["debug", "data", "program.py"]],
}


def shown(text):
    """What may differ, and nothing else: names of parallel files, and where a warning comes from in coverage.py."""
    text = re.sub(r"\.coverage\.\S+?(?=')", ".coverage.SUFFIX", text)
    text = re.sub(r"^\S+\.py:\d+: (?=CoverageWarning)", "", text, flags=re.M)
    return re.sub(r"^  \S*self\._warn\(.*\n?|^  warnings\.warn\(.*\n?", "", text, flags=re.M)


@pytest.fixture
def run_as(project, covey, run):
    """run_as(tool, commands): each in a fresh directory; returns the last one's end and what lies there then."""

    def run_as(tool, commands):
        folder = project.path / "work"
        folder.mkdir()
        (folder / "program.py").write_text(PROGRAM)
        name = project.path / "bin/coverage"
        name.parent.mkdir(exist_ok=True)
        name.unlink(missing_ok=True)
        name.symlink_to(covey if tool == "covey" else pathlib.Path(sys.executable).parent / "coverage")
        env = {"XDG_CACHE_HOME": project.path / "cache"}
        for arguments in commands:
            program = [str(name)] if tool == "covey" else [sys.executable, str(name)]
            done = run([*program, *arguments], cwd=folder, env=env)
        left = sorted(re.sub(r"\.coverage\..*", ".coverage.SUFFIX", path) for path in os.listdir(folder))
        os.rename(folder, project.path / f"{tool}-work")
        return done.returncode, shown(done.stdout), shown(done.stderr), [n for n in left if n != "__pycache__"]

    return run_as


@pytest.mark.parametrize("commands", SAME.values(), ids=SAME.keys())
def test_as_coverage_py(run_as, commands):
    assert run_as("covey", commands) == run_as("coverage", commands)


def test_the_variable_makes_it_the_drop_in_under_its_own_name(run_covey, project):
    done = run_covey("nonsense", env={"COVEY_COMPAT": "1"})
    assert (done.returncode, done.stderr) == (1, "Unknown command: 'nonsense'\nUse 'covey help' for help.\n")


def test_an_alias_is_a_link_that_replaces_nothing_unless_told_to(project, covey):
    """Of a copy of the binary: the one under test stays alone."""
    binary = project.path / "bin/covey"
    binary.parent.mkdir()
    binary.write_bytes(pathlib.Path(covey).read_bytes())
    binary.chmod(0o755)
    alias = binary.parent / "coverage"

    def call(*arguments):
        done = subprocess.run([binary, "alias", *arguments], capture_output=True, text=True)
        return done.returncode, done.stderr

    assert call() == (0, "")
    assert os.readlink(alias) == "covey"
    assert "Code coverage for Python" in subprocess.run([alias], capture_output=True, text=True).stdout
    assert call() == (0, "")
    assert call("--remove") == (0, "")
    assert not alias.exists()
    alias.write_text("another program")
    assert call() == (1, f"covey: error: {alias}: is there already (--force replaces it)\n")
    assert call("--remove") == (0, "")
    assert alias.read_text() == "another program"
    assert call("--force") == (0, "")
    assert os.readlink(alias) == "covey"
