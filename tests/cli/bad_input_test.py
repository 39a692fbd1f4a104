"""Input that is wrong. Each is refused by name and place, quickly and in bounded memory; as coverage.py's drop-in in its
words, on its stream, where it has words for it."""

import os
import re
import resource
import shutil
import sqlite3
import subprocess

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

PROJECT = {"main.py": "import sys\nif len(sys.argv) > 3:\n    x = 1\n", "other.py": "def f():\n    return 1\n"}
LIMIT = 300 << 20  # bytes of memory that no input may exceed


@pytest.fixture
def limited(run_covey):
    """run_covey with no more memory than it may use, and no core of it."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))

    return lambda *arguments, **options: run_covey(*arguments, timeout=60, preexec_fn=limit, **options)


def refused(done, *parts):
    """Whether it ended with status 1 and one error on stderr that holds all of `parts`."""
    assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
    *warnings, last = done.stderr.splitlines()
    assert last.startswith("covey: error: ") and all(line.startswith("covey: warning: ") for line in warnings), done.stderr
    assert all(part in last for part in parts), done.stderr
    return True


def changed(path, statement):
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


def cut(path):
    path.write_bytes(path.read_bytes()[:6000])


def overwrite(path):
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * 4096 + data[8192:])


# What is done to .coverage, and what is said of it.
DAMAGES = {
    "no SQLite": (lambda path: path.write_text("words\n" * 99), "file is not a database"),
    "cut": (cut, "database disk image is malformed"),
    "overwritten": (overwrite, "isn't a coverage data file"),
    "another schema": (lambda path: changed(path, "update coverage_schema set version = 99"), "wrong schema: 99 instead of 7"),
    "no table": (lambda path: changed(path, "drop table arc"), "no such table: arc"),
    "empty": (lambda path: path.write_bytes(b""), "no data to report"),
    "a directory": (lambda path: (path.unlink(), path.mkdir()), "unable to open database file"),
}

# What is wrong with main.py, and what is said of it after its path.
SOURCES = {
    "missing": (None, "no such file"),
    "a syntax error": (b"x = 1\ny = (\n", "line 2: not Python: '(' was never closed"),
    "an unknown encoding": (b"# coding: nope\nx = 1\n", "unknown encoding 'nope' at line 1"),
    "two encodings": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "byte order mark of UTF-8 beside the encoding 'latin-1' at line 1"),
    "not UTF-8": (b'x = "\xff"\ny = 1\n', "not UTF-8, and no encoding declared, at line 1"),
    "a directory": ("", "is a directory"),
    "a NUL": (b"x = 1\n\0\n", "not Python: source code string cannot contain null bytes"),
}

# The text of .coveragerc, and what is said of it.
CONFIGURATIONS = {
    "no section": ("words\n", "Couldn't read config file .coveragerc: File contains no section headers."),
    "an open section": ("[run\n", "Couldn't read config file .coveragerc: File contains no section headers."),
    "a bad number": ("[report]\nprecision = x\n", "[report].precision", "'x'"),
    "a bad expression": ("[report]\nexclude_also =\n  ok\n  a(\n", "[report].exclude_also value 'a(': missing ), unterminated subpattern at position 1"),
    "a bad partial expression": ("[report]\npartial_also = +\n", "[report].partial_also value '+': nothing to repeat at position 0"),
    "a bad expression for contexts": ("[report]\ncontexts = [\n", "Invalid context regex '[': unterminated character set at position 0"),
    "a bad pattern of files": ("[report]\nomit = a/**x\n", "File pattern can't include '**x'"),
    "a bad pattern of paths": ("[paths]\nsource =\n  src\n  */x*\n", "Pattern must not end with wildcards."),
    "a wild pattern of paths": ("[paths]\nsource =\n  src\n  **x/y\n", "File pattern can't include '**x'"),
}


@pytest.fixture
def measured(project, run_python):
    """A project with coverage.py's .coverage."""
    project.write(PROJECT)
    done = run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--branch", "main.py")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def ran(project, run_covey):
    """A project with a data directory."""
    done = run_covey("run", "--source=.", "--rcfile=/dev/null", "main.py", cwd=project.write(PROJECT).path)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def as_both(project, run_covey, run_python):
    """as_both("report"): what coverage.py and Covey as its drop-in end with and print, each in its own copy of the project."""

    def as_both(*arguments):
        outcomes = []
        for tool in "theirs", "ours":
            place = project.path.parent / tool
            shutil.copytree(project.path, place)
            if tool == "theirs":
                done = run_python("-m", "coverage", *arguments, cwd=place)
                # Where in its own sources a warning comes from.
                done.stderr = re.sub(r"^\S+\.py:\d+: (?=CoverageWarning)|^  .*warn\(.*\n", "", done.stderr, flags=re.MULTILINE)
            else:
                done = run_covey(*arguments, cwd=place, env={"COVEY_COMPAT": "1"})
            shutil.rmtree(place)
            texts = (text.replace(str(place), "PLACE") for text in (done.stdout, done.stderr))
            outcomes.append((done.returncode, *texts))
        return outcomes

    return as_both


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", [["report"], ["html"], ["convert", ".coverage", "-o", "x.json"]], ids=lambda words: words[0])
def test_a_damaged_data_file(measured, limited, command, damage):
    spoil, what = DAMAGES[damage]
    spoil(measured / ".coverage")
    if command[0] == "convert" and damage in ("empty", "no SQLite"):
        what = ".coverage: in no format that is known"
    if command[0] == "convert" and damage == "a directory":
        what = ".coverage: no data to convert"
    assert refused(limited(*command), what, ".coverage" if damage != "empty" else "")


# What coverage.py makes a report of (docs/differences.md).
CONTRADICTIONS = {
    "lines beside arcs": ("insert into line_bits values (1, 1, x'ff')", "Can't add line measurements to existing branch data"),
    "arcs in a file of lines": ("update meta set value = '0' where key = 'has_arcs'", "Can't add branch measurements to existing line data"),
    "neither": ("update meta set value = 'x' where key = 'has_arcs'", "has_arcs is neither 0 nor 1"),
    "a line that there is not": ("insert into arc values (1, 1, 5, 99999999)", "it has an arc from 5 to 99999999"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_data_file_that_contradicts_itself(measured, limited, name):
    statement, what = CONTRADICTIONS[name]
    changed(measured / ".coverage", statement)
    assert refused(limited("report"), f"Couldn't use data file '{measured / '.coverage'}': {what}")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_data_file_as_drop_in(measured, as_both, damage):
    DAMAGES[damage][0](measured / ".coverage")
    theirs, ours = as_both("report")
    assert ours == theirs and theirs[0] == 1


def spoil_source(path, text):
    path.unlink()
    if text == "":
        path.mkdir()
    elif text is not None:
        path.write_bytes(text)


PIPES = {
    ".coverage": [["report"], ["combine", ".coverage"], ["debug", "data"], ["convert", ".coverage", "-o", "x.json"]],
    "main.py": [["report"], ["html"], ["annotate"]],
    "x.json": [["convert", "x.json", "-o", "x.xml"]],
}


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_in_a_file_s_place_is_not_waited_for(measured, limited, name):
    (measured / name).unlink(missing_ok=True)
    os.mkfifo(measured / name)
    for command in PIPES[name]:
        done = limited(*command)
        assert done.returncode == 1 and done.stderr.startswith("covey: ") and name in done.stderr, (command, done.stderr)


def test_a_configuration_that_is_a_pipe_is_passed_over_as_one_that_cannot_be_read(measured, limited):
    os.mkfifo(measured / ".coveragerc")
    assert limited("report").returncode == 0
    assert refused(limited("report", "--rcfile=.coveragerc.d"), "Couldn't read '.coveragerc.d' as a config file")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_cannot_be_read(measured, limited, name):
    text, what = SOURCES[name]
    path = measured / "main.py"
    spoil_source(path, text)
    for command in "report", "html", "xml":
        assert refused(limited(command), f"covey: error: {path}: ", what)
    done = limited("report", "-i")
    assert refused(done, "no data to report") and f"covey: warning: {path}: " in done.stderr and what in done.stderr


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_cannot_be_read_as_drop_in(measured, as_both, name):
    text, what = SOURCES[name]
    spoil_source(measured / "main.py", text)
    theirs, ours = as_both("report")
    if "Traceback" in theirs[2]:  # it has no words of its own for some
        theirs = (1, "", f"covey: error: {measured / 'main.py'}: {what}\n")
    assert ours == theirs and theirs[0] == 1
    theirs, ours = as_both("report", "-i")
    assert ours == theirs and theirs[0] == 1


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_bad_configuration(measured, limited, name):
    text, *what = CONFIGURATIONS[name]
    measured.write({".coveragerc": text})
    assert refused(limited("report"), *what)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_bad_configuration_as_drop_in(measured, as_both, name):
    measured.write({".coveragerc": CONFIGURATIONS[name][0]})
    theirs, ours = as_both("report")
    assert ours == theirs and theirs[0] == 1


def test_lines_and_branches_mixed(measured, run_python, limited, as_both):
    for options in ["-p"], ["-p", "--branch"]:
        assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", *options, "main.py").returncode == 0
    (measured / ".coverage").unlink()
    assert refused(limited("report"), "Can't combine branch coverage data with statement data", ".coverage.")
    for command in "report", "combine":
        theirs, ours = as_both(command)
        assert ours == theirs and theirs[0] == 1


def test_a_source_that_changed_since_it_ran(project, run_covey, run_python):
    project.write(PROJECT)
    assert run_covey("run", "--source=.", "main.py").returncode == 0
    assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--source=.", "main.py").returncode == 0
    project.write({"main.py": "# new\nx = 1\nimport sys\nif len(sys.argv) > 3:\n    x = 1\nx = 2\n"})
    theirs, mine = run_python("-m", "coverage", "report", "-m"), run_covey("report", "-m", "--data-file=.covey")
    assert (mine.returncode, mine.stdout) == (0, theirs.stdout)
    assert mine.stderr == f"covey: warning: {project / 'main.py'}: changed since it ran\n"


def test_two_versions_of_a_source_are_united_by_line(project, run_covey, run_python):
    for text, options in ("x = 1\nif x > 1:\n    x = 2\n", []), ("x = 2\nif x > 1:\n    x = 3\n", ["--append"]):
        project.write({"main.py": text})
        assert run_covey("run", "--source=.", *options, "main.py").returncode == 0
        assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--source=.", *options, "main.py").returncode == 0
    theirs, mine = run_python("-m", "coverage", "report", "-m"), run_covey("report", "-m", "--data-file=.covey")
    assert (mine.returncode, mine.stdout) == (0, theirs.stdout) and "100%" in mine.stdout
    assert mine.stderr == f"covey: warning: {project / 'main.py'}: changed since it ran\n"


# What is done to the shard of the process that ran, and what is said of it after its path.
SHARDS = {
    "empty": (lambda data: b"", "not a shard: only 0 bytes"),
    "cut in its header": (lambda data: data[:1000], "impossible header size 4096"),
    "cut after its header": (lambda data: data[:4096], "truncated at byte 4096"),
    "cut in a chunk": (lambda data: data[:5000], "truncated at byte 5000"),
    "other bytes": (lambda data: b"words" * 2000, "not a shard"),
    "another version": (lambda data: data[:8] + b"\x63" + data[9:], "shard version 99"),
    "overwritten": (lambda data: data[:4096] + b"\xff" * (len(data) - 4096), "no chunk at byte 4096"),
    "a directory": (None, "is a directory"),
}


@pytest.mark.parametrize("name", SHARDS)
def test_a_shard_that_is_damaged_is_an_error_beside_the_report_of_the_rest(ran, limited, name):
    spoil, what = SHARDS[name]
    (path,) = (path for path in ran.path.glob(".covey/jobs/*/*/*.shard") if b"main.py" in path.read_bytes())
    data = path.read_bytes()
    path.unlink()
    path.mkdir() if spoil is None else path.write_bytes(spoil(data))
    done = limited("report")
    assert done.returncode == 1 and done.stderr.startswith(f"covey: error: {path}: {what}"), done.stderr
    assert len(done.stderr.splitlines()) == 1 and "other.py" in done.stdout and "main.py" not in done.stdout


@pytest.mark.parametrize("spoil", [lambda b: b[:40], lambda b: b"", lambda b: b[:-3] + b"xyz", lambda b: b"\xff" * len(b)], ids=["cut", "empty", "changed", "overwritten"])
def test_damaged_tables_are_made_anew(ran, run_covey, spoil):
    before = run_covey("report")
    paths = list(ran.path.glob(".covey/tables/*/*.tables"))
    good = [path.read_bytes() for path in paths]
    shutil.rmtree(ran / ".covey/analysis", ignore_errors=True)
    for path in paths:
        path.write_bytes(spoil(path.read_bytes()))
    done = run_covey("report")
    assert (done.returncode, done.stdout, done.stderr) == (0, before.stdout, "")
    assert len(paths) == 2 and [path.read_bytes() for path in paths] == good


def test_tables_that_cannot_be_written(ran, run_covey):
    shutil.rmtree(ran / ".covey/analysis", ignore_errors=True)
    shutil.rmtree(ran / ".covey/tables")
    ran.write({".covey/tables": "a file"})
    assert refused(run_covey("report"), f"{ran / 'main.py'}: no table of it: {ran / '.covey/tables'}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_data_directory_that_cannot_be_read(ran, run_covey):
    (ran / ".covey").chmod(0)
    try:
        assert refused(run_covey("report"), ".covey")
    finally:
        (ran / ".covey").chmod(0o700)


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE coverage [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + ']>\n<coverage line-rate="1"><packages><package name="&a11;"><classes><class name="x" filename="&a11;.py">'
    '<lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>\n'
)


def test_an_xml_bomb(project, limited):
    project.write({"bomb.xml": BOMB})
    assert refused(limited("convert", "bomb.xml", "-o", "x.json"), "bomb.xml: ")
    assert not (project / "x.json").exists()


def write_line(path, start, size=1 << 30):
    """A file of one line: `start`, and a gigabyte that takes no place on the disk."""
    path.write_bytes(start)
    os.truncate(path, size)


REPORTS = {"a.json": b'{"meta": {"format": 3, "version": "7.17.3"}, "files": {"', "a.xml": b'<?xml version="1.0"?><coverage line-rate="1" ', "a.lcov": b"TN:\nSF:"}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_with_a_line_of_a_gigabyte(project, limited, name):
    write_line(project / name, REPORTS[name])
    assert refused(limited("convert", name, "-o", "out.json"), f"{name}: ", "larger than")


def test_a_report_that_takes_more_memory_than_there_is(project, limited):
    numbers = b"1," * 40_000_000
    (project / "a.json").write_bytes(b'{"meta": {"format": 3}, "files": {"a.py": {"executed_lines": [' + numbers + b"1]}}}")
    done = limited("convert", "a.json", "-o", "out.json")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "covey: error: out of memory\n")


def test_a_source_with_a_line_of_a_gigabyte(measured, limited):
    write_line(measured / "main.py", b"x = 1  #")
    assert refused(limited("report"), f"{measured / 'main.py'}: is larger than")


@pytest.mark.parametrize("name", [".coveragerc", "setup.cfg", "pyproject.toml"])
def test_a_configuration_with_a_line_of_a_gigabyte(measured, limited, name):
    write_line(measured / name, b"[tool.coverage.run]\nbranch = true #")
    assert refused(limited("report"), name, "larger than")


@pytest.mark.parametrize("text", ["x = 1  #" + "# " * 10_000_000, "x = (" + "1," * 8_000_000 + ")", ")" * 20_000_000], ids=["comment", "tuple", "brackets"])
def test_a_long_line_takes_no_more_than_its_length(measured, run_covey, text):
    measured.write({"main.py": text + "\n"})
    done = run_covey("report", timeout=100)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr
    assert "main.py" in done.stdout + done.stderr
