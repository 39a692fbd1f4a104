"""`run` as coverage.py's drop-in: what a script that calls `coverage run` sees is what coverage.py itself shows it."""

import os
import pathlib
import re
import signal

import pytest
from coverage import CoverageData

PROGRAM = """\
import sys
a = 2
if sys.argv[1:] == ["b"]:
    b = 4
else:
    c = 6
    c2 = 7
print("done", sys.argv[1:])
"""
FORKED = """\
import os, subprocess, sys
if os.fork() == 0:
    import left
    os._exit(0)
os.wait()
subprocess.run([sys.executable, "b_or_c.py", "b"])
"""


class Tool:
    """A command called `coverage`, in a directory that the other tool's runs do not see."""

    def __init__(self, command, directory, run):
        self.command, self.directory, self._run = command, directory, run

    def __call__(self, *arguments, env=None, cwd="", **options):
        """(status, standard output, standard error), without what differs for good reasons."""
        done = self._run([self.command, *arguments], cwd=self.directory / cwd, env={"PYTHONWARNINGS": None} | (env or {}), **options)
        return done.returncode, self.plain(done.stdout), self.plain(done.stderr)

    def plain(self, text):
        """The directory is named, and of Python's warnings only what they say is left."""
        text = text.replace(str(self.directory), "DIR")
        return re.sub(r"^\S+:\d+: (CoverageWarning: .*)\n( .*\n)?", r"\1\n", text, flags=re.M)

    def files(self):
        """The data files, and what else lies there, by name; what makes parallel files' names differ is left out."""
        names = (re.sub(r"\.pid\d+\.X\w{6}x\.H\w{10}h$", ".pid.X.H", str(p.relative_to(self.directory))) for p in self.directory.rglob("*"))
        return sorted(name for name in names if "__pycache__" not in name)

    def data(self, name=".coverage"):
        """{file: lines} of a data file, files without their directory."""
        data = CoverageData(str(self.directory / name))
        data.read()
        return {self.plain(file): data.lines(file) for file in data.measured_files()}


@pytest.fixture
def tools(project, run, covey, tmp_path):
    """(coverage.py, Covey as its drop-in); write(files) gives both the same files."""
    (tmp_path / "bin").mkdir()
    os.symlink(covey, tmp_path / "bin/coverage")
    theirs, ours = project / "theirs", project / "ours"
    for directory in (theirs, ours):
        directory.mkdir()
    return Tool(pathlib.Path(covey).parent / "coverage", theirs, run), Tool(tmp_path / "bin/coverage", ours, run)


@pytest.fixture
def write(project, tools):
    def write(files):
        for tool in tools:
            project.write({f"{tool.directory.name}/{name}": text for name, text in files.items()})

    write({"b_or_c.py": PROGRAM})
    return write


def same(tools, *arguments, **options):
    """What both tools did, which must be the same, in words, status and files."""
    theirs, ours = (tool(*arguments, **options) for tool in tools)
    assert ours == theirs
    assert tools[1].files() == tools[0].files()
    return ours


RAISES = "def f():\n    raise ValueError('oh')\nf()\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["b_or_c.py"],
        ["--branch", "b_or_c.py", "b", "-m"],
        ["--timid", "--concurrency=thread", "--", "b_or_c.py", "--", "b"],
        ["--include=b_*.py", "-m", "b_or_c", "b"],
        ["raises.py"],
        ["exits.py"],
        ["pkg", "x"],
        ["-m", "pkg"],
        ["--source=.", "b_or_c.py"],
        ["--source=.", "--branch", "b_or_c.py"],
        ["--source=nix,b_or_c", "-m", "b_or_c"],
        ["--source=nix", "--include=*", "b_or_c.py"],
        ["--omit=*", "b_or_c.py"],
        ["--data-file=sub/data", "b_or_c.py"],
        ["-p", "b_or_c.py"],
        ["-p", "--omit=*", "b_or_c.py"],
        ["empty.py"],
    ],
    ids=" ".join,
)
def test_programs_end_and_leave_what_they_do_under_coverage_py(tools, write, arguments):
    write({"raises.py": RAISES, "exits.py": "import sys\nsys.exit(17)\n", "pkg/__main__.py": PROGRAM, "pkg/other.py": "x = 1\n", "empty.py": ""})
    same(tools, "run", *arguments)
    for name in [name for name in tools[0].files() if name in (".coverage", "sub/data")]:
        assert tools[1].data(name) == tools[0].data(name)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-m"],
        ["nix.py"],
        ["empty_directory"],
        ["-a", "-p", "b_or_c.py"],
        ["--concurrency=nix", "b_or_c.py"],
        ["--concurrency=gevent,eventlet", "b_or_c.py"],
        ["--concurrency=multiprocessing", "--branch", "b_or_c.py"],
        ["--rcfile=nix", "b_or_c.py"],
    ],
    ids=" ".join,
)
def test_what_is_refused(tools, write, arguments):
    write({"empty_directory/x": ""})
    assert same(tools, "run", *arguments)[0] == 1


def test_what_is_no_module_and_no_python(tools, write):
    """Python itself has said so first; coverage.py's line follows."""
    write({"bad.py": "if x\n"})
    for arguments in (["-m", "nix"], ["-m", "nix.nix"], ["bad.py"]):
        theirs, ours = (tool("run", *arguments) for tool in tools)
        assert ours[:2] == theirs[:2]
        assert ours[2].endswith(theirs[2])
        assert tools[1].files() == tools[0].files()


def test_the_configuration_names_the_program_and_the_file(tools, write):
    write({".coveragerc": "[run]\ncommand_line = -m b_or_c b\ndata_file = there/data\nbranch = true\n"})
    assert same(tools, "run")[0] == 0
    assert tools[1].data("there/data") == tools[0].data("there/data")
    assert same(tools, "run", "nix.py")[0] == 1


def test_the_environment_names_the_file(tools, write):
    same(tools, "run", "b_or_c.py", env={"COVERAGE_FILE": "x.data"})
    assert tools[1].data("x.data") == tools[0].data("x.data")


def test_a_run_replaces_the_data_or_adds_to_it(tools, write):
    for options in ([], ["-a"]):
        for arguments in (["b"], [*options], ["--", "b"]):
            same(tools, "run", *options, "b_or_c.py", *arguments)
            assert tools[1].data() == tools[0].data()
    assert same(tools, "run", "-a", "--branch", "b_or_c.py")[0] == 1


def test_appending_to_what_is_no_data_is_refused_before_the_program_runs(tools, write):
    write({".coverage": "no database at all, but some text"})
    status, out, _ = same(tools, "run", "-a", "b_or_c.py")
    assert status == 1 and "done" not in out


def test_relative_files(tools, write):
    write({".coveragerc": "[run]\nrelative_files = true\nsource = .\n", "never.py": "x = 1\n"})
    same(tools, "run", "b_or_c.py")
    assert tools[1].data() == tools[0].data()
    assert sorted(tools[1].data()) == ["b_or_c.py", "never.py"]


@pytest.mark.parametrize("options", [[], ["--branch"]], ids=["lines", "branches"])
def test_a_static_context_is_that_of_empty_files_too(tools, write, options):
    write({"pkg/__init__.py": "", "main.py": "import pkg\n"})
    same(tools, "run", *options, "--context=nightly", "main.py")
    for tool in tools:
        data = CoverageData(str(tool.directory / ".coverage"))
        data.read()
        assert data.measured_contexts() == {"nightly"}


def test_warnings_can_be_turned_off(tools, write):
    write({".coveragerc": "[run]\ndisable_warnings = no-data-collected, module-not-imported\n"})
    assert same(tools, "run", "--source=nix", "b_or_c.py")[2] == ""


def test_the_program_is_told(tools, write):
    write({"x.py": "import os; print(os.environ['COVERAGE_RUN'])\n"})
    assert same(tools, "run", "x.py")[1] == "true\n"


@pytest.mark.parametrize("setting", ["parallel = true", "patch = subprocess", "concurrency = multiprocessing"])
def test_each_process_has_a_file_which_combining_unites(tools, write, setting):
    write({"forks.py": FORKED, "left.py": "x = 1\n", ".coveragerc": f"[run]\n{setting}\n"})
    theirs, ours = tools
    assert ours("run", "forks.py")[:2] == (0, "done ['b']\n")
    names = [name for name in ours.files() if name.startswith(".coverage.")]
    assert len(names) == 3 and ".coverage" not in ours.files()
    # coverage.py's own combine takes them.
    assert theirs("combine", "-q", *ours.directory.glob(".coverage.*"))[0] == 0
    assert {pathlib.Path(file).name for file in theirs.data()} == {"forks.py", "left.py", "b_or_c.py"}


def test_equal_data_counts_once(tools, write):
    theirs, ours = tools
    for _ in range(2):
        ours("run", "-p", "b_or_c.py")
    assert theirs("combine", *ours.directory.glob(".coverage.*"))[2] == "Combined 1 file, skipped 1\n"


def test_what_only_lower_processes_ran_and_is_gone_is_left_out(tools, write):
    script = "import os, subprocess, sys\nopen('gone.py', 'w').write('x = 1')\nopen('kept.py', 'w').write('x = 1')\n"
    script += "for name in ('gone.py', 'kept.py'): subprocess.run([sys.executable, name])\nos.remove('gone.py')\n"
    write({"x.py": script})
    ours = tools[1]
    assert ours("run", "x.py")[0] == 0
    assert sorted(ours.data()) == ["DIR/kept.py", "DIR/x.py"]


@pytest.mark.parametrize("end", ["os._exit(9)", "os.kill(os.getpid(), signal.SIGKILL)", "os.abort()"])
def test_however_the_program_ends(tools, write, end):
    write({"x.py": f"import os, signal\na = 1\n{end}\n"})
    ours = tools[1]
    status = {"os._exit(9)": 9, "os.abort()": -signal.SIGABRT}.get(end, -signal.SIGKILL)
    assert ours("run", "x.py")[0] == status
    assert ours.data() == {"DIR/x.py": [1, 2, 3]}
    assert sorted(ours.files()) == [".coverage", "b_or_c.py", "x.py"]


def test_nothing_is_left_elsewhere(tools, write, tmp_path):
    (tmp_path / "temporary").mkdir()
    for program in ("b_or_c.py", "nix.py"):
        tools[1]("run", program, env={"TMPDIR": tmp_path / "temporary"})
    assert os.listdir(tmp_path / "temporary") == []


def test_nothing_is_lost_where_the_data_file_cannot_be_written(tools, write, tmp_path):
    """coverage.py loses it, and so the one test run there was."""
    write({"main.py": "import os\nos.mkdir('.coverage')\nx = 1\n"})
    ours = tools[1]
    (tmp_path / "t").mkdir()
    status, _, stderr = ours("run", "main.py", env={"TMPDIR": str(tmp_path / "t")})
    assert status == 1
    (kept,) = re.findall(r"What was measured stays in (\S+): covey combine takes it", stderr)
    (ours.directory / ".coverage").rmdir()
    assert ours("combine", kept)[0] == 0
    assert ours.data() == {"DIR/main.py": [1, 2, 3]}


def test_a_signal_saves_what_there_is(tools, write):
    write(
        {
            "x.py": "import os, signal, time\nos.kill(os.getpid(), signal.SIGUSR1)\n"
            "while not os.path.exists('.coverage'): time.sleep(0.01)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\nprint('never')\n"
        }
    )
    status, out, _ = tools[1]("run", "--save-signal=USR1", "x.py")
    assert (status, out) == (-signal.SIGKILL, "Saving coverage data...\n")
    assert tools[1].data() == {"DIR/x.py": [1, 2, 3, 4]}


def test_no_other_signal_saves(tools, write):
    assert same(tools, "run", "--save-signal=HUP", "b_or_c.py")[0] == 1
