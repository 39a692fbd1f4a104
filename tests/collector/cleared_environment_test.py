"""Processes that are started with an environment of their own find the run by their ancestors."""

import os
import pathlib
import shutil
import tempfile

import pytest

LEAF = "def work(n):\n    if n:\n        return 1\n    return 2  # missing\n\n\nwork(1)\n"
START = "import subprocess, sys\nsubprocess.run([sys.executable, *{arguments!r}], env={env!r}, check=True)\n"
NOTES = pathlib.Path(f"/tmp/.covey-{os.geteuid()}")

WAYS = {
    "nothing": (["leaf.py"], {}),
    "other variables": (["leaf.py"], {"PATH": os.environ["PATH"], "LANG": "C"}),
    "a child of such a process": (["-c", "import subprocess, sys; subprocess.run([sys.executable, 'leaf.py'], check=True)"], {}),
    "a shell in between": (["-c", "import os, sys; sys.exit(os.system(sys.executable + ' leaf.py; true'))"], {}),
    "isolated": (["-I", "leaf.py"], {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways(measure, way):
    arguments, env = WAYS[way]
    measured = measure({"main.py": START.format(arguments=arguments, env=env), "leaf.py": LEAF}, "main.py")
    assert measured.executed("leaf.py") == [1, 2, 3, 7]


def test_the_job_is_that_of_the_ancestor(project, run_covey):
    project.write({"main.py": START.format(arguments=["leaf.py"], env={}), "leaf.py": LEAF})
    done = run_covey("run", "main.py", env={"NOX_CURRENT_SESSION": "tests-3.13"})
    assert done.returncode == 0 and [path.name for path in (project / ".covey/jobs").iterdir()] == ["tests-3.13"]


def test_below_a_pytest_of_its_own(project, run_python):
    tests = "import subprocess, sys\ndef test_it():\n    subprocess.run([sys.executable, 'leaf.py'], env={}, check=True)\n"
    project.write({"test_a.py": tests, "leaf.py": LEAF})
    done = run_python("-m", "pytest", "-q", "--cov=.", "--cov-report=term-missing")
    assert done.returncode == 0 and "leaf.py" in done.stdout, done.stdout + done.stderr
    (row,) = [line.split() for line in done.stdout.splitlines() if line.startswith("leaf.py")]
    assert row[-1] == "4"


def test_the_environment_stays_cleared(measure, project):
    source = "import os\nopen('seen', 'w').write(repr(sorted(n for n in os.environ if not n.startswith('LC_'))))\n"
    measure({"main.py": START.format(arguments=["leaf.py"], env={}), "leaf.py": source}, "main.py")
    assert (project / "seen").read_text() == "[]"


def test_others_are_left_alone_and_the_note_goes_with_the_run(project, run_covey, run_python):
    project.write({"main.py": f"import os, time\nopen('on', 'w').write(repr(os.listdir({str(NOTES)!r})))\n"})
    assert run_covey("run", "main.py").returncode == 0
    (run_id,) = [path.name for path in (project / ".covey/runs").iterdir()]
    assert run_id in (project / "on").read_text()
    assert not (NOTES / run_id).exists()


def test_a_directory_of_somebody_else_is_not_believed(run_python, other_user):
    """Notes in a directory that others may write to would have us write where they like."""
    user = other_user + 1  # whom no test beside this one is
    notes = pathlib.Path(f"/tmp/.covey-{user}")
    notes.mkdir()
    try:
        with tempfile.NamedTemporaryFile("w", dir="/tmp") as settings:
            settings.write("covey-settings 99\n")
            settings.flush()
            os.chmod(settings.name, 0o644)
            (notes / "0123456789abcdef").write_text(f"{settings.name}\n{os.getpid()}\n0\n")
            notes.chmod(0o777)
            done = run_python("-c", "print('on')", cwd="/", user=user, group=user)
            assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")
    finally:
        shutil.rmtree(notes)
