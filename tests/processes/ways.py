"""The ways in which processes begin and end, each a program.

What a tool kept is held against the program itself: the lines marked "# missing" must not have run, all others must
have. `work.work` is called once, where it matters: in the process that dies, or in the one that is hard to reach.
"""

import pathlib
import signal
from typing import NamedTuple

WORK = "def work(number):\n    return number + 1\n"
CHILD = "import work; work.work(1)"


class Way(NamedTuple):
    text: str  # of main.py
    status: int = 0  # of the run; a signal's number is negative
    files: dict = {}  # beside it
    since: tuple = (3, 11)  # the CPython
    needs: tuple = ()  # modules that may not be there


def start(how, child=CHILD):
    """A program that starts another one, by an expression with `child` in it, its program."""
    return Way(f"import asyncio, os, subprocess, sys\nchild = {child!r}\nassert ({how}) == 0\n")


def python(*options):
    """The same by subprocess.run, with options of the interpreter. Isolated ones do not look where they are."""
    child = f"import os, sys; sys.path.insert(0, os.getcwd()); {CHILD}"
    return start(f"subprocess.run([sys.executable, *{list(options)}, '-c', child]).returncode", child)


def dies(how, number=0):
    """A program that comes to its end in a statement."""
    return Way(f"import ctypes, os, signal, sys, threading, work\nwork.work(1)\n{how}\nnever = 1  # missing\n", number)


def fork(in_child, **more):
    return Way(
        f"import os, signal, sys, threading\nif os.fork() == 0:\n    import work\n    {in_child}\n    never = 1  # missing\nos.wait()\n", **more
    )


def processes(method, use):
    """A program with multiprocessing's processes."""
    return Way(
        "import concurrent.futures, multiprocessing, os, signal, time, work\n"
        + "def last_word(pipe):\n    work.work(1)\n    pipe.send(1), time.sleep(600)\n" * ("last_word" in use)
        + "def end(number):\n    work.work(number)\n    os.kill(os.getpid(), signal.SIGKILL)\n" * ("end" in use)
        + f"if __name__ == '__main__':\n    context = multiprocessing.get_context({method!r})\n    {use}\n"
    )


PROCESS = "process = context.Process(target=work.work, args=[1])\n    process.start()\n    process.join()"
POOL = "with context.Pool(2) as pool:\n        pool.map(work.work, [1, 2])"
EXECUTOR = "with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:\n        list(pool.map(work.work, [1, 2]))"
KILLED = """mine, other = context.Pipe()
    process = context.Process(target=last_word, args=[other])
    process.start()
    mine.recv()
    process.kill()
    process.join()"""
BROKEN = """with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        print(pool.submit(end, 1).exception())"""
METHODS = ("fork", "spawn", "forkserver")

DIRECTORY = "import os, subprocess, sys, tempfile\nhere = os.getcwd()\nplace = tempfile.mkdtemp()\nos.chdir(place)\n"

C_THREAD = """
import ctypes, work
@ctypes.CFUNCTYPE(None, ctypes.c_void_p)
def run(nothing):
    work.work(1)
thread = ctypes.c_ulong()
libc = ctypes.CDLL(None)
libc.pthread_create(ctypes.byref(thread), None, run, None)
libc.pthread_join(thread, None)
"""

# A list in a list in a list …: repr goes as deep, on a stack that may not grow any more.
OVERFLOW = """
import resource, sys, work
deep = []
for turn in range(9000):
    deep = [deep]
work.work(sys.setrecursionlimit(20000) or 1)
resource.setrlimit(resource.RLIMIT_STACK, (8192, -1)), repr(deep)
never = 1  # missing
"""

NO_MEMORY = """
import resource, work
used = int(open('/proc/self/statm').read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (used + (8 << 20), -1))
held = []
try:
    while True: held.append(bytearray(1 << 20))
except MemoryError:
    work.work(1)
held.append(bytearray(64 << 20))
never = 1  # missing
"""

SUBINTERPRETER = """
try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters
import os
other = _interpreters.create()
_interpreters.run_string(other, f"import os, sys; sys.path.insert(0, {{os.getcwd()!r}}); import work; work.work(1); {}")
"""
MAY_MISS = "import _xxsubinterpreters", "except ImportError:"  # one of two names is there

WAYS = {
    # How a process dies.
    "SIGKILL": dies("os.kill(os.getpid(), signal.SIGKILL)", -9),
    "SIGTERM": dies("os.kill(os.getpid(), signal.SIGTERM)", -15),
    "SIGTERM, from another thread": dies(
        "threading.Thread(target=os.kill, args=[os.getpid(), signal.SIGTERM]).start(), signal.pause()", -15
    ),
    "SIGINT": dies("os.kill(os.getpid(), signal.SIGINT), signal.pause()", -2),
    "os._exit": dies("os._exit(3)", 3),
    "os._exit in a thread": dies("threading.Thread(target=os._exit, args=[3]).start(), signal.pause()", 3),
    "segmentation fault": dies("ctypes.string_at(0)", -11),
    "segmentation fault under faulthandler": dies("import faulthandler; faulthandler.enable(); ctypes.string_at(0)", -11),
    "faulthandler's clock": dies("import faulthandler; faulthandler.dump_traceback_later(0.01, exit=True); signal.pause()", 1),
    "os.abort": dies("os.abort()", -6),
    "os.abort in a thread": dies("threading.Thread(target=os.abort).start(), signal.pause()", -6),
    "exit of the C library": dies("ctypes.CDLL(None).exit(3)", 3),
    "_exit of the C library": dies("ctypes.CDLL(None)._exit(3)", 3),
    "an exception": dies("raise ValueError", 1),
    "sys.exit": dies("sys.exit(3)", 3),
    "sys.exit in an exit handler": Way(
        "import atexit, sys\ndef leave():\n    import work\n    work.work(1)\n    sys.exit(3)\natexit.register(leave)\n"
    ),
    "death in an exit handler": Way(
        "import atexit, os\ndef leave():\n    import work\n    work.work(1)\n    os.abort()\natexit.register(leave)\n", -6
    ),
    "stack overflow": Way(OVERFLOW, -11),
    "recursion error": Way("import work\ndef deep():\n    work.work(deep())\ntry:\n    deep()\nexcept RecursionError:\n    work.work(1)\n"),
    "out of memory": Way(NO_MEMORY, 1),
    # Forks.
    "fork": fork("work.work(1), os._exit(0)"),
    "fork, killed": fork("work.work(1), os.kill(os.getpid(), signal.SIGKILL)"),
    "fork, aborted": fork("work.work(1), os.abort()"),
    "fork of a fork": fork("if os.fork() == 0: work.work(1), os._exit(0)\n    os.wait(), os._exit(0)"),
    "fork that executes": fork(f"os.execv(sys.executable, [sys.executable, '-c', {CHILD!r}])"),
    "fork in a thread": Way(
        "import os, threading\ndef child():\n    import work\n    work.work(1), os._exit(0)\ndef run():\n    if os.fork() == 0:\n"
        "        child()\n    os.wait()\nthread = threading.Thread(target=run)\nthread.start()\nthread.join()\n"
    ),
    "forkpty": Way(
        "import os\npid, terminal = os.forkpty()\nif pid == 0:\n    import work\n    work.work(1), os._exit(0)\nos.waitpid(pid, 0)\n"
    ),
    # Other programs.
    "subprocess": python(),
    "subprocess -I": python("-I"),
    "subprocess -E": python("-E"),
    "subprocess -s": python("-s"),
    "subprocess -X dev -X utf8": python("-X", "dev", "-X", "utf8"),
    "subprocess -OO -bb -B -u -W error": python("-OO", "-bb", "-B", "-u", "-W", "error"),
    "subprocess, descriptors left open": start("subprocess.run([sys.executable, '-c', child], close_fds=False).returncode"),
    "subprocess, preexec_fn": Way(
        "import subprocess, work\ndef before():\n    work.work(1)\nsubprocess.run(['true'], preexec_fn=before, check=True)\n"
    ),
    "subprocess, a shell between": start("subprocess.run(f'\"{sys.executable}\" -c \"{child}\"; true', shell=True).returncode"),
    "subprocess of a subprocess": start(
        "subprocess.run([sys.executable, '-c', child]).returncode",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}], check=True)",
    ),
    "os.system": start("os.system(f'\"{sys.executable}\" -c \"{child}\"')"),
    "os.spawnv": start("os.spawnv(os.P_WAIT, sys.executable, [sys.executable, '-c', child])"),
    "posix_spawn": start("os.waitpid(os.posix_spawn(sys.executable, [sys.executable, '-c', child], os.environ), 0)[1]"),
    "posix_spawnp": start("os.waitpid(os.posix_spawnp(sys.executable, [sys.executable, '-c', child], os.environ), 0)[1]"),
    "execv": start("os.execv(sys.executable, [sys.executable, '-c', child])"),
    "execve, another environment": start(
        "os.execve(sys.executable, [sys.executable, '-c', child], {k: v for k, v in os.environ.items() if k.startswith('COV')})"
    ),
    "execl in a thread": Way(
        "import os, signal, sys, threading\n"
        f"threading.Thread(target=os.execl, args=[sys.executable, sys.executable, '-c', {CHILD!r}]).start(), signal.pause()\n"
    ),
    "a program on standard input": start("subprocess.run([sys.executable, '-'], input=child, text=True).returncode"),
    "a program in an archive": start(
        "(__import__('zipfile').ZipFile('app.zip', 'w').writestr('__main__.py', child),"
        " subprocess.run([sys.executable, 'app.zip']).returncode)[1]",
        f"import sys; sys.path.insert(0, '.'); {CHILD}",
    ),
    "python -m": Way(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'package'], check=True)\n",
        files={"package/__init__.py": "", "package/__main__.py": "import work\nwork.work(1)\n"},
    ),
    "runpy": Way(
        "import runpy\nrunpy.run_path('script.py', run_name='__main__')\nrunpy.run_module('package')\n",
        files={"script.py": "x = 1\n", "package/__init__.py": "", "package/__main__.py": "import work\nwork.work(1)\n"},
    ),
    # Processes of multiprocessing and concurrent.futures.
    **{f"multiprocessing {method}, Process": processes(method, PROCESS) for method in METHODS},
    **{f"multiprocessing {method}, Process, killed": processes(method, KILLED) for method in METHODS},
    **{f"multiprocessing {method}, Pool": processes(method, POOL) for method in METHODS},
    **{f"ProcessPoolExecutor {method}": processes(method, EXECUTOR) for method in METHODS},
    **{f"ProcessPoolExecutor {method}, broken": processes(method, BROKEN) for method in METHODS},
    # Threads.
    "threading": Way("import threading, work\nthread = threading.Thread(target=work.work, args=[1])\nthread.start()\nthread.join()\n"),
    "a thread that outlives the main one": Way(
        "import threading, time\ndef late():\n    time.sleep(0.2)\n    import work\n    work.work(1)\nthreading.Thread(target=late).start()\n"
    ),
    "threading.Timer": Way("import threading, work\nthread = threading.Timer(0, work.work, [1])\nthread.start()\nthread.join()\n"),
    "ThreadPoolExecutor": Way(
        "import concurrent.futures, work\nwith concurrent.futures.ThreadPoolExecutor(2) as pool:\n    list(pool.map(work.work, [1, 2]))\n"
    ),
    "multiprocessing.pool.ThreadPool": Way(
        "import multiprocessing.pool, work\nwith multiprocessing.pool.ThreadPool(2) as pool:\n    pool.map(work.work, [1, 2])\n"
    ),
    "_thread": Way(
        "import _thread, work\nlock = _thread.allocate_lock()\nlock.acquire()\ndef run():\n    work.work(1)\n    lock.release()\n"
        "_thread.start_new_thread(run, ())\nlock.acquire()\n",
        since=(3, 12),
    ),
    "a C thread": Way(C_THREAD, since=(3, 12)),
    # Tasks.
    "asyncio, tasks": Way(
        "import asyncio, work\nasync def task():\n    await asyncio.sleep(0)\n    work.work(1)\nasync def main():\n"
        "    await asyncio.gather(task(), task())\nasyncio.run(main())\n"
    ),
    "asyncio, to_thread": Way("import asyncio, work\nasyncio.run(asyncio.to_thread(work.work, 1))\n"),
    "asyncio, subprocess": Way(
        "import asyncio, sys\nasync def main():\n"
        f"    child = await asyncio.create_subprocess_exec(sys.executable, '-c', {CHILD!r})\n    assert await child.wait() == 0\n"
        "asyncio.run(main())\n"
    ),
    "asyncio, killed in a task": Way(
        "import asyncio, os, signal, work\nasync def main():\n    work.work(1)\n    os.kill(os.getpid(), signal.SIGKILL)\nasyncio.run(main())\n",
        -9,
    ),
    "greenlet": Way(
        "import greenlet, work\ndef one():\n    two_.switch()\n    work.work(1)\ndef two():\n    one_.switch()\n    never = 1  # missing\n"
        "one_, two_ = greenlet.greenlet(one), greenlet.greenlet(two)\none_.switch()\n",
        needs=("greenlet",),
    ),
    "gevent": Way(
        "from gevent import monkey; monkey.patch_all()\nimport gevent, threading, time, work\ndef one():\n    time.sleep(0.01)\n"
        "    work.work(1)\ngevent.joinall([gevent.spawn(one), gevent.spawn(one)])\n"
        "thread = threading.Thread(target=one)\nthread.start()\nthread.join()\n",
        needs=("gevent",),
    ),
    # Places.
    "chdir": Way("import os\nos.chdir('/')\nimport work\nwork.work(1)\n"),
    "chdir, and a fork": Way("import os\nos.chdir('/')\nif os.fork() == 0:\n    import work\n    work.work(1), os._exit(0)\nos.wait()\n"),
    "a directory that is gone": Way(
        DIRECTORY + "os.rmdir(place)\nif os.fork() == 0:\n    import work\n    work.work(1), os._exit(0)\nos.wait()\n"
    ),
    "a program started where no directory is": Way(
        DIRECTORY + f"os.rmdir(place)\nchild = f'import sys; sys.path.insert(0, {{here!r}}); {CHILD}'\n"
        "subprocess.run([sys.executable, '-c', child], check=True)\n"
    ),
    "another sys.path": Way(
        "import os, sys\nsys.path[:] = ['further', *sys.path]\nimport late\n",
        files={"further/late.py": "import os, work\nos.chdir('/')\nwork.work(1)\n"},
    ),
    # Interpreters in a process that has another.
    "a subinterpreter": Way(SUBINTERPRETER.format("x = 1")),
    "death in a subinterpreter": Way(SUBINTERPRETER.format("os.kill(os.getpid(), 9)") + "never = 1  # missing\n", -9),
}


def terminating_signals():
    """The numbers of all signals that end a process which does nothing about them."""
    harmless = {signal.SIGCHLD, signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGURG, signal.SIGWINCH}
    return sorted(int(number) for number in signal.valid_signals() - harmless)


def every_signal(how):
    """A program whose children each die by one signal, after a line that is that signal's own; `how` ("fork",
    "subprocess") they come to be."""
    numbers = terminating_signals()
    lines = "".join(f"    if number == {number}:\n        work.work({number})\n" for number in numbers)
    begin = {
        "fork": "child = os.fork()\n    if child == 0:\n        die(number)",
        "subprocess": "child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, __file__, str(number)])",
    }[how]
    return Way(
        "import os, resource, signal, sys, work\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\ndef die(number):\n"
        f"{lines}    if number not in (signal.SIGKILL, signal.SIGSTOP):\n        signal.signal(number, signal.SIG_DFL)\n"
        "    signal.pthread_sigmask(signal.SIG_SETMASK, []), os.kill(os.getpid(), number)\n    never = 1  # missing\n"
        + ("if len(sys.argv) > 1:\n    die(int(sys.argv[1]))\n" if how == "subprocess" else "")
        + f"for number in {numbers}:\n    {begin}\n    status = os.waitpid(child, 0)[1]\n    assert os.WTERMSIG(status) == number, (number, status)\n"
    )


WAYS["every signal, after a fork"] = every_signal("fork")
WAYS["every signal, in a program of its own"] = every_signal("subprocess")


def sources(way):
    """All files of the way, by name."""
    return {"main.py": way.text, "work.py": WORK, **way.files}


def write(way, folder):
    for name, text in sources(way).items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def wrong(way, files):
    """What is wrong with what was kept, [(name, line, "lost" or "made up")]: `files` as in coverage.py's JSON report."""
    found = []
    for name, text in sources(way).items():
        missing = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# missing")}
        either = {number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(MAY_MISS)}
        kept = files.get(name)
        if kept is None:
            found += [(name, 0, "lost")] if text else []
            continue
        found += [(name, line, "lost") for line in kept["missing_lines"] if line not in missing | either]
        found += [(name, line, "made up") for line in kept["executed_lines"] if line in missing]
    return found

# Those in which branches are another matter: the shard holds them otherwise, and processes share it.
WITH_BRANCHES = (
    *("SIGKILL", "segmentation fault", "fork", "fork, killed", "fork in a thread", "a C thread"),
    *("multiprocessing fork, Pool", "greenlet", "gevent"),
)
