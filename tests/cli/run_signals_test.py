"""`covey run` and signals: those sent to it are the program's, each once; both stop, go on and die together."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

# Nothing that tells Covey of a run that these tests may themselves be part of.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}

# Says "ready", then the name of each signal that it gets; ends with status 7 after SIGTERM or two seconds without one.
LISTENER = """\
import signal, sys
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH,
          signal.SIGCONT, signal.SIGALRM, signal.SIGABRT, signal.SIGPIPE, signal.SIGURG, signal.SIGRTMIN + 2):
    signal.pthread_sigmask(signal.SIG_BLOCK, [s])
print("ready", flush=True)
while True:
    got = signal.sigtimedwait(signal.valid_signals(), 2)
    if got is None: sys.exit(8)
    if got.si_signo == signal.SIGCHLD: continue
    print(got.si_signo, flush=True)
    if got.si_signo == signal.SIGTERM: sys.exit(7)
"""


@pytest.fixture
def start(project, covey):
    """start(*arguments): `covey run` with these, its stdout a pipe; killed at the end where it is still there."""
    started = []

    def start(*arguments, **options):
        options = {"cwd": project.path, "env": ENVIRONMENT, "stdout": subprocess.PIPE} | options
        process = subprocess.Popen([covey, "run", *arguments], text=True, start_new_session=True, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def read_until(process, word):
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"{word}: never printed")


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def eventually(condition, seconds=10, pause=0.01):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(pause)


@pytest.mark.parametrize(
    "number",
    [
        *(signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH, signal.SIGCONT),
        *(signal.SIGALRM, signal.SIGABRT, signal.SIGPIPE, signal.SIGURG, signal.SIGRTMIN + 2),
    ],
    ids=str,
)
def test_a_signal_is_passed_on_once(project, start, number):
    project.write({"x.py": LISTENER})
    process = start("x.py")
    read_until(process, "ready")
    process.send_signal(number)
    assert process.stdout.readline() == f"{int(number)}\n"
    process.send_signal(signal.SIGTERM)
    assert process.stdout.read() == f"{int(signal.SIGTERM)}\n"
    assert process.wait() == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP], ids=str)
def test_a_signal_that_ends_the_program_ends_covey(project, start, number):
    project.write({"x.py": "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print('ready', flush=True); time.sleep(60)"})
    process = start("x.py")
    read_until(process, "ready")
    process.send_signal(number)
    assert process.wait(10) == -number


def test_a_signal_to_its_own_group_reaches_the_program_once(project, start):
    project.write(
        {
            "x.py": "import os, signal, time\n"
            "got = []\n"
            "signal.signal(signal.SIGUSR1, lambda *a: got.append(a))\n"
            "os.killpg(0, signal.SIGUSR1)\n"
            "time.sleep(0.3)\n"
            "print(len(got), flush=True)"
        }
    )
    process = start("x.py")
    assert process.stdout.read() == "1\n"
    assert process.wait() == 0


def test_with_covey_killed_the_program_dies(project, start):
    project.write({"x.py": "import os, time; print(os.getpid(), flush=True); time.sleep(60)"})
    process = start("x.py")
    program = int(process.stdout.readline())
    process.kill()
    eventually(lambda: not is_alive(program))


def test_a_daemon_that_the_program_leaves_behind_stays(project, start):
    project.write(
        {
            "x.py": "import os, time\n"
            "pid = os.fork()\n"
            "if pid:\n"
            "    print(pid, flush=True)\n"
            "else:\n"
            "    os.setsid()\n"
            "    os.closerange(0, 3)\n"
            "    time.sleep(60)\n"
        }
    )
    process = start("x.py")
    daemon = int(process.stdout.readline())
    try:
        assert process.wait() == 0
        time.sleep(0.2)
        assert is_alive(daemon)
    finally:
        os.kill(daemon, signal.SIGKILL)


# What a shell does with a job: it gives the program a process group of its own and the terminal, and continues the group
# that has been stopped. Its first argument is what does that: killpg, or kill for the process that it knows alone.
SHELL = """\
import os, signal, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])
while True:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        # The kernel tells of a stop before the process that stops has left its processor.
        for _ in range(1000):
            states = [open(f"/proc/{p}/stat").read().rpartition(")")[2].split()[0] for p in open("pids").read().split()]
            if set(states) == {"T"}: break
            time.sleep(0.01)
        print("stopped", states, flush=True)
        getattr(os, sys.argv[1])(pid, signal.SIGCONT)
    else:
        print("ended", os.waitstatus_to_exitcode(status), flush=True)
        break
"""


class Terminal:
    """A shell on a terminal of its own that has started `covey run`."""

    def __init__(self, project, covey, *arguments, go_on_by="killpg"):
        project.write({"shell.py": SHELL})
        pid, self.master = pty.fork()
        if pid == 0:
            os.chdir(project.path)
            command = [sys.executable, "shell.py", go_on_by, covey, "run", *arguments]
            os.execve(sys.executable, command, ENVIRONMENT)
        self.pid = pid
        self.text = ""

    def read_until(self, word):
        while word not in self.text:
            assert select.select([self.master], [], [], 30)[0], f"{word} was not printed in 30 s, but: {self.text}"
            try:
                data = os.read(self.master, 4096)
            except OSError:
                data = b""
            assert data, f"{word} was never printed, but: {self.text}"
            self.text += data.decode()

    def type(self, keys):
        os.write(self.master, keys)

    def close(self):
        os.kill(self.pid, signal.SIGHUP)  # where a failed test left it waiting
        os.close(self.master)
        os.waitpid(self.pid, 0)


@pytest.fixture
def terminal(project, covey):
    opened = []

    def terminal(*arguments, **options):
        opened.append(Terminal(project, covey, *arguments, **options))
        return opened[-1]

    yield terminal
    for each in opened:
        each.close()


# Counts how often the signals of the keyboard were delivered: one byte in a pipe each, before Python could merge two.
COUNTER = """\
import os, signal, time
reader, writer = os.pipe()
os.set_blocking(writer, False)
for s in (signal.SIGINT, signal.SIGQUIT): signal.signal(s, lambda *a: None)
signal.set_wakeup_fd(writer)
print("ready", flush=True)
first = os.read(reader, 1)
time.sleep(0.3)
print("got", list(first + os.read(reader, 100) if os.write(writer, b"-") else b""))
"""


@pytest.mark.parametrize("key, number", [(b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT)], ids=str)
def test_a_key_interrupts_the_program_once(project, terminal, key, number):
    project.write({"x.py": COUNTER})
    shell = terminal("x.py")
    shell.read_until("ready")
    shell.type(key)
    shell.read_until("ended 0")
    assert f"got {[int(number), ord('-')]}" in shell.text


def test_interrupted_as_python_is(project, terminal):
    project.write({"x.py": "import time\nprint('ready', flush=True)\ntime.sleep(60)\n"})
    shell = terminal("x.py")
    shell.read_until("ready")
    shell.type(b"\x03")
    shell.read_until("KeyboardInterrupt")
    shell.read_until(f"ended {-signal.SIGINT}")


@pytest.mark.parametrize("go_on_by", ["killpg", "kill"])
def test_stopped_from_the_keyboard_both_stop_and_go_on(project, terminal, go_on_by):
    """Again and again, each stop as soon as both go on: the signal that continued them must not undo the next stop."""
    project.write(
        {
            "x.py": "import os, time\n"
            "open('pids', 'w').write(f'{os.getpid()} {os.getppid()}')\n"
            "print('ready', flush=True)\n"
            "while not os.path.exists('go'): time.sleep(0.01)\n"
            "raise SystemExit(6)\n"
        }
    )
    shell = terminal("x.py", go_on_by=go_on_by)
    shell.read_until("ready")
    for _ in range(100):
        shell.type(b"\x1a")
        shell.read_until("stopped ['T', 'T']")
        shell.text = ""
        program, covey = map(int, (project / "pids").read_text().split())
        eventually(lambda: "T" not in "".join(state_of(pid) for pid in (program, covey)), pause=0)
    project.write({"go": ""})
    shell.read_until("ended 6")


def state_of(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_program_that_stops_itself_is_not_left_alone(project, start):
    """It is continued by its pid, which is not covey's: covey must still be there to see its end."""
    project.write({"x.py": "import os, signal; print(os.getpid(), flush=True); os.kill(os.getpid(), signal.SIGSTOP); raise SystemExit(4)"})
    process = start("x.py")
    program = int(process.stdout.readline())
    eventually(lambda: state_of(program) == "T")
    os.kill(program, signal.SIGCONT)
    assert process.wait(10) == 4
