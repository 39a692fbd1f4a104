"""Processes: how they are found, and what is kept of them however they end."""

import os
import signal
import sys

import pytest

WORK = """
import os, signal, subprocess, sys
def work(n):
    if n > 5:
        return 'many'
    return 'few'
def main(how):
    work(1)
"""

# What `main` goes on with; both branches of `work` must have run somewhere, but where the process itself dies.
WAYS = {
    "fork": ("    pid = os.fork()\n    if pid == 0:\n        work(10)\n        os._exit(0)\n    os.waitpid(pid, 0)\n", [5, 6]),
    "fork, and code first seen in the child": (
        "    pid = os.fork()\n    if pid == 0:\n        exec(compile('def late():\\n return 1\\nlate()', 'late.py', 'exec'))\n"
        "        work(10)\n        os._exit(0)\n    os.waitpid(pid, 0)\n",
        [5, 6],
    ),
    "a subprocess": (
        "    subprocess.run([sys.executable, '-c', 'import program; program.work(10)'], check=True)\n",
        [5, 6],
    ),
    "a subprocess, isolated": (
        "    subprocess.run([sys.executable, '-I', '-c', f'import sys; sys.path.insert(0, {os.getcwd()!r});"
        " import program; program.work(10)'], check=True)\n",
        [5, 6],
    ),
    "exec": ("    os.execv(sys.executable, [sys.executable, '-c', 'import program; program.work(10)'])\n", [5, 6]),
    "a directory that is another by then": ("    os.chdir('/')\n    work(10)\n", [5, 6]),
    "_exit": ("    os._exit(0)\n", [6]),
}
DEATHS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGSEGV": signal.SIGSEGV, "SIGABRT": signal.SIGABRT}


@pytest.mark.parametrize("way", WAYS)
def test_ways(measure, way):
    code, lines = WAYS[way]
    source = WORK + code + "if __name__ == '__main__':\n    main(0)\n"
    late = "def late():\n return 1\nlate()\n"
    measured = measure({"program.py": source, "late.py": late}, "program.py", check=False)
    assert measured.missing("late.py") == ([] if "in the child" in way else [1, 2, 3])
    assert [line for line in (5, 6) if line in measured.executed("program.py")] == lines


@pytest.mark.parametrize("name", DEATHS)
def test_deaths(measure, name):
    source = WORK + f"    os.kill(os.getpid(), {int(DEATHS[name])})\n    work(10)\nmain(0)\n"
    measured = measure({"program.py": source}, "program.py", check=False, status=-DEATHS[name])
    assert 6 in measured.executed("program.py") and 5 not in measured.executed("program.py")


def test_subinterpreters_are_measured_or_left_alone_in_silence(measure):
    """site runs covey.pth in them, too."""
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    source = f"import {name} as i\nx = i.create()\ni.run_string(x, 'import json; y = 1')\ni.destroy(x)\n"
    measure({"main.py": source}, "main.py")


def test_no_descriptor_is_held(measure):
    source = """
import os
held = [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}')]
assert not [name for name in held if 'covey' in name], held
os.closerange(3, 100)
for turn in range(3000):
    exec(compile('def f():\\n' + '    x = 1\\n' * 20 + 'f()\\n', 'many.py', 'exec'))
    exec(compile(f'\\n' * turn + 'x = 1', 'main.py', 'exec'))
"""
    measure({"main.py": source, "many.py": ""}, "main.py", check=False)


def test_the_program_sees_what_it_would_see(project, run_covey, run_python):
    probe = """
import sys, os, signal, threading
print(sys.argv, sys.path[0], sys.orig_argv[1:], __name__, __file__)
print(sorted(m for m in sys.modules if 'covey' not in m))
print([signal.getsignal(s) for s in sorted(signal.valid_signals())])
print(sorted(set(vars(__import__('__main__')))), sys.stdin.fileno())
if sys.version_info >= (3, 12): print(threading.gettrace(), sys.gettrace())  # 3.11 is traced
print({k: v for k, v in os.environ.items() if k != 'COVEY_RUN'})
sys.exit(3)
"""
    project.write({"probe.py": probe})
    under = run_covey("run", "probe.py", "a", "--b", "c d")
    plain = run_python("probe.py", "a", "--b", "c d")
    assert (under.returncode, under.stdout, under.stderr) == (plain.returncode, plain.stdout, plain.stderr)


@pytest.mark.parametrize("options", [["-I"], ["-E", "-s"], ["-X", "utf8"]])
def test_python_options_do_not_matter(measure, python, options):
    measure({"main.py": "x = 1\n"}, "--", python, *options, "main.py")


def test_settings_that_cannot_be_read_are_one_error_and_the_program_goes_on(run_python, project):
    project.write({"main.py": "print('on')\n", "settings": "covey-settings 99\n"})
    done = run_python("main.py", env={"COVEY_RUN": project / "settings"})
    assert (done.returncode, done.stdout) == (0, "on\n")
    assert done.stderr.startswith("covey: error: this process is not measured: ") and done.stderr.count("\n") == 1


def test_a_run_that_is_gone_is_nothing_to_speak_of(run_python, project):
    done = run_python("-c", "print('on')", env={"COVEY_RUN": project / "gone"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")


def test_a_job_folder_that_cannot_be_written_is_for_the_run_to_tell(run_python, project):
    """Not for the process: a test may look at what its subprocesses say. tests/faults has the rest."""
    project.write({"settings": f"covey-settings 1\nrun_id {'0' * 16}\ndata_dir /proc\nroot /\n"})
    done = run_python("-c", "print('on')", env={"COVEY_RUN": project / "settings"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")
