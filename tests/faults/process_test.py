"""Limits of processes, other users, clocks, and runs and machines that share a directory."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="both engines; the others write the same shards")

LIMITED = """\
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_{name}, ({value}, resource.getrlimit(resource.RLIMIT_{name})[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
"""


def limit_main(project, code):
    source = (project / "main.py").read_text()
    project.write({"main.py": code + source})


@pytest.mark.parametrize("map_too", [True, False], ids=["mapped", "written"])
@pytest.mark.parametrize("size", [0, 1, 4096, 16384, 16385, 20000, 40960, 50000, 200_000])
def test_a_limit_on_the_size_of_files(size, map_too, check, measure, project, fault):
    """With SIGXFSZ as the kernel has it: no write of ours may go beyond the limit."""
    limit_main(project, LIMITED.format(name="FSIZE", value=size))
    outcome = measure(env={} if map_too else fault("nothing") | {"FAULT_FSTYPE": "6969"})
    shift = 3  # the lines of main.py lie as far down
    outcome.lines = {(name, line - shift if name == "main.py" else line) for name, line in outcome.lines if (name, line) > ("main.py", shift) or name != "main.py"}
    assert outcome.lines or not map_too
    check(outcome, is_missing=True if size < 60_000 else None)


@pytest.mark.parametrize("blocks", [0, 1, 2, 4, 8, 16, 32, 64])
def test_the_same_limit_on_covey_run(blocks, program, plain, run, covey):
    done = run(["sh", "-c", f"ulimit -f {blocks}; trap - XFSZ; exec {covey} run --source . main.py"])
    said = [line for line in done.stderr.splitlines() if line.startswith("covey: ")]
    if done.returncode == 1:
        assert done.stdout == "" and len(said) == 1 and said[0].startswith("covey: error: /")
    else:
        assert (done.returncode, done.stdout) == plain[:2] and len(said) <= 1


def test_a_limit_on_memory(program, plain, measure, project, whole):
    """From nearly nothing beyond what the program has on. Where its own memory suffices, it notices nothing."""
    code = """\
import resource, os
pages = int(open('/proc/self/statm').read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * 4096 + (EXTRA << 10), -1))
"""
    for extra in (0, 64, 256, 1024, 2048, 4096, 8192, 16384):
        project.write({"main.py": code.replace("EXTRA", str(extra)) + (project / "main.py").read_text().split("-1))\n")[-1]})
        alone = subprocess.run([sys.executable, "main.py"], cwd=project.path, capture_output=True, text=True)
        outcome = measure()
        if outcome.of_program != (alone.returncode, alone.stdout, alone.stderr.splitlines()):
            # Ours is memory too: then the program says that it has too little of it, and does not crash.
            assert outcome.status == 1 and "MemoryError" in outcome.stderr or "ENOMEM" in outcome.stderr, outcome.stderr
        assert len(outcome.said) <= 1


def test_a_limit_on_processes(program, plain, open_project, run, covey):
    """The program's processes are what they would be; tables that no process could be started for are made later."""
    if shutil.which("prlimit") is None:
        pytest.skip("there is no prlimit")
    user = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    for path in program.path.glob("*.py"):
        shutil.copy(path, open_project)
    os.chown(open_project, 54321, 54321)
    started = 0
    for n in range(1, 8):
        shutil.rmtree(open_project / ".covey", ignore_errors=True)
        done = run([*user, "prlimit", f"--nproc={n}:{n}", covey, "run", "--source", ".", "main.py"], cwd=open_project)
        said = [line for line in done.stderr.splitlines() if line.startswith("covey: ")]
        assert len(said) <= 1, done.stderr
        assert done.stdout or (done.returncode, len(said)) == (1, 1)
        started += (done.returncode, done.stdout) == plain[:2]
    assert started, "with some processes it ran whole"


@pytest.fixture
def open_project(other_user):
    """A directory that every user can reach, with the Python of the tests and what it needs."""
    path = pathlib.Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("umask", [0o022, 0o077])
@pytest.mark.parametrize("how", ["a subprocess", "a fork"])
def test_another_user(how, umask, open_project, run, covey):
    """It cannot write into the directory, and says nothing on its standard error."""
    other = {
        "a subprocess": "r = subprocess.run([sys.executable, 'child.py'], user=54321, group=54321, capture_output=True, text=True)\nprint(r.stdout, r.stderr)\n",
        "a fork": "pid = os.fork()\nif pid == 0:\n    os.setgid(54321); os.setuid(54321)\n    import child\n    sys.stdout.flush()\n    os._exit(0)\nos.waitpid(pid, 0)\nimport after\n",
    }[how]
    (open_project / "main.py").write_text("import os, subprocess, sys\n" + other)
    (open_project / "child.py").write_text("print('child')\n")
    (open_project / "after.py").write_text("x = 1\n")
    done = run([covey, "run", "--source", ".", "main.py"], cwd=open_project, umask=umask)
    assert done.returncode == 0 and done.stdout.split() == ["child"]
    assert done.stderr.count("\n") == 1 and "some data is incomplete: " in done.stderr and "permission denied" in done.stderr
    [record] = open_project.glob(".covey/jobs/*/*/session.json")
    assert "permission denied" in json.loads(record.read_text())["incomplete"]
    files = json.loads(run([covey, "json", "-q", "-o", "-"], cwd=open_project).stdout)["files"]
    assert files["main.py"]["executed_lines"] and not files["child.py"]["executed_lines"]
    if how == "a fork":
        assert files["after.py"]["executed_lines"] == [1], "the parent is measured on"


BRANCHES = "import sys, time\nn = int(sys.argv[1])\nif n == 0:\n    a = 0\nelif n == 1:\n    a = 1\nelse:\n    a = 2\n"


def executed(run, covey, project):
    return json.loads(run([covey, "json", "-q", "-o", "-"], cwd=project.path).stdout)["files"]["x.py"]["executed_lines"]


def test_two_runs_at_once(project, covey, run):
    """They count together, whatever the other one does."""
    wait = "import os, time\nopen(f'begun{n}', 'w')\nwhile not os.path.exists('begun0') or not os.path.exists('begun1'): time.sleep(0.01)\n"
    project.write({"x.py": BRANCHES + wait})
    runs = [subprocess.Popen([covey, "run", "x.py", str(n)], cwd=project.path) for n in (0, 1)]
    assert [each.wait() for each in runs] == [0, 0]
    assert executed(run, covey, project) == [1, 2, 3, 4, 5, 6, 9, 10, 11]


@pytest.mark.parametrize("machines", [2])
def test_machines_on_one_directory(machines, project, covey, run):
    """Each with its own name and pids that say nothing to the other."""
    apart = ["unshare", "--uts", "--pid", "--fork", "--mount-proc"]
    if shutil.which("unshare") is None or run([*apart, "true"]).returncode:
        pytest.skip("no machine can be made up here")
    wait = "import os, time\nopen(f'begun{n}', 'w')\nwhile not os.path.exists('begun0') or not os.path.exists('begun1'): time.sleep(0.01)\n"
    project.write({"x.py": BRANCHES + wait})
    started = [
        subprocess.Popen([*apart, "sh", "-c", f"hostname machine{n}; {covey} run x.py {n}"], cwd=project.path) for n in range(machines)
    ]
    assert [each.wait() for each in started] == [0] * machines
    records = [json.loads(path.read_text()) for path in project.path.glob(".covey/jobs/*/*/session.json")]
    assert sorted(record["host"] for record in records) == ["machine0", "machine1"]
    assert len({record["pid"] for record in records}) <= 2
    assert executed(run, covey, project) == [1, 2, 3, 4, 5, 6, 9, 10, 11]
    run([covey, "run", "x.py", "2"], cwd=project.path)
    assert executed(run, covey, project) == [1, 2, 3, 5, 8, 9, 10, 11], "one machine's later run replaces both"


def test_pids_that_come_again(project, covey, run, run_covey):
    """Each subprocess has pid 1 in a namespace of its own."""
    apart = ["unshare", "--pid", "--fork"]
    if shutil.which("unshare") is None or run([*apart, "true"]).returncode:
        pytest.skip("no pid namespace can be made here")
    project.write({"x.py": BRANCHES + "import os\nprint(os.getpid())\n"})
    project.write({"main.py": f"import subprocess, sys\nfor n in '012': subprocess.run([*{apart}, sys.executable, 'x.py', n])\n"})
    done = run_covey("run", "main.py")
    assert (done.stdout, done.stderr) == ("1\n1\n1\n", "")
    assert executed(run, covey, project) == [1, 2, 3, 4, 5, 6, 8, 9, 10]


def test_a_clock_that_jumps(program, measure, whole, fault, project):
    """By up to a day, forth and back, for the program and for `covey run`; each run replaces the one before."""
    for _ in range(5):
        outcome = measure(env=fault("nothing") | {"FAULT_JUMP": "1"})
        assert (outcome.status, outcome.said, outcome.incomplete) == (3, [], None)
        assert outcome.lines == whole.lines
        assert len(outcome.records) == 1


def test_no_descriptor_to_read_a_source_with(project, run_covey):
    """Else its file would count as one that was not there when it ran."""
    program = (
        "import os, resource\nsource = open('mod.py').read()\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\ntaken = []\n"
        "try:\n    while True:\n        taken.append(os.open('/dev/null', os.O_RDONLY))\nexcept OSError:\n    pass\n"
        "exec(compile(source, os.path.abspath('mod.py'), 'exec'))\n"
    )
    project.write({"main.py": program, "mod.py": "x = 1\n"})
    done = run_covey("run", "main.py")
    assert done.returncode == 0
    (warning,) = done.stderr.splitlines()
    assert f"which source ran is not known: {project.path / 'mod.py'}: too many open files" in warning
