"""`covey combine`: the data of several runs, jobs and machines as one; held against coverage.py on the same programs."""

import json
import shutil

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

PROGRAM = """import sys

def one():
    return 1

def two():
    return 2

if "one" in sys.argv:
    one()
if "two" in sys.argv:
    two()
"""


@pytest.fixture
def program(project):
    return project.write({"program.py": PROGRAM})


@pytest.fixture
def measure(run_covey):
    """measure("one", job="a", data="x"): program.py, run with that argument."""

    def measure(argument, job="default", data=".covey"):
        done = run_covey("run", "--job", job, "--data-file", data, "program.py", argument)
        assert (done.returncode, done.stderr) == (0, "")

    return measure


@pytest.fixture
def report(run_covey):
    def report(data=".covey"):
        done = run_covey("report", "-m", "--data-file", data)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return report


def runs(folder):
    """The run folders below a data directory, as "job/run id"."""
    return sorted(f"{path.parent.name}/{path.name}" for path in (folder / "jobs").glob("*/*"))


def test_jobs_become_one_run_with_coverage_pys_numbers(program, measure, report, run_covey, run_python):
    measure("one", job="unit")
    measure("two", job="slow")
    before = report()
    done = run_covey("combine")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Combined 2 files\n")
    assert [name.split("/")[0] for name in runs(program / ".covey")] == ["+combined"]
    assert report() == before
    for argument in ("one", "two"):
        run_python("-m", "coverage", "run", "--rcfile=/dev/null", "-p", "program.py", argument)
    theirs = run_python("-m", "coverage", "combine", "--rcfile=/dev/null")
    assert theirs.stderr == done.stderr
    assert run_python("-m", "coverage", "report", "--rcfile=/dev/null", "-m").stdout == before


def test_the_combined_run_says_what_it_is_made_of(program, measure, run_covey):
    measure("one", job="unit")
    parts = runs(program / ".covey")
    run_covey("combine", "-q")
    (folder,) = (program / ".covey/jobs/+combined").iterdir()
    session = json.loads((folder / "session.json").read_text())
    assert (session["job"], session["status"], session["run_id"]) == ("combined", 0, folder.name)
    assert session["combined"] == parts
    assert session["command"] == ["covey", "combine", "-q"]


def test_other_machines_directories(program, measure, report, run_covey):
    measure("one", data="artifacts/linux/.covey")
    measure("two", data="artifacts/mac")
    measure("none", data="third")
    shutil.rmtree(program / "third/tables")
    done = run_covey("combine", "artifacts/linux", "artifacts", "third")
    assert (done.returncode, done.stderr) == (0, "Combined 3 files\n")
    assert "program.py       9      0   100%" in report()
    assert list((program / ".covey/tables").rglob("*.tables"))
    assert runs(program / "artifacts/linux/.covey") == runs(program / "artifacts/mac") == runs(program / "third") == []


def test_keep_leaves_the_parts(program, measure, report, run_covey):
    measure("one")
    parts = runs(program / ".covey")
    expected = report()
    for _ in range(2):
        assert run_covey("combine", "--keep").returncode == 0
        assert len(runs(program / ".covey")) == 2
        assert set(parts) < set(runs(program / ".covey"))
        assert report() == expected


@pytest.mark.parametrize("options, missing", [([], "4, 10"), (["-a"], "")])
def test_what_was_combined_before(program, measure, report, run_covey, options, missing):
    measure("one")
    assert run_covey("combine").returncode == 0
    measure("two")
    done = run_covey("combine", *options)
    assert done.returncode == 0
    assert len(runs(program / ".covey")) == 1
    assert report().splitlines()[2].split("%")[1].strip() == missing


def test_a_superseded_run_does_not_come_back(program, measure, report, run_covey):
    measure("one")
    (old,) = (program / ".covey/jobs/default").iterdir()
    shutil.copytree(old, program / "old")
    measure("two")
    shutil.copytree(program / "old", old)
    expected = report()
    assert "4, 10" in expected
    assert run_covey("combine").returncode == 0
    assert report() == expected


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "{data}: no data to combine (covey run collects it)"),
        (["-a"], "{data}: no data to combine (covey run collects it)"),
        (["."], ".: no data to combine (covey run collects it)"),
        (["gone"], "Couldn't combine from non-existent path 'gone'"),
    ],
)
def test_nothing_to_combine(project, run_covey, arguments, message):
    done = run_covey("combine", *arguments)
    said = message.format(data=project / ".covey")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"covey: error: {said}\n")
    assert not (project / ".covey").exists()


def test_what_was_combined_is_nothing_new(program, measure, report, run_covey):
    measure("one")
    run_covey("combine")
    expected = report()
    assert run_covey("combine").returncode == 1
    assert run_covey("combine", "--append").returncode == 1
    assert report() == expected


def test_a_damaged_shard_stays(program, measure, run_covey):
    measure("one", job="good")
    measure("two", job="bad")
    (bad,) = (program / ".covey/jobs/bad").glob("*/*.shard")
    bad.write_bytes(b"nonsense" * 1000)
    done = run_covey("combine")
    assert done.returncode == 0
    warning, message = done.stderr.splitlines()
    assert warning.startswith(f"covey: warning: {bad}: ")
    assert message == "Combined 1 file, 1 file errored"
    assert bad.exists()
    assert not (program / ".covey/jobs/good").exists()


def test_a_run_that_goes_on_stays(program, covey, run_covey, report):
    done = run_covey("run", "--", "sh", "-c", f"{covey} run program.py one && {covey} combine && {covey} report -m")
    assert done.returncode == 0
    jobs = [name.split("/")[0] for name in runs(program / ".covey")]
    assert jobs == ["+combined", "default"]
    assert done.stdout == report()


def test_one_shard(program, measure, run_covey, report):
    measure("one", data="there")
    (shard,) = (path for path in (program / "there").rglob("*.shard"))
    assert run_covey("combine", shard).returncode == 0
    assert not shard.exists()
    assert len(runs(program / ".covey")) == 1


def test_coverage_pys_data_files_become_part_of_the_combined_run(program, measure, report, run_covey, run_python):
    measure("one")
    done = run_python("-m", "coverage", "run", "-p", "program.py", "two")
    assert done.returncode == 0
    assert run_covey("combine").stderr == "Combined 2 files\n"
    assert not list(program.path.glob(".coverage.*"))
    assert "program.py       9      0   100%" in report()
    run_python("-m", "coverage", "run", "-p", "program.py")
    assert run_covey("combine", "--append").returncode == 0
    assert "program.py       9      0   100%" in report()
    assert run_covey("combine", "--data-file=elsewhere", ".covey").returncode == 0
    assert "program.py       9      0   100%" in report("elsewhere")


def test_directories_that_hold_data_of_either_kind(program, measure, report, run_covey, run_python):
    measure("one")
    expected_one = report()
    run_python("-m", "coverage", "run", "program.py", "two", cwd=program.path)
    program.write({"artifacts/a/empty": "", "artifacts/b/empty": ""})
    (program / ".covey").rename(program / "artifacts/a/.covey")
    (program / ".coverage").rename(program / "artifacts/b/.coverage")
    done = run_covey("combine", "artifacts/a", "artifacts/b")
    assert (done.returncode, done.stderr) == (0, "Combined 2 files\n")
    assert expected_one != report() and "program.py       9      0   100%" in report()
    assert not (program / "artifacts/b/.coverage").exists()


def test_data_files_of_another_kind_are_refused_and_stay(program, measure, run_covey, run_python):
    measure("one")
    assert run_python("-m", "coverage", "run", "--branch", "-p", "program.py").returncode == 0
    done = run_covey("combine")
    assert (done.returncode, done.stdout) == (1, "")
    assert "can't combine branch coverage data with statement data" in done.stderr
    assert len(list(program.path.glob(".coverage.*"))) == 1


def test_paths_of_the_configuration_lead_data_files_here(program, run_covey, run_python):
    other = program.write({"other/program.py": PROGRAM, ".coveragerc": "[paths]\nsource =\n    .\n    */other\n"})
    done = run_python("-m", "coverage", "run", "-p", "--data-file=../.coverage", "program.py", "one", cwd=other / "other")
    assert done.returncode == 0
    assert run_covey("combine").stderr == "Combined 1 file\n"
    assert "\nprogram.py " in run_covey("report").stdout
