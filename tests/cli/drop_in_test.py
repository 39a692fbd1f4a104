"""Covey called as coverage.py: what both print, to which stream, how they end and what they leave, side by side."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

PROGRAM = """import sys

def one():
    return 1

if "one" in sys.argv:
    one()
"""

# Arguments of the command, one after the other in the same directory; the last one's words are compared.
SAME = {
    "nothing": [[]],
    "no such command": [["nonsense"]],
    "no such option": [["report", "--nonsense"]],
    "an option that is several": [["report", "--skip"]],
    "options cut short": [["run", "--par", "--so=.", "program.py"], ["combine", "--ke"]],
    "a value that is missing": [["report", "--sort"]],
    "a value too many": [["report", "--skip-covered=yes"]],
    "a number that is none": [["report", "--fail-under=many"]],
    "a global option that is none": [["--nonsense"]],
    "help on what there is not": [["help", "nonsense"]],
    "version": [["--version"]],
    "the commands": [["help"]],
    "no data to report": [["report"]],
    "no data to write": [["json"]],
    "no data to combine": [["combine"]],
    "no such place to combine": [["combine", "nowhere"]],
    "nothing to erase": [["erase"]],
    "a report": [["run", "program.py"], ["report", "-m"]],
    "a report of a file that is not there": [["run", "program.py"], ["report", "other.py"]],
    "a threshold": [["run", "program.py"], ["report", "--fail-under=99"]],
    "an unknown format": [["run", "program.py"], ["report", "--format=nonsense"]],
    "parallel files combined by a report": [["run", "-p", "program.py"], ["run", "-p", "program.py", "one"], ["report"]],
    "parallel files": [["run", "-p", "program.py"], ["run", "-p", "program.py", "one"], ["combine"]],
    "nothing usable": [["run", "program.py"], ["combine", ".coverage"]],
    "a file written": [["run", "program.py"], ["xml"]],
    "a file written quietly": [["run", "program.py"], ["xml", "-q"]],
    "data of other kinds": [["run", "-p", "program.py"], ["run", "-p", "--branch", "program.py"], ["combine"]],
    "no debug topic": [["debug"]],
    "a debug topic that is none": [["debug", "nonsense"]],
    "a debug topic with too much": [["debug", "sys", "more"]],
    "configuration": [["debug", "config"]],
    "data that is not there": [["debug", "data"]],
    "data": [["run", "--branch", "program.py"], ["debug", "data"]],
    "a damaged data file": [["debug", "data", "program.py"]],
}

PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/__main__.py": "import sys\nprint(sys.argv[1:])\n",
    "pkg/mod.py": "a = 1\nif a:\n    b = 2\nelse:\n    c = 3\n",
    "use.py": "import pkg.mod\n",
}
RUN_PACKAGE = ["run", "--branch", "--source=.", "use.py"]
FORK = """import os
child = os.fork()
if child:
    os.waitpid(child, 0)
else:
    x = 1
"""
TWO_PLACES = {"build/m.py": "a = 1\n", "src/m.py": "a = 1\n"}


def package(*commands):
    return PACKAGE, [RUN_PACKAGE, *commands]


def configured(text, *commands, run=RUN_PACKAGE):
    return {**PACKAGE, ".coveragerc": text}, [run, *commands]


# The same with more files than program.py, which are not compared.
SAME_WITH_FILES = {
    # run
    "a package as a module": (PACKAGE, [["run", "-m", "pkg", "a"]]),
    "a module of a package": (PACKAGE, [["run", "--branch", "-m", "pkg.mod"], ["report", "-m"]]),
    "no module": ({}, [["run", "-m"]]),
    "a directory": ({"d/__main__.py": "print(1)\n"}, [["run", "d"], ["report"]]),
    "a directory without a program": ({"d/x.py": ""}, [["run", "d"]]),
    "a program that is not there": ({}, [["run", "a/nothing.py"]]),
    "a program of another name": ({"a.txt": "print(1)\n"}, [["run", "a.txt"], ["report"]]),
    "a program that fails": ({"e.py": "raise ValueError(1)\n"}, [["run", "e.py"]]),
    "a program that exits": ({"e.py": "import sys\nsys.exit('bye')\n"}, [["run", "e.py"]]),
    "appending": ({}, [["run", "program.py"], ["run", "-a", "program.py", "one"], ["report", "-m"]]),
    "appending in parallel": ({}, [["run", "-a", "-p", "program.py"]]),
    "appending branches to lines": ({}, [["run", "program.py"], ["run", "-a", "--branch", "program.py"]]),
    "appending lines to branches": ({}, [["run", "--branch", "program.py"], ["run", "-a", "program.py"]]),
    "appending to what is no data": ({".coverage": "x"}, [["run", "-a", "program.py"]]),
    "appending to an empty file": ({".coverage": ""}, [["run", "-a", "program.py"], ["report"]]),
    "an unknown library of threads": ({}, [["run", "--concurrency=nothing", "program.py"]]),
    "two libraries of light threads": ({}, [["run", "--concurrency=gevent,eventlet", "program.py"]]),
    "processes with branches": ({}, [["run", "--concurrency=multiprocessing", "--branch", "program.py"]]),
    "an unknown core": configured("[run]\ncore = nothing\n", run=["run", "use.py"]),
    "an unknown patch": configured("[run]\npatch = nothing\n", run=["run", "use.py"]),
    "an unknown dynamic context": configured("[run]\ndynamic_context = nothing\n", run=["run", "use.py"]),
    "an unknown option": configured("[run]\nnothing = 1\n[report]\nnothing = 2\n", ["report"]),
    "a truth value that is none": configured("[run]\nbranch = maybe\n", run=["run", "use.py"]),
    "a source that is not there": (PACKAGE, [["run", "--source=nothing", "use.py"]]),
    "a source and patterns": (PACKAGE, [["run", "--source=.", "--include=pkg/*", "use.py"]]),
    "nothing measured": ({}, [["run", "--include=nothing", "program.py"]]),
    "the data of nothing measured": ({}, [["run", "--include=nothing", "program.py"], ["debug", "data"]]),
    "lines after nothing measured": (
        {},
        [["run", "-p", "--include=nothing", "program.py"], ["run", "-p", "--branch", "program.py"], ["combine"]],
    ),
    "forked children": ({"f.py": FORK}, [["run", "-p", "f.py"], ["debug", "data"]]),
    "branches of forked children": (
        {"f.py": FORK},
        [["run", "-p", "--branch", "f.py"], ["combine"], ["report", "-m"]],
    ),
    "namespace packages": (
        {"ns/a/b.py": "x = 1\n", ".coveragerc": "[report]\ninclude_namespace_packages = true\n"},
        [["run", "--source=ns", "program.py"], ["report"]],
    ),
    "a signal that is none": ({}, [["run", "--save-signal=HUP", "program.py"]]),
    "a data file in a directory": ({}, [["run", "--data-file=x/y", "program.py"], ["report", "--data-file=x/y"]]),
    "a configured data file": configured("[run]\ndata_file = out/c\n", ["report"]),
    "configured in parallel": configured("[run]\nparallel = true\n", ["combine", "--keep"]),
    "relative files": configured("[run]\nrelative_files = true\n", ["debug", "data"]),
    "a configured program": configured("[run]\ncommand_line = -m pkg a\n", run=["run"]),
    "no such configuration": ({}, [["run", "--rcfile=nothing", "program.py"]]),
    # combine, erase, debug
    "combined files kept": ({}, [["run", "-p", "program.py"], ["combine", "--keep"], ["combine", "--keep"]]),
    "combined with what was there": ({}, [["run", "program.py"], ["run", "-p", "program.py"], ["combine", "-a"]]),
    "combined with other data": ({}, [["run", "program.py"], ["run", "-p", "--branch", "program.py"], ["combine", "-a"]]),
    "the same data twice": ({}, [["run", "-p", "program.py"], ["run", "-p", "program.py"], ["combine"]]),
    "a damaged file among others": ({".coverage.x": "x"}, [["run", "-p", "program.py"], ["combine"]]),
    "damaged files alone": ({".coverage.x": "x", ".coverage.y": "x"}, [["combine"]]),
    "combining two places": (
        {**TWO_PLACES, ".coveragerc": "[paths]\nx =\n    src\n    */build\n"},
        [["run", "-p", "build/m.py"], ["run", "-p", "src/m.py"], ["combine"], ["debug", "data"]],
    ),
    "a pattern of paths that is none": configured("[paths]\nx =\n    src\n    */build/*\n", ["combine", ".coverage"]),
    "contexts combined": (
        {},
        [["run", "-p", "--context=a", "program.py"], ["run", "-p", "--context=b", "program.py"], ["report", "--contexts=a"]],
    ),
    "a context's expression that is none": ({}, [["run", "program.py"], ["report", "--contexts=("]]),
    "all erased": ({}, [["run", "program.py"], ["run", "-p", "program.py"], ["erase"]]),
    "data of parallel files": ({}, [["run", "program.py"], ["run", "-p", "program.py"], ["debug", "data", ".coverage", "x"]]),
    # reports
    "a report without what is covered": package(["report", "--skip-covered", "--skip-empty", "-m"]),
    "a report in another order": package(["report", "--sort=-cover"]),
    "an order that is none": package(["report", "--sort=nothing"]),
    "decimals": package(["report", "--precision=3"]),
    "negative decimals": package(["report", "--precision=-1"]),
    "a table in Markdown": package(["report", "--format=markdown", "-m"]),
    "a total": package(["report", "--format=total", "--precision=2"]),
    "a threshold too high": package(["report", "--fail-under=101"]),
    "a threshold of a file written": package(["xml", "--fail-under=99"]),
    "a configured threshold": configured("[report]\nfail_under = 66.666\nprecision = 2\n", ["report"]),
    "patterns of a report": package(["report", "--include=pkg/*", "--omit=pkg/__*"]),
    "no file that fits": package(["lcov", "--include=nothing"]),
    "modules of a report": package(["report", "pkg/mod.py", "use.py"]),
    "an option after a file": package(["report", "-m", "pkg/mod.py"]),
    "no data file": package(["json", "--data-file=nothing"]),
    "an empty file in LCOV": ({"e.py": ""}, [["run", "e.py"], ["lcov", "-o", "-"]]),
    "annotated sources": package(["annotate", "-d", "out"]),
    "annotated beside": package(["annotate"]),
    "no Python to report": ({"a.txt": "a = = 1\n"}, [["run", "a.txt"], ["json"]]),
    "configured contexts of a report": configured("[report]\ncontexts = nothing\n", ["report"]),
    "configured contexts of LCOV": configured("[report]\ncontexts = nothing\n", ["lcov", "-o", "-"]),
    "an expression that is none": configured("[report]\nexclude_lines = (\n", ["report"]),
    "HTML without data": package(["html", "--include=nothing"]),
}


def shown(text):
    """What may differ, and nothing else: names of parallel files, and where a warning comes from in coverage.py."""
    text = re.sub(r"\.coverage\.[\w.-]+", ".coverage.SUFFIX", text)
    text = re.sub(r"^\S+\.py:\d+: (?=CoverageWarning)", "", text, flags=re.M)
    return re.sub(r"^  (\w+\.)?_?warn\(.*\n?", "", text, flags=re.M)


@pytest.fixture
def run_as(project, covey, run):
    """run_as(tool, commands): each in a fresh directory; returns the last one's end and what lies there then."""

    def run_as(tool, commands, files=None):
        folder = project.path / "work"
        folder.mkdir()
        for name, text in {"program.py": PROGRAM, **(files or {})}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        alias = project.path / "coverage"
        if not alias.is_symlink():
            alias.symlink_to(covey)
        program = [alias] if tool == "covey" else [sys.executable, "-m", "coverage"]
        for arguments in commands:
            done = run([*program, *arguments], cwd=folder, env={"XDG_CACHE_HOME": project.path / "cache"})
        left = sorted(re.sub(r"\.coverage\..*", ".coverage.SUFFIX", path) for path in os.listdir(folder))
        os.rename(folder, project.path / f"{tool}-work")
        return done.returncode, shown(done.stdout), shown(done.stderr), [n for n in left if n != "__pycache__"]

    return run_as


@pytest.mark.parametrize("commands", SAME.values(), ids=SAME.keys())
def test_as_coverage_py(run_as, commands):
    assert run_as("covey", commands) == run_as("coverage", commands)


@pytest.mark.parametrize(("files", "commands"), SAME_WITH_FILES.values(), ids=SAME_WITH_FILES.keys())
def test_as_coverage_py_with_files(run_as, files, commands):
    assert run_as("covey", commands, files) == run_as("coverage", commands, files)


def test_the_variable_makes_it_the_drop_in_under_its_own_name(run_covey, project):
    done = run_covey("nonsense", env={"COVEY_COMPAT": "1"})
    assert (done.returncode, done.stderr) == (1, "Unknown command: 'nonsense'\nUse 'covey help' for help.\n")


def test_an_alias_is_a_link_that_replaces_nothing_unless_told_to(project, covey):
    """Of a copy of the binary: the one under test stays alone."""
    binary = project.path / "bin/covey"
    binary.parent.mkdir()
    binary.write_bytes(pathlib.Path(covey).read_bytes())
    binary.chmod(0o755)
    alias = binary.parent / "coverage"

    def call(*arguments):
        done = subprocess.run([binary, "alias", *arguments], capture_output=True, text=True)
        return done.returncode, done.stderr

    assert call() == (0, "")
    assert os.readlink(alias) == "covey"
    assert "Code coverage for Python" in subprocess.run([alias], capture_output=True, text=True).stdout
    assert call() == (0, "")
    assert call("--remove") == (0, "")
    assert not alias.exists()
    alias.write_text("another program")
    assert call() == (1, f"covey: error: {alias}: is there already (--force replaces it)\n")
    assert call("--remove") == (0, "")
    assert alias.read_text() == "another program"
    assert call("--force") == (0, "")
    (binary.parent / "python3.13").touch()
    assert call("--all", "--force") == (0, "")
    assert sorted(path.name for path in binary.parent.iterdir() if path.is_symlink()) == ["coverage", "coverage-3.13", "coverage3"]
    assert os.readlink(alias) == "covey"


def test_processes_below_have_files_of_their_own_where_coverage_process_start_says_so(project, covey, run):
    main = "import subprocess, sys\nsubprocess.run([sys.executable, 'sub.py'], check=True)\n"
    project.write({"main.py": main, "sub.py": "x = 1\n", "below.ini": "[run]\nparallel = true\n"})
    alias = project.path / "coverage"
    alias.symlink_to(covey)
    done = run([alias, "run", "main.py"], cwd=project.path, env={"COVERAGE_PROCESS_START": "below.ini"})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(project.path.glob(".coverage.*"))) == 1
    done = run([alias, "debug", "data"], cwd=project.path)
    assert [line for line in done.stdout.splitlines() if line.endswith(("line", "lines"))] == [
        f"{project.path}/main.py: 2 lines",
        f"{project.path}/sub.py: 1 line",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there is sys.monitoring")
def test_a_core_that_this_python_cannot_have_is_warned_of(run_as):
    commands = [["run", "program.py"]]
    files = {".coveragerc": "[run]\ncore = sysmon\n"}
    assert run_as("covey", commands, files) == run_as("coverage", commands, files)
