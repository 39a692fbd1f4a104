"""`covey erase`: removes measurements, coverage.py's as well, and nothing else."""

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

FILES = {
    ".coverage": "",
    ".coverage.host.pid1.Xabcdefx": "",
    ".coveragerc": "",
    "program.py": "print('hello')\n",
    "other/.coverage": "",
}


@pytest.fixture
def measured(project, run_covey):
    project.write(FILES)
    done = run_covey("run", "program.py")
    assert (done.returncode, done.stderr) == (0, "")
    return project


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_erases_what_both_tools_measured(measured, run_covey, run_python, tmp_path):
    (measured / ".covey/jobs/mine.txt").write_text("")
    (measured / ".covey/jobs/default/notes").mkdir()
    done = run_covey("erase")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    left = [name for name in files(measured.path) if "/tables/" not in name]
    ours = [".covey/.gitignore", ".covey/CACHEDIR.TAG", ".covey/jobs/mine.txt"]
    assert left == sorted([*ours, *(set(FILES) - {".coverage"})])
    assert (measured / ".covey/jobs/default/notes").is_dir()
    assert list((measured / ".covey/runs").iterdir()) == []
    assert run_covey("report").returncode == 1
    assert run_covey("erase").returncode == 0

    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in FILES:
        (theirs / name).parent.mkdir(exist_ok=True)
        (theirs / name).write_text("")
    run_python("-m", "coverage", "erase", "--rcfile=/dev/null", cwd=theirs)
    assert [name for name in left if not name.startswith(".covey/")] == files(theirs)


@pytest.mark.parametrize("path, left", [("other/.coverage", {".coverage"}), (".covey", {".coverage", "other/.coverage"})])
def test_erases_the_one_place_it_is_given(measured, run_covey, path, left):
    done = run_covey("erase", "--data-file", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name in files(measured.path) if name.endswith(".coverage")} == left
    assert bool(list((measured / ".covey").rglob("*.shard"))) == (path != ".covey")


def test_coverage_file_names_the_other(measured, run_covey):
    assert run_covey("erase", env={"COVERAGE_FILE": "other/.coverage"}).returncode == 0
    assert {name for name in files(measured.path) if name.endswith(".coverage")} == {".coverage"}


def test_refuses_while_a_run_goes_on(measured, covey, run_covey):
    done = run_covey("run", "--", "sh", "-c", f"{covey} erase; echo $?")
    assert done.stdout == "1\n"
    assert done.stderr.startswith(f"covey: error: {measured.path}/.covey/jobs/default/")
    assert done.stderr.splitlines()[0].endswith(": this run goes on; erase when it has ended")
    assert (measured / ".coverage").exists()


def test_where_nothing_is(project, run_covey):
    done = run_covey("erase")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files(project.path) == []


def test_parallel_files_go_where_the_configuration_says_that_runs_leave_them(project, run_covey):
    project.write({".coveragerc": "[run]\nparallel = true\ndata_file = other/data\n", "other/data.host.pid1": "", ".coverage": ""})
    assert run_covey("erase").returncode == 0
    assert files(project.path) == [".coverage", ".coveragerc"]
