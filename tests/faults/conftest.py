"""What the tests of faults share: a shim that makes system calls fail, private mounts, and what must hold whatever fails."""

import errno
import json
import os
import pathlib
import shlex
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent

# Prints what it did and what its processes wrote, and ends with 3. Measured code: a library that fills some chunks of a
# shard, a subprocess, a fork and code that only the child sees.
MAIN = """\
import os, subprocess, sys
import library
total = 0
for number, function in enumerate(library.functions()):
    total += function(number % 3)
print(total, flush=True)
child = subprocess.run([sys.executable, 'child.py'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
print(child, flush=True)
pid = os.fork()
if pid == 0:
    import late
    os._exit(late.work(2) + library.after_fork())
print(os.waitpid(pid, 0)[1] >> 8)
raise SystemExit(3)
"""
CHILD = "import library\nprint(library.function_0(7))\n"
LATE = "def work(n):\n    if n > 1:\n        return 40\n    return 1\n"
N_FUNCTIONS = 1000


def library():
    parts = [
        f"def function_{i}(n):\n    x = n\n    if n == 0:\n        x += 1\n        x *= 2\n    elif n == 1:\n        x += 2\n"
        f"        x *= 3\n    else:\n        x += 3\n        x *= 4\n    for y in range(3):\n        x += y\n    return x\n"
        for i in range(N_FUNCTIONS)
    ]
    parts.append("def functions():\n    return [globals()[f'function_{i}'] for i in range(%d)]\n" % N_FUNCTIONS)
    parts.append("def after_fork():\n    return 2\n")
    return "\n".join(parts)


@pytest.fixture
def program(project):
    """The program, in the project: run("main.py")."""
    return project.write({"main.py": MAIN, "library.py": library(), "child.py": CHILD, "late.py": LATE})


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The path of the built shim.c; skips where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler builds the shim")
    path = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", path, HERE / "shim.c", "-ldl"], check=True)
    return path


@pytest.fixture
def fault(shim, project):
    """fault("fallocate", "ENOSPC", after=2, name="python"): the environment in which that happens to what lies in .covey."""

    def fault(calls, code="EIO", after=0, name="python", path="/.covey/", **more):
        environment = {"LD_PRELOAD": shim, "FAULT_CALLS": calls, "FAULT_ERRNO": getattr(errno, code), "FAULT_AFTER": after}
        return environment | {"FAULT_PATH": path, "FAULT_NAME": name, "FAULT_MARK": project / "failed", **more}

    return fault


class Outcome:
    """A finished `covey run`, and what its data directory says."""

    def __init__(self, status, stdout, stderr, data, lines, report_warnings):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.lines = lines  # {(file, line)} reported as run
        self.report_warnings = report_warnings  # of the report
        records = [json.loads(path.read_text()) for path in pathlib.Path(data).glob("jobs/*/*/session*.json")]
        self.records = sorted(records, key=lambda record: record["start_unix"])
        self.losses = "".join(path.read_bytes()[16:4072].rstrip(b"\0").decode() for path in pathlib.Path(data).glob("runs/*/losses"))

    @property
    def said(self):
        """The lines of Covey's own."""
        return [line for line in self.stderr.splitlines() if line.startswith("covey: ")]

    @property
    def of_program(self):
        others = [line for line in self.stderr.splitlines() if not line.startswith("covey: ")]
        return self.status, self.stdout, others

    @property
    def incomplete(self):
        """What the run's own record says; the losses where it could not be written any more."""
        if not self.records or self.records[-1]["incomplete"] is None:
            return self.losses or None
        return self.records[-1]["incomplete"]


def lines_of(report):
    if report.returncode:
        return set()
    files = json.loads(report.stdout)["files"]
    return {(name, line) for name, file in files.items() for line in file["executed_lines"]}


@pytest.fixture
def measure(project, run_covey):
    """measure(*options, env=…): the program under `covey run` and its report, as an Outcome."""

    def measure(*options, env=None, **more):
        done = run_covey("run", *options, "--source", ".", "main.py", env=env, **more)
        report = run_covey("json", "-q", "-o", "-")
        return Outcome(done.returncode, done.stdout, done.stderr, project / ".covey", lines_of(report), report.stderr)

    return measure


@pytest.fixture
def plain(program, run_python):
    """(status, stdout, lines of stderr) of the program without Covey."""
    done = run_python("main.py")
    return done.returncode, done.stdout, done.stderr.splitlines()


@pytest.fixture
def whole(measure, program, project):
    """The Outcome of a run in which nothing fails; its data is gone again."""
    outcome = measure()
    assert outcome.said == [] and outcome.incomplete is None and outcome.lines
    shutil.rmtree(project / ".covey")
    return outcome


@pytest.fixture
def check(plain, whole):
    """check(outcome): the program noticed nothing; no line is made up; what is missing is told once, and marked."""

    def check(outcome, is_missing=None):
        assert outcome.of_program == plain
        assert outcome.lines <= whole.lines
        missing = whole.lines - outcome.lines
        if is_missing is not None:
            assert bool(missing) == is_missing
        if missing:
            assert len(outcome.said) == 1, outcome.stderr
            assert outcome.incomplete, "a gate cannot see it"
        assert len(outcome.said) <= 1, outcome.stderr
        assert ("incomplete" in outcome.report_warnings) == (outcome.incomplete is not None) or not outcome.lines
        return missing

    return check


@pytest.fixture
def in_mount(project, covey, run, tmp_path):
    """in_mount("size=64k", "…"): `covey run` of the program with .covey on a small file system, which is seen by nobody
    else; an Outcome. `before` and `after` are shell commands. Skips where that cannot be mounted."""
    probe = run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]) if shutil.which("unshare") else None
    if probe is None or probe.returncode:
        pytest.skip("no file system can be mounted here: " + (probe.stderr.strip() if probe else "no unshare"))

    def in_mount(options, before="true", prefix=(), env=None):
        left = tmp_path / "left"
        shutil.rmtree(left, ignore_errors=True)
        data = shlex.quote(str(project / ".covey"))
        command = shlex.join([*prefix, covey, "run", "--source", ".", "main.py"])
        script = f"""
mkdir -p {data} && mount -t tmpfs -o {options} none {data} && {before} || exit 99
{command}
status=$?
cp -a {data} {shlex.quote(str(left))}
exit $status
"""
        done = run(["unshare", "-m", "sh", "-c", script], env=env)
        assert done.returncode != 99, done.stderr
        report = run([covey, "json", "-q", "-o", "-", "--data-file", left])
        return Outcome(done.returncode, done.stdout, done.stderr, left, lines_of(report), report.stderr)

    return in_mount


def root_is_needed():
    if os.geteuid() != 0:
        pytest.skip("only root can do this")
