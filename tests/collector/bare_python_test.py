"""Pythons started with -S are not measured; the process that starts one notes that."""

import json

import pytest

START = "import subprocess, sys\nsubprocess.run({arguments}, check=True, {how})\n"
PYTHON = "sys.executable"

# By what is started, how, and how many of them are without site.
WAYS = {
    "-S": (f"[{PYTHON}, '-S', 'leaf.py']", "", 1),
    "among others": (f"[{PYTHON}, '-ISq', 'leaf.py']", "", 1),
    "after options with values": (f"[{PYTHON}, '-W', 'error', '-Xdev', '--check-hash-based-pycs', 'never', '-S', 'leaf.py']", "", 1),
    "a tuple of paths": (f"(__import__('pathlib').Path({PYTHON}), '-S', 'leaf.py')", "", 1),
    "bytes": (f"[{PYTHON}.encode(), b'-S', b'leaf.py']", "", 1),
    "by executable": (f"[{PYTHON}.replace('python', 'x'), '-S', 'leaf.py']", f"executable={PYTHON}", 1),
    "of a cleared environment": (f"[{PYTHON}, '-S', 'leaf.py']", "env={}", 1),
    "the program's own": (f"[{PYTHON}, 'leaf.py', '-S']", "", 0),
    "after -c": (f"[{PYTHON}, '-c', 'pass', '-S']", "", 0),
    "after -m": (f"[{PYTHON}, '-Im', 'leaf', '-S']", "cwd='.'", 0),
    "a value of that name": (f"[{PYTHON}, '-W', '-S', 'leaf.py']", "stderr=subprocess.DEVNULL", 0),
    "another program": ("['env', '-S', 'true']", "", 0),
    "a shell": (f"{PYTHON} + ' -S leaf.py'", "shell=True", 0),
}


def warnings(done):
    return [line for line in done.stderr.splitlines() if line.startswith("covey: ")]


def record(project):
    (path,) = (project / ".covey/jobs").glob("*/*/session.json")
    return json.loads(path.read_text())


@pytest.mark.parametrize("way", WAYS)
def test_ways(project, run_covey, way):
    arguments, how, n = WAYS[way]
    project.write({"main.py": START.format(arguments=arguments, how=how), "leaf.py": "pass\n"})
    done = run_covey("run", "main.py")
    if way != "after -m":  # -I has no current directory to find it in
        assert done.returncode == 0, done.stderr
        assert warnings(done) == ["covey: warning: 1 Python was started with -S: it is not measured"] * n
    assert record(project)["bare_pythons"] == n
    assert record(project)["incomplete"] is None


def test_many_by_several_processes(project, run_covey):
    once = START.format(arguments=f"[{PYTHON}, '-S', '-c', '']", how="")
    project.write({"main.py": once * 3 + "subprocess.run([sys.executable, 'more.py'])\n", "more.py": once * 2})
    done = run_covey("run", "--branch", "main.py")
    assert warnings(done) == ["covey: warning: 5 Pythons were started with -S: they are not measured"]
    assert run_covey("report").returncode == 0


def test_where_the_library_is_measured(project, run_covey):
    project.write({"main.py": START.format(arguments=f"[{PYTHON}, '-S', '-c', '']", how="") * 2, ".coveragerc": "[run]\ncover_pylib = true\n"})
    assert len(warnings(run_covey("run", "main.py"))) == 1
    assert record(project)["bare_pythons"] == 2


def test_under_pytest(project, run_python):
    tests = "import subprocess, sys\ndef test_it():\n    subprocess.run([sys.executable, '-S', '-c', ''], check=True)\n"
    project.write({"test_a.py": tests})
    done = run_python("-m", "pytest", "-q", "--covey=.")
    assert done.returncode == 0 and "1 Python was started with -S" in done.stdout + done.stderr
    assert record(project)["bare_pythons"] == 1


@pytest.mark.parametrize("where", ["on", "off"])
def test_a_program_that_is_wrong_fails_as_it_does_without(project, run_covey, run_python, where):
    project.write({"main.py": "import subprocess\ntry:\n    subprocess.run([object()])\nexcept TypeError as e:\n    print(e)\n"})
    done = run_covey("run", "main.py") if where == "on" else run_python("main.py")
    assert done.stdout.startswith("expected str, bytes or os.PathLike object, not object"), done.stdout + done.stderr
