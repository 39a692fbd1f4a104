"""Projects whose tests have run."""

import shutil

import pytest

KEPT = {}  # by name: the path of the project that was made first


@pytest.fixture
def deliver(project, run_covey, tmp_path_factory):
    """deliver(name, files): `project` with these files and the data of its job `unit`, which has run their tests. They run
    once for each name, elsewhere: as in a job of its own."""

    def deliver(name, files):
        if name not in KEPT:
            elsewhere = tmp_path_factory.mktemp(name) / "elsewhere"
            elsewhere.mkdir()
            type(project)(elsewhere).write(files)
            arguments = ("--rcfile=/dev/null", "--job", "unit", "--branch", "--source=pkg", "-m", "pytest", "-q")
            done = run_covey("run", *arguments, cwd=elsewhere)
            assert (done.returncode, done.stderr) == (0, ""), done
            KEPT[name] = elsewhere.rename(elsewhere.with_name("kept"))
        shutil.copytree(KEPT[name], project.path, dirs_exist_ok=True)
        return project

    return deliver
