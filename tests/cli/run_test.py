"""`covey run`: the program is what it would be without Covey, and ends as it ends; what is wrong is said before."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import zipfile

import pytest

# Prints all that a program can see of how it was started, but for what `covey run` must change.
LOOK_AROUND = """\
import os, signal, sys
print(sys.argv, sys.orig_argv[1:], sys.path[0], __name__, __file__, sys.executable, sys.flags)
print(os.getcwd(), os.getpgrp() == os.getpid(), os.getsid(0))
print(sorted((n, v) for n, v in os.environ.items() if n != "COVEY_RUN"))
print(sorted(int(n) for n in os.listdir("/proc/self/fd") if int(n) < 50))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
print([(s.name, str(signal.getsignal(s))) for s in sorted(signal.Signals) if s.name != "SIGALRM"])
"""


def zip_app(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__main__.py", LOOK_AROUND)


@pytest.fixture
def look_around(project):
    project.write({"look.py": LOOK_AROUND, "pkg/__init__.py": "", "pkg/__main__.py": LOOK_AROUND})
    zip_app(project / "app.zip")
    return project


@pytest.mark.parametrize(
    "arguments",
    [
        ["look.py"],
        ["./look.py", "a b", "", "c\nd", "--source", "-m", "--", "é"],
        ["-m", "look", "--help"],
        ["-m", "pkg", "x"],
        ["pkg", "-a"],
        ["app.zip", "x"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("change", [{}, {"close_fds": False}, {"restore_signals": False}, {"start_new_session": True}], ids=str)
def test_the_program_cannot_tell(look_around, run_covey, run_python, arguments, change):
    plain = run_python(*arguments, **change)
    measured = run_covey("run", *arguments, **change)
    if "start_new_session" in change:  # two sessions, and `covey run` leads its own
        plain.stdout = measured.stdout = ""
    assert (measured.returncode, measured.stdout) == (plain.returncode, plain.stdout)


def test_only_one_variable_is_added(project, run_covey, run_python):
    project.write({"x.py": "import json, os; print(json.dumps(dict(os.environ)))"})
    plain = json.loads(run_python("x.py").stdout)
    measured = json.loads(run_covey("run", "x.py").stdout)
    added = measured.pop("COVEY_RUN")
    assert measured == plain
    assert pathlib.Path(added).is_file()
    given = json.loads(run_covey("run", "--job", "j", "--part", "2", "x.py").stdout)
    assert (given["COVEY_JOB"], given["COVEY_PART"]) == ("j", "2")


def test_input_goes_to_the_program(project, run_covey):
    project.write({"x.py": "print(input()[::-1])"})
    with open(project.write({"in": "abc\n"}) / "in") as stdin:
        assert run_covey("run", "x.py", stdin=stdin).stdout == "cba\n"


def test_ignored_and_blocked_signals_stay_so(project, run_python, covey):
    project.write(
        {
            "x.py": "import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, []),"
            "[signal.getsignal(s) for s in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM)])",
            "start.py": "import os, signal, sys\n"
            "signal.signal(signal.SIGCHLD, signal.SIG_IGN); signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM])\n"
            "os.execv(sys.argv[1], sys.argv[1:])",
        }
    )
    plain = run_python("start.py", sys.executable, "x.py")
    measured = run_python("start.py", covey, "run", "x.py")
    assert "SIG_IGN" in plain.stdout and "SIGUSR1" in plain.stdout
    assert (measured.returncode, measured.stdout, measured.stderr) == (0, plain.stdout, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_files_stay_closed(project, run, python, covey, closed):
    project.write({"x.py": "import os; open('fds', 'w').write(repr([os.path.exists(f'/proc/self/fd/{n}') for n in range(3)]))"})
    for command in [python, f"{covey} run"]:
        assert run(["sh", "-c", f"{command} x.py {closed}"]).returncode == 0
        fds = (project / "fds").read_text()
        project.write({f"fds-{'covey' in command}": fds})
    assert (project / "fds-True").read_text() == (project / "fds-False").read_text()


@pytest.mark.parametrize(
    "program",
    [
        "pass",
        "import sys; sys.exit(3)",
        "import sys; sys.exit(255)",
        "import sys; sys.exit('told')",
        "1 / 0",
        "import os; os._exit(42)",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
        "import os, signal; os.kill(os.getpid(), signal.SIGUSR2)",
        "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)",
        "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'raise SystemExit(9)'])",
    ],
)
def test_the_end_is_the_programs(project, run_covey, run_python, program):
    project.write({"x.py": program + "\n"})
    plain = run_python("x.py")
    measured = run_covey("run", "x.py")
    assert (measured.returncode, measured.stdout, measured.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_the_core_is_the_programs_alone(project, python, covey):
    project.write({"x.py": "import os; os.abort()"})

    def dumps_core(*command):
        unlimited = (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2
        start = lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited)  # noqa: E731
        process = subprocess.Popen(command, cwd=project.path, stderr=subprocess.DEVNULL, preexec_fn=start)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == -signal.SIGABRT
        return os.WCOREDUMP(status)

    if not dumps_core(python, "x.py"):
        pytest.skip("no cores are dumped here")
    assert not dumps_core(covey, "run", "x.py")


def test_any_command_keeps_its_name_and_arguments(project, run, run_covey):
    script = 'printf "[%s]" "$0" "$@"; exit 5'
    done = run_covey("run", "--", "sh", "-c", script, "zero", "a b", "", "--job")
    assert (done.returncode, done.stdout) == (5, "[zero][a b][][--job]")
    project.write({"Makefile": "all:\n\t@echo $(MAKE) $(MFLAGS)\n"})
    plain, measured = run(["make", "-s"]), run_covey("run", "--", "make", "-s")
    assert measured.stdout == plain.stdout


def test_a_script_without_an_interpreter_line_is_the_shells(project, run_covey):
    project.write({"tool": "echo from the shell $1\n"})
    (project / "tool").chmod(0o755)
    assert run_covey("run", "--", "./tool", "x").stdout == "from the shell x\n"


@pytest.mark.parametrize(
    "arguments, error",
    [
        (["run"], "nothing to run: name a script, -m module, or -- command"),
        (["run", "-m"], "nothing to run: name a script, -m module, or -- command"),
        (["run", "--"], "nothing to run: name a script, -m module, or -- command"),
        (["run", ""], "nothing to run: name a script, -m module, or -- command"),
        (["run", "no.py"], "no.py: no such file"),
        (["run", "empty"], "empty: is a directory without a __main__.py"),
        (["run", "--", "no-such-command"], "no-such-command: no such command"),
        (["run", "--", "./no-such"], "./no-such: no such file or directory"),
        (["run", "--", "./x.py"], "./x.py: permission denied"),
        (["run", "--", "./bad-interpreter"], "./bad-interpreter: no such file or directory"),
        (["run", "--python", "nowhere/python", "x.py"], "nowhere/python: no such interpreter (--python)"),
        (["run", "--python", "no-python", "x.py"], "no-python: no such interpreter (--python)"),
        (["run", "--source", "no/dir", "x.py"], "no/dir: no such directory"),
        (["run", "--source", "x.py", "x.py"], "x.py: is no directory (--include takes files)"),
        (["run", "--source=/", "x.py"], "/: the root of the file system cannot be a source"),
        (["run", "--source-pkgs", "a/b", "x.py"], "a/b: is no package's name"),
        (["run", "--part", "none", "x.py"], "--part: none is no number (covey run --help lists the options)"),
        (["run", "--part", "0", "x.py"], "--part: is no whole number from 1 to 1000000"),
        (["run", "--job", "", "x.py"], "--job: the name is empty"),
        (["run", "--unknown", "x.py"], "--unknown: no such option (covey run --help lists the options)"),
        (["run", "--source"], "--source: needs a value (covey run --help lists the options)"),
        (["rum"], "rum: no such command (covey help lists them)"),
        (["--verbose"], "--verbose: no such option (covey help lists the commands)"),
    ],
    ids=str,
)
def test_misuse_is_named_and_starts_nothing(project, run_covey, arguments, error):
    project.write({"x.py": "open('started', 'w')", "empty/x": "", "bad-interpreter": "#!/no/such/interpreter\n"})
    (project / "bad-interpreter").chmod(0o755)
    done = run_covey(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"covey: error: {error}\n")
    assert not (project / "started").exists()
    assert not list(project.path.glob(".covey/*/*/*")), "an empty run was left"


def test_a_bad_pattern_is_named(project, run_covey):
    project.write({"x.py": ""})
    done = run_covey("run", "--omit", "ok/*,bad[", "x.py")
    assert done.returncode == 1
    assert done.stderr.startswith("covey: error: ") and "[" in done.stderr


@pytest.mark.parametrize(
    "options, warning",
    [
        (["--rcfile=/dev/null"], None),
        (["--source", ".", "--include", "*"], "--include is ignored because --source is set"),
    ],
    ids=str,
)
def test_what_has_no_effect_is_one_warning(project, run_covey, options, warning):
    project.write({"x.py": "a = 1"})
    done = run_covey("run", *options, "x.py")
    assert (done.returncode, done.stderr) == (0, f"covey: warning: {warning}\n" if warning else "")


@pytest.mark.parametrize(
    "arguments, status, error",
    [
        (["-m", "no_such_module"], 1, "no_such_module: no such module"),
        (["-m", "json.no_such"], 1, "json.no_such: no such module"),
        (["--omit=*", "fails.py"], 4, "no data was collected: fails.py ended with status 4 before any line that is to be measured ran"),
        (["-m", "this"], 1, "no data was collected: nothing but installed packages and the standard library ran"),
        (["--omit", "*", "x.py"], 1, "no data was collected: nothing that --source, --include and --omit leave to be measured ran"),
        (["--", "true"], 1, "no data was collected: true started no Python that has covey installed"),
        (["--", "sh", "-c", "exit 7"], 7, "no data was collected: sh started no Python that has covey installed"),
    ],
    ids=str,
)
def test_no_data_is_an_error_and_never_a_pass(project, run_covey, arguments, status, error):
    project.write({"x.py": "a = 1", "fails.py": "raise SystemExit(4)"})
    done = run_covey("run", *arguments)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (status, f"covey: error: {error}")


@pytest.mark.parametrize("content", [b"a = = 1\n", b"\0\xff\xfe\0", b"\xff = 1\n", b"<html>\n"], ids=repr)
def test_a_script_that_is_not_python_is_named(project, run_covey, content):
    project.write({"script": content})
    done = run_covey("run", "script")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("covey: error: ") and "script" in done.stderr.splitlines()[-1]


def test_an_interpreter_without_covey_is_named(project, run_covey, run):
    bare = pathlib.Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    if run([bare, "-c", "import _covey"]).returncode == 0:
        pytest.skip("Covey is installed for the base interpreter as well")
    project.write({"x.py": "print('ran')"})
    done = run_covey("run", "--python", bare, "x.py")
    assert (done.returncode, done.stdout) == (1, "ran\n")
    assert done.stderr == f"covey: error: no data was collected: covey is not installed for {bare}\n"


@pytest.mark.parametrize(
    "options, status, warnings",
    [
        (["--source", "pkg"], 0, 0),
        (["--source", "pkg,never", "--source-pkgs", "nor.this"], 0, 2),
        (["--source", "pkg", "--source-pkgs=never"], 4, 1),
        (["--source", "pkg,other"], 0, 1),
    ],
    ids=str,
)
def test_a_source_that_never_ran_is_one_warning(project, run_covey, options, status, warnings):
    project.write({"pkg/__init__.py": "a = 1", "other/__init__.py": "", "x.py": f"import pkg; raise SystemExit({status})"})
    done = run_covey("run", *options, "x.py")
    assert done.returncode == status
    lines = done.stderr.splitlines()
    assert len(lines) == warnings and all(line.startswith("covey: warning: ") for line in lines)


def test_which_interpreter(project, run_covey, run_python, python, tmp_path):
    project.write({"x.py": "import sys; print(sys.executable)"})
    other = tmp_path / "venv/bin/python"
    other.parent.mkdir(parents=True)
    other.write_text(f"#!/bin/sh\nexec {python} \"$@\"\n")
    other.chmod(0o755)
    beside = run_covey("run", "x.py", env={"VIRTUAL_ENV": tmp_path / "venv", "PATH": "/usr/bin"})
    assert os.path.samefile(os.path.dirname(beside.stdout.strip()), os.path.dirname(python))
    named = run_covey("run", "--python", other, "x.py")
    assert named.stdout == f"{python}\n"
    on_path = run_covey("run", "--python", "python", "x.py", env={"PATH": other.parent})
    assert on_path.stdout == f"{python}\n"
    module = run_python("-m", "covey", "run", "x.py")
    assert (module.returncode, module.stdout, module.stderr) == (0, f"{python}\n", "")


def test_names_in_messages_cannot_pass_for_messages(project, run_covey):
    done = run_covey("run", "x\ncovey: error: forged\x1b[31m")
    assert done.stderr == "covey: error: x\\x0acovey: error: forged\\x1b[31m: no such file\n"


def test_a_program_that_outgrows_a_pipe_is_not_harmed_by_our_messages(project, covey, run):
    # Nobody reads stderr: the warning must not turn the program's status into SIGPIPE.
    project.write({"x.py": "import sys; sys.exit(3)"})
    done = run(["sh", "-c", f"({covey} run --source=.,never x.py; echo $? > status) 2>&1 | true"])
    assert done.returncode == 0
    assert (project / "status").read_text() == "3\n"


def test_help_and_version(run_covey):
    for arguments in ([], ["help"], ["--help"], ["help", "run"], ["run", "-h"], ["--version"]):
        done = run_covey(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert "covey" in done.stdout


def test_it_is_quick(project, covey):
    """Not a benchmark (bench/ has those): a run must not load what it does not need."""
    libraries = subprocess.run(["ldd", covey], capture_output=True, text=True).stdout
    assert "libgit2" not in libraries and "libcurl" not in libraries
