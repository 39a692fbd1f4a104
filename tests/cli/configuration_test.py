"""Configuration files, as the commands read them; what they mean value by value is in tests/unit/config."""

import json
import sqlite3

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

SOURCES = {
    "main.py": "import pkg.a, pkg.b\nif len('x') > 1:\n    print('never')\n",
    "pkg/__init__.py": "",
    "pkg/a.py": "x = 1\nif x > 1:\n    raise ValueError\n",
    "pkg/b.py": "y = 1\n",
}


def rows(report):
    """The lines of a text report, by name."""
    return {line.split()[0]: line.split()[1:] for line in report.splitlines() if line and not line.startswith("-")}


@pytest.fixture
def configured(project):
    """configured(text, name=".coveragerc"): the project with that configuration."""

    def configured(text, name=".coveragerc"):
        return project.write(SOURCES | {name: text})

    return configured


@pytest.mark.parametrize(
    "name, text",
    [
        (".coveragerc", "[run]\nsource = .\nomit = */b.py\n"),
        (".coveragerc.toml", "[run]\nsource = ['.']\nomit = ['*/b.py']\n"),
        ("setup.cfg", "[coverage:run]\nsource_dirs = .\nomit = */b.py\n"),
        ("tox.ini", "[coverage:run]\nsource = .\nomit = */b.py\n"),
        ("pyproject.toml", "[tool.coverage.run]\nsource = ['.']\nomit = ['*/b.py']\n"),
    ],
)
def test_run_measures_what_the_configuration_says(configured, run_covey, name, text):
    configured(text, name)
    done = run_covey("run", "main.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(rows(run_covey("report").stdout)) == {"Name", "main.py", "pkg/__init__.py", "pkg/a.py", "TOTAL"}


def test_options_are_stronger_than_the_file(configured, run_covey):
    configured("[run]\nsource = .\nomit = */b.py\n[report]\nshow_missing = true\nomit = main.py\nprecision = 1\n")
    assert run_covey("run", "--omit=*/a.py", "main.py").returncode == 0
    report = run_covey("report", "--omit=*/__init__.py", "--precision=2").stdout
    assert rows(report)["main.py"] == ["3", "1", "66.67%", "3"]
    assert "pkg/b.py" in report and "pkg/a.py" not in report and "__init__" not in report


def test_a_nested_run_takes_the_outer_ones_settings(configured, run_covey, covey):
    configured("[run]\nsource = .\nomit = */b.py\n")
    assert run_covey("run", "--omit=*/a.py", "--", covey, "run", "main.py").returncode == 0
    assert "pkg/b.py" in run_covey("report").stdout and "pkg/a.py" not in run_covey("report").stdout


def test_reports_exclude_what_the_configuration_says(configured, run_covey):
    project = configured("[report]\nexclude_also = raise ValueError\n[json]\noutput = out.json\npretty_print = true\n")
    assert run_covey("run", "main.py").returncode == 0
    assert rows(run_covey("report").stdout)["pkg/a.py"] == ["2", "0", "100%"]
    assert run_covey("json", "-q").returncode == 0
    text = (project / "out.json").read_text()
    assert text.startswith("{\n") and json.loads(text)["files"]["pkg/a.py"]["excluded_lines"] == [3]


def test_rcfile_names_the_file(configured, run_covey):
    configured("[run]\nsource = pkg\n", "other.ini")
    for options, env in [(["--rcfile=other.ini"], {}), ([], {"COVERAGE_RCFILE": "other.ini"})]:
        assert run_covey("run", *options, "main.py", env=env).returncode == 0
        assert "main.py" not in run_covey("report").stdout
    done = run_covey("report", "--rcfile=nowhere.ini")
    assert (done.returncode, done.stderr) == (1, "covey: error: Couldn't read 'nowhere.ini' as a config file\n")


@pytest.mark.parametrize("value", ["true", "false"])
def test_namespace_packages_are_looked_into_where_they_are_asked_for(configured, run_covey, run_python, value):
    project = configured(f"[run]\nsource = .\n[report]\ninclude_namespace_packages = {value}\n")
    project.write({"space/inner/lone.py": "x = 1\n", "space/.hidden/a.py": "", "space/a-b.c.py": ""})
    assert run_covey("run", "main.py").returncode == run_python("-m", "coverage", "run", "main.py").returncode == 0
    mine, theirs = run_covey("report", "--data-file=.covey"), run_python("-m", "coverage", "report")
    assert (mine.returncode, mine.stdout) == (0, theirs.stdout)
    assert ("space/inner/lone.py" in mine.stdout) == (value == "true")


@pytest.mark.parametrize("command", [["run", "main.py"], ["report"], ["json"], ["index"]], ids=lambda c: c[0])
def test_every_command_refuses_a_damaged_file(configured, run_covey, command):
    configured("[run]\nbranch = maybe\n")
    done = run_covey(*command)
    error = "covey: error: Couldn't read config file .coveragerc: [run].branch: Not a boolean: maybe\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", error)


def test_warnings_name_what_is_not_known(configured, run_covey):
    configured("[run]\nxyzzy = 1\nplugins = covdefaults, other_plugin\n")
    done = run_covey("run", "main.py")
    lines = done.stderr.splitlines()
    assert lines[0] == "covey: warning: Unrecognized option '[run] xyzzy=' in config file .coveragerc"
    assert lines[1].startswith("covey: warning: plugin other_plugin: ")
    assert done.returncode == 0


def test_lines_excluded_by_version_go_by_the_interpreter_where_data_names_none(configured, run_covey):
    project = configured("[run]\nplugins = covdefaults\n[report]\nfail_under = 0\n")
    project.write({"main.py": "x = 1\nif x:  # pragma: >=3.11 cover\n    y = 2\nif not x:  # pragma: <3.11 cover\n    y = 3\n"})
    assert run_covey("run", "main.py").returncode == 0
    expected = run_covey("report", "-m").stdout
    assert run_covey("convert", ".covey", "-o", ".coverage").returncode == 0
    assert run_covey("report", "-m", "--data-file=.coverage").stdout == expected


def test_convert_goes_by_the_configuration(configured, run_covey):
    project = configured("[run]\nrelative_files = true\n[report]\nexclude_also = never\n")
    project.write({"main.py": "x = 1\nif not x:  # never\n    y = 2\n"})
    assert run_covey("run", "main.py").returncode == 0
    assert run_covey("convert", ".covey", "-o", "a.json").returncode == 0
    files = json.loads((project / "a.json").read_text())["files"]
    assert files["main.py"]["excluded_lines"] == [2, 3]
    assert run_covey("convert", ".covey", "-o", "b.coverage", "--to", "coverage").returncode == 0
    assert run_covey("report", "--data-file=b.coverage").stdout == run_covey("report").stdout
    with sqlite3.connect(project / "b.coverage") as data:
        assert data.execute("select path from file").fetchall() == [("main.py",)]


@pytest.mark.parametrize("options, total", [([], "71"), (["--precision=1"], "71.4")], ids=["whole", "decimal"])
def test_fail_under(configured, run_covey, options, total):
    configured("[report]\nfail_under = 80\n")
    assert run_covey("run", "main.py").returncode == 0
    done = run_covey("report", *options)
    assert done.returncode == 2
    assert done.stdout.endswith(f"\nCoverage failure: total of {total} is less than fail-under={'80.0' if options else 80}\n")
    assert run_covey("report", "--fail-under=10").returncode == 0
    assert run_covey("json", "-q").returncode == 2
    bad = run_covey("report", "--fail-under=101")
    assert bad.stderr == "covey: error: fail_under=101.0 is invalid. Must be between 0 and 100.\n"


@pytest.mark.parametrize("command", ["report", "json"])
def test_a_negative_precision_is_refused(configured, run_covey, command):
    configured("[report]\nprecision = -1\n")
    assert run_covey("run", "main.py").returncode == 0
    done = run_covey(command)
    assert (done.returncode, done.stderr) == (1, "covey: error: precision=-1 is invalid. Must not be negative.\n")


def test_command_line_is_the_program_where_none_is_named(configured, run_covey):
    configured("[run]\ncommand_line = -m 'pkg.a' --option\nsource = pkg\n")
    assert run_covey("run").returncode == 0
    assert "pkg/a.py" in run_covey("report").stdout


@pytest.mark.parametrize(
    "text, error",
    [
        ("patch = xyzzy", "Unknown patch 'xyzzy'"),
        ("dynamic_context = huh", "Don't understand dynamic_context setting: 'huh'"),
        ("source_dirs = nowhere", "Source dir is not a directory: 'nowhere'"),
    ],
)
def test_what_a_run_refuses(configured, run_covey, text, error):
    configured(f"[run]\n{text}\n")
    done = run_covey("run", "main.py")
    assert (done.returncode, done.stderr) == (1, f"covey: error: {error}\n")


@pytest.mark.parametrize(
    "text",
    [
        "[run]\nsource = .\n[report]\nshow_missing = 1\nprecision = 2\nsort = -miss\n",
        "[run]\nsource = pkg\n[report]\nfail_under = 71.5\nskip_empty = on\n",
        "[run]\nsource_pkgs = pkg\nomit =\n    */b.py\n[report]\nskip_covered = True\nfail_under = 100\n",
        "[run]\ninclude = */pkg/*, main.py\n[report]\nomit = */a.py\nexclude_lines =\n    ^y\n",
        "[run]\nsource = .\n[report]\ninclude = pkg/*\nexclude_also = if x >\nfail_under = ${LEAST-90}\n",
    ],
    ids=range(5),
)
def test_reports_are_coverage_pys(configured, run_covey, run_python, text):
    configured(text)
    assert run_covey("run", "main.py").returncode == 0
    assert run_python("-m", "coverage", "run", "main.py").returncode == 0
    for command in (["report"], ["report", "-m", "--fail-under=60"]):
        ours, theirs = run_covey(*command), run_python("-m", "coverage", *command)
        assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
    ours, theirs = run_covey("json", "-q"), run_python("-m", "coverage", "json", "-q")
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
