"""`covey report`, `json` and `index`, held against coverage.py on the same programs."""

import json
import os
import zipfile

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

PROJECT = {
    "main.py": "import pkg.mod, sys\n\nprint(pkg.mod.Thing().value(len(sys.argv)))\n",
    "pkg/__init__.py": "",
    "pkg/mod.py": '''"""A module."""
import typing
if typing.TYPE_CHECKING:
    import decimal


class Thing:
    """A class."""

    def value(self, n):
        """A method."""
        if n > 5:
            return (
                "many"
            )
        elif n > 4:  # pragma: no cover
            return "some"

        def inner():
            return 3
        return "few"

    @property
    def other(self):
        return 1


def stub(): ...
''',
    "pkg/never.py": "def f():\n    return 1\n\n\nclass C:\n    x = 1\n",
    "pkg/ünïcode.py": "# -*- coding: latin-1 -*-\nx = '\xe9'\n".encode("latin-1"),
    "pkg/a10.py": "x = 1\n",
    "pkg/a9.py": "",
}

OPTIONS = [[], ["-m"], ["--skip-covered"], ["--skip-empty"], ["-m", "--sort=-miss"], ["--precision=2"], ["--sort=cover"]]
OPTIONS += [["--include=pkg/*", "-m"], ["--omit=*/never.py,main.py"]]
OPTIONS += [["--format=markdown"], ["--format=markdown", "-m", "--skip-covered", "--precision=1"], ["--format=total"]]
OPTIONS += [["--format=total", "--precision=3"], ["--skip-covered", "--no-skip-covered"], ["--no-skip-covered", "--skip-covered"]]
OPTIONS += [["-m", "pkg/mod.py"], ["pkg/never.py", "main.py"], ["--contexts=nothing", "-m"], ["--contexts=nothing,^$"], ["--contexts="]]
FAIL_UNDER = ["--fail-under=0", "--fail-under=99.5", "--fail-under=50", "--fail-under=100", "--fail-under=61.9"]


@pytest.fixture
def both(project, run_covey, run_python):
    """The project, measured by both tools."""
    project.write(PROJECT)
    done = run_covey("run", "--source", ".", "main.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "few\n", "")
    assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--source", ".", "main.py").returncode == 0
    return project


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_the_table_is_coverage_pys(both, run_covey, run_python, options):
    ours = run_covey("report", *options)
    theirs = run_python("-m", "coverage", "report", "--rcfile=/dev/null", *options)
    assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, theirs.returncode)


@pytest.mark.parametrize("fail_under", FAIL_UNDER)
@pytest.mark.parametrize("options", [[], ["--precision=2"], ["--format=total"], ["--include=pkg/a9.py"]], ids=" ".join)
def test_a_total_below_the_threshold_is_status_2(both, run_covey, run_python, options, fail_under):
    ours = run_covey("report", *options, fail_under)
    theirs = run_python("-m", "coverage", "report", "--rcfile=/dev/null", *options, fail_under)
    assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, theirs.returncode)


@pytest.mark.parametrize("options", [["--fail-under=99"], ["--fail-under=10"], ["--fail-under=1", "--include=pkg/a9.py"]], ids=" ".join)
def test_a_json_total_below_the_threshold_is_status_2(both, run_covey, run_python, options):
    ours = run_covey("json", *options)
    theirs = run_python("-m", "coverage", "json", "--rcfile=/dev/null", *options)
    assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode)


@pytest.mark.parametrize("fail_under", ["-1", "100.5", "nan"])
def test_a_threshold_that_makes_no_sense(both, run_covey, fail_under):
    done = run_covey("report", f"--fail-under={fail_under}")
    assert done.returncode == 1
    assert done.stderr.startswith("covey: error: fail_under=") and done.stderr.endswith(" is invalid. Must be between 0 and 100.\n")


@pytest.mark.parametrize("options", [[], ["--include=pkg/*"], ["pkg/mod.py"]], ids=" ".join)
def test_annotated_sources_are_coverage_pys(both, run_covey, run_python, options):
    ours = run_covey("annotate", "-d", "deep/ours", *options)
    theirs = run_python("-m", "coverage", "annotate", "--rcfile=/dev/null", "-d", "theirs", *options)
    assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, theirs.returncode) == ("", "", 0)
    files = {path.name: path.read_bytes() for path in (both / "theirs").iterdir()}
    assert {path.name: path.read_bytes() for path in (both / "deep/ours").iterdir()} == files


def test_a_source_in_an_archive_is_reported(project, run_covey, run_python):
    with zipfile.ZipFile(project / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.py", "def f(x):\n    if x:\n        return 1\n    return 2\nf(1)\n")
    project.write({"main.py": "import sys\nsys.path.insert(0, 'packed.zip')\nimport inside\n"})
    assert run_covey("run", "--branch", "main.py").returncode == 0
    assert run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--branch", "main.py").returncode == 0
    for command in (["report", "-m"], ["json", "-q", "-o", "-"], ["xml", "-q", "-o", "-"]):
        ours, theirs = run_covey(*command), run_python("-m", "coverage", command[0], "--rcfile=/dev/null", *command[1:])
        assert (ours.returncode, theirs.returncode) == (0, 0), ours.stderr
        assert "packed.zip/inside.py" in ours.stdout
        if command[0] == "report":
            assert ours.stdout == theirs.stdout


def test_annotated_sources_lie_beside_the_sources(both, run_covey):
    assert run_covey("annotate").returncode == 0
    assert (both / "pkg/never.py,cover").read_text() == "! def f():\n!     return 1\n  \n  \n! class C:\n!     x = 1\n"
    assert (both / "pkg/a9.py,cover").read_text() == ""


def without_line_0(value):
    """coverage.py says that line 0 of an empty file ran."""
    value.pop("0", None)
    return value


@pytest.mark.parametrize("options", [[], ["--pretty-print"], ["--show-contexts"], ["--contexts=nothing", "--show-contexts"]], ids=" ".join)
def test_the_json_is_coverage_pys(both, run_covey, run_python, options):
    ours = run_covey("json", "-o", "-", *options)
    theirs = run_python("-m", "coverage", "json", "--rcfile=/dev/null", "-o", "-", *options)
    ours, theirs = (json.loads(done.stdout, object_hook=without_line_0) for done in (ours, theirs))
    for report in (ours, theirs):
        report["meta"].pop("version"), report["meta"].pop("timestamp")
    assert ours == theirs


def test_json_is_written_where_it_is_asked_for(both, run_covey):
    done = run_covey("json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Wrote JSON report to coverage.json\n")
    assert run_covey("json", "-q", "-o", "deep/er/out.json").stderr == ""
    assert (both / "deep/er/out.json").read_text().startswith('{"meta": {"format": 3, ')


def test_tables_are_made_once_and_again_where_they_are_gone(both, run_covey):
    assert run_covey("index").stdout.startswith("compiled 0 files of 0 lines in 0.00 s, of 7 measured")
    for folder, _, files in os.walk(both / ".covey/tables"):
        for name in files:
            os.remove(os.path.join(folder, name))
    before = run_covey("report").stdout
    assert before.endswith("%\n")
    assert run_covey("index").stdout.startswith("compiled 0 files")


def test_a_damaged_table_is_made_anew(both, run_covey):
    env = {"COVEY_NO_CACHE": "1"}
    expected = run_covey("report", env=env).stdout
    before = {}
    for folder, _, files in os.walk(both / ".covey/tables"):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "r+b") as table:
                before[path] = table.read()
                table.seek(60)
                table.write(b"\xff\xff")
    assert before
    done = run_covey("report", env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")
    for path, content in before.items():
        with open(path, "rb") as table:
            assert table.read() == content


def test_a_source_that_changed_is_one_warning(both, run_covey):
    both.write({"pkg/never.py": "x = 1\ny = 2\n"})
    done = run_covey("report", "--include", "pkg/never.py", "-m")
    assert done.returncode == 0
    assert done.stderr == f"covey: warning: {both.path}/pkg/never.py: changed since it ran\n"
    assert "1-2" in done.stdout


def test_a_source_that_is_gone_is_an_error_that_can_be_ignored(both, run_covey):
    os.remove(both / "pkg/never.py")
    done = run_covey("report")
    assert done.returncode == 1
    assert done.stderr.startswith(f"covey: error: {both.path}/pkg/never.py: ")
    assert done.stdout == ""
    done = run_covey("report", "-i")
    assert done.returncode == 0 and "never" not in done.stdout and "TOTAL" in done.stdout


def test_damaged_shards_are_told_and_the_others_are_read(both, run_covey):
    folder = next((both / ".covey/jobs/default").iterdir())
    shards = [path.read_bytes() for path in folder.glob("*.shard")]
    good = next(shard for shard in shards if b"writer\0covey run" not in shard)
    damaged = {
        "truncated": good[:6000],
        "garbled": good[:4112] + b"\xff" * 8 + good[4120:],  # the first record's header
        "foreign": b"SQLite format 3\0" * 100,
        "future": good[:8] + b"\x09\0\0\0" + good[12:],
        "empty": b"",
    }
    for name, content in damaged.items():
        (folder / f"{name}.shard").write_bytes(content)
    done = run_covey("report")
    assert done.returncode == 1
    assert sorted(line.split(".shard: ")[0].rsplit("/")[-1] for line in done.stderr.splitlines()) == sorted(damaged)
    assert all(line.startswith("covey: error: ") for line in done.stderr.splitlines())
    assert "version 9, this covey reads version 3" in done.stderr
    assert "TOTAL" in done.stdout


@pytest.mark.parametrize("command", ["report", "json", "annotate", "index"])
def test_no_data_is_an_error(project, run_covey, command):
    done = run_covey(command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"covey: error: {project.path}/.covey: no such data directory (covey run makes it)\n"
    (project / ".covey").mkdir()
    done = run_covey(command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"covey: error: {project.path}/.covey: no data to ")


def test_what_cannot_be_parsed_is_named_with_its_line(project, run_covey):
    project.write({"main.py": "try:\n    import bad\nexcept SyntaxError:\n    pass\n", "bad.py": "x = 1\ndef f(:\n"})
    assert run_covey("run", "--source", ".", "main.py").returncode == 0
    done = run_covey("report")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"covey: error: {project.path}/bad.py: line 2: not Python: invalid syntax\n"


def test_a_script_that_does_not_compile_is_named_with_its_line(project, run_covey):
    project.write({"bad.py": "x = 1\ndef f(:\n"})
    done = run_covey("run", "bad.py")
    assert done.returncode == 1
    assert done.stderr.endswith(f"covey: error: {project.path}/bad.py: line 2: not Python: invalid syntax\n")


def test_code_of_a_file_that_is_not_python_is_passed_over(project, run_covey):
    template = "<p>{{ name }}</p>\n"
    project.write({"main.py": "exec(compile('x = 1', 'page.html', 'exec'))\n", "page.html": template})
    assert run_covey("run", "main.py").returncode == 0
    done = run_covey("report")
    assert done.returncode == 0 and "page" not in done.stdout


@pytest.mark.parametrize("options", [["--precision=-1"], ["--precision=x"], ["--sort=nonsense"], ["--include=a***"], ["x"], ["--format=html"], ["--contexts=("], ["--sort=branch"]])
def test_options_that_make_no_sense(both, run_covey, options):
    done = run_covey("report", *options)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("covey: error: ")
