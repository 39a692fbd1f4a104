"""pytest-cov's options, where Covey takes them: what is shown, what is written, and how pytest ends."""

import json
import re

import pytest

LIB = "def used(n):\n    if n > 1:\n        return 1\n    return 2\n\n\ndef unused():\n    return 3\n"
TESTS = "import lib\n\n\ndef test_it():\n    assert lib.used(2) == 1\n"
FAILING = TESTS + "\n\ndef test_fails():\n    assert False\n"


@pytest.fixture
def run_pytest(project, run_python):
    """run_pytest("--cov=lib", …): pytest in a project of one module and its test; `files` on top."""

    def run_pytest(*arguments, files=None, **options):
        project.write({"lib.py": LIB, "test_lib.py": TESTS, "other.py": "x = 1\n"} | (files or {}))
        return run_python("-m", "pytest", "-p", "no:cacheprovider", *arguments, **options)

    return run_pytest


def lines(project, name="lib.py", file="coverage.json"):
    return json.loads((project / file).read_text())["files"][name]["executed_lines"]


def table(output):
    """The rows of the report in pytest's output, in words."""
    rows = output.partition("tests coverage")[2]
    return [row.split() for row in rows.splitlines() if re.match(r"(Name|TOTAL|\S+\.py) ", row)]


@pytest.mark.parametrize("how", ["on the command line", "in addopts", "in PYTEST_ADDOPTS", "through pytest.main"])
def test_the_numbers_are_the_same_however_it_is_asked_for(project, run_pytest, run_python, how):
    options = ["--cov=lib", "--cov-branch", "--cov-report=json", "--cov-report=term-missing"]
    if how == "on the command line":
        done = run_pytest(*options)
    elif how == "in addopts":
        done = run_pytest(files={"pytest.ini": f"[pytest]\naddopts = {' '.join(options)}\n"})
    elif how == "in PYTEST_ADDOPTS":
        done = run_pytest(env={"PYTEST_ADDOPTS": " ".join(options)})
    else:
        run_pytest("--co", "-q")
        done = run_python("-c", f"import pytest, sys; sys.exit(pytest.main({options!r}))")
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines(project) == [1, 2, 3, 7]
    assert table(done.stdout) == [
        ["Name", "Stmts", "Miss", "Branch", "BrPart", "Cover", "Missing"],
        ["lib.py", "6", "2", "2", "1", "62%", "4,", "8"],
        ["TOTAL", "6", "2", "2", "1", "62%"],
    ]
    assert "1 passed" in done.stdout and done.stderr == ""
    assert (project / ".coverage").exists()


@pytest.mark.parametrize("part", ["--cov=lib", "--cov-branch", "--cov-report=json"])
def test_options_of_the_command_line_and_of_addopts_add_up(project, run_pytest, part):
    options = ["--cov=lib", "--cov-branch", "--cov-report=json", "--cov-report=term"]
    options.remove(part)
    done = run_pytest(part, files={"pytest.ini": f"[pytest]\naddopts = {' '.join(options)}\n"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines(project) == [1, 2, 3, 7] and ["TOTAL", "6", "2", "2", "1", "62%"] in table(done.stdout)


SOURCES = {
    "--cov=lib": {"lib.py"},
    "--cov=.": {"lib.py", "other.py", "test_lib.py"},
    "--cov": {"lib.py", "test_lib.py"},
    "--cov=": {"lib.py", "test_lib.py"},
    "--cov=lib --cov=other": {"lib.py", "other.py"},
    "--cov=other --cov-reset --cov=lib": {"lib.py"},
    "--cov lib": {"lib.py"},
    "--covey=lib": {"lib.py"},
    "--covey": {"lib.py", "test_lib.py"},
    "--cov-config=some.cfg --cov": {"test_lib.py"},
}


@pytest.mark.parametrize("options", SOURCES)
def test_sources(project, run_pytest, options):
    files = {"some.cfg": "[run]\nsource = .\nomit = lib.py,other.py\n", "test_lib.py": TESTS + "    import other\n" * ("other" in options)}
    done = run_pytest(*options.split(), "--cov-report=json", "test_lib.py", files=files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(json.loads((project / "coverage.json").read_text())["files"]) == SOURCES[options]
    assert (project / ".coverage").exists() == ("--covey" not in options)


REPORTS = {
    "term": ([], "TOTAL"),
    "term-missing": ([], "Missing"),
    "term-missing:skip-covered": ([], "Missing"),
    "xml": (["coverage.xml"], "Coverage XML written to file coverage.xml"),
    "xml:out/c.xml": (["out/c.xml"], "Coverage XML written to file out/c.xml"),
    "html": (["htmlcov/index.html"], "Coverage HTML written to dir htmlcov"),
    "html:pages": (["pages/index.html"], "Coverage HTML written to dir pages"),
    "json:j.json": (["j.json"], "Coverage JSON written to file j.json"),
    "lcov": (["coverage.lcov"], "Coverage LCOV written to file coverage.lcov"),
    "markdown": (["coverage.md"], "Coverage Markdown information written to file coverage.md"),
    "markdown-append:all.md": (["all.md"], "Coverage Markdown information appended to file all.md"),
    "annotate:ann": (["ann/lib.py,cover"], "Coverage annotated source written to dir ann"),
    "annotate": (["lib.py,cover"], "Coverage annotated source written next to source"),
    "": ([], "1 passed"),
}


@pytest.mark.parametrize("report", REPORTS)
def test_reports(project, run_pytest, report):
    written, said = REPORTS[report]
    before = {"lib.py", "test_lib.py", "other.py", "__pycache__", ".covey", ".coverage"}
    done = run_pytest("--cov=lib", f"--cov-report={report}")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert said in done.stdout and all((project / name).exists() for name in written)
    assert {path.name for path in project.path.iterdir()} == before | {name.split("/")[0] for name in written}
    assert bool(table(done.stdout)) == report.startswith("term")


ENDS = {  # options: (files, exit status, said, not said)
    "--cov-fail-under=60": ({}, 0, "Required test coverage of 60% reached. Total coverage: 66.67%", "FAIL"),
    "--cov-fail-under=66.8": ({}, 1, "FAIL Required test coverage of 66.8% not reached. Total coverage: 66.67%", "passed, "),
    "--cov-fail-under=90 --cov-report=": ({}, 1, "Coverage failure: total of 67 is less than fail-under=90", "TOTAL"),
    "--cov-fail-under=60.0": ({}, 0, "Required test coverage of 60.0% reached. Total coverage: 66.67%", "FAIL"),
    "--cov-report=term": ({".coveragerc": "[report]\nfail_under = 90\n"}, 1, "FAIL Required test coverage of 90.0% not reached", "90%"),
    "--no-cov-on-fail": ({"test_lib.py": FAILING}, 1, "1 failed", "TOTAL"),
    "--cov-fail-under=60 -q": ({"test_lib.py": FAILING}, 1, "TOTAL", "FAIL Required"),
    "--no-cov": ({}, 0, "1 passed", "overage"),  # not even a word, where it comes last
    "--cov-precision=2": ({}, 0, "66.67%", " 67%"),
    "--cov-report=nothing": ({}, 4, "", "TOTAL"),
    "--cov-context=other": ({}, 4, "", "TOTAL"),
    "--cov-fail-under=101": ({}, 4, "", "TOTAL"),
    "-k nothing": ({}, 5, "deselected", "Required"),
}


@pytest.mark.parametrize("options", ENDS)
def test_how_pytest_ends(run_pytest, options):
    files, status, said, not_said = ENDS[options]
    done = run_pytest("--cov=lib", *options.split(), files=files)
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stdout and not_said not in done.stdout


IN_VAIN = {  # addopts: the options behind it, which ask for what --no-cov prevents
    "--no-cov": ["--cov=lib"],
    "--no-cov --cov-branch": ["--cov=lib"],
    "--cov=lib --no-cov --cov-report=json": [],
}


@pytest.mark.parametrize("addopts", IN_VAIN)
def test_no_cov_before_the_others_switches_them_off_and_says_so(project, run_pytest, addopts):
    run_pytest("--covey=lib", "--cov-report=")
    before = sorted((project / ".covey/jobs").glob("*/*"))
    unmeasured = "import _covey, os\nassert _covey.run() is None and 'COVEY_RUN' not in os.environ\n"
    files = {"pytest.ini": f"[pytest]\naddopts = {addopts}\n", "test_lib.py": unmeasured + TESTS}
    done = run_pytest(*IN_VAIN[addopts], files=files)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "WARNING: Coverage disabled via --no-cov switch!" in done.stdout and "TOTAL" not in done.stdout
    assert sorted((project / ".covey/jobs").glob("*/*")) == before and len(list((project / ".covey/runs").iterdir())) == 1


NOTHING = {  # options: exit status
    "": 0,
    "--cov-fail-under=50": 1,
    "--cov-config=fail.cfg": 1,
}


@pytest.mark.parametrize("options", NOTHING)
def test_where_nothing_can_be_reported_the_total_is_nothing(run_pytest, options):
    done = run_pytest("--cov=no_such_module", *options.split(), files={"fail.cfg": "[report]\nfail_under = 50\n"})
    assert done.returncode == NOTHING[options], done.stdout + done.stderr
    assert "WARNING: Failed to generate report: No data to report." in done.stdout and "1 passed" in done.stdout
    assert "Module no_such_module was never imported." in done.stdout and "No data was collected." in done.stdout
    assert ("FAIL Required test coverage of 50" in done.stdout) == (done.returncode == 1)
    assert ("ERROR: Coverage failure: total of 0 is less than fail-under=50" in done.stdout) == (done.returncode == 1)


def test_pytests_in_one_process_do_not_have_it_begin_again(project, run_pytest, run_python):
    run_pytest("--co", "-q", files={"pytest.ini": "[pytest]\naddopts = --cov=lib --cov-branch --cov-report=json\n"})
    main = "import pytest; print('begun'); pytest.main([]); pytest.main(['--cov-append']); pytest.main(['--no-cov']); print('over')"
    done = run_python("-c", main)
    assert done.stdout.startswith("begun\n") and done.stdout.endswith("over\n") and done.stdout.count("1 passed") == 3
    assert lines(project) == [1, 2, 3, 7]


def test_no_cover_by_marker_and_by_fixture(project, run_pytest):
    tests = """
import multiprocessing, os, pytest, subprocess, sys, lib
def unused_in_other_processes():
    subprocess.run([sys.executable, "-c", "import lib; lib.unused()"], check=True)
    if (pid := os.fork()) == 0:
        lib.unused()
        os._exit(0)
    os.waitpid(pid, 0)
    process = multiprocessing.get_context("spawn").Process(target=lib.unused)
    process.start()
    process.join()
@pytest.mark.no_cover
def test_marked(): lib.unused()
def test_fixture(no_cover): lib.unused()
@pytest.mark.no_cover
def test_processes(): unused_in_other_processes()
def test_it(cov):
    lib.used(2)
    cov.stop()
    lib.used(0)
    cov.start()
    subprocess.run([sys.executable, "-c", "import lib; lib.used(3)"], check=True)
"""
    done = run_pytest("--cov=lib", "--cov-report=json", "--strict-markers", "-W", "error", files={"test_lib.py": tests})
    assert done.returncode == 0, done.stdout
    assert lines(project) == [1, 2, 3, 7]


def test_append_adds_to_the_data_file(project, run_pytest):
    other = "import lib\ndef test_other():\n    lib.used(0)\n"
    run_pytest("--cov=lib", "--cov-report=", "test_lib.py")
    done = run_pytest("--cov=lib", "--cov-append", "--cov-report=json", "test_other.py", files={"test_other.py": other})
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines(project) == [1, 2, 3, 4, 7]
    run_pytest("--cov=lib", "--cov-report=json", "test_other.py")
    assert lines(project) == [1, 2, 4, 7]


def test_contexts(project, run_pytest):
    files = {".coveragerc": "[json]\nshow_contexts = true\n"}
    done = run_pytest("--cov=lib", "--cov-context=test", "--cov-report=json", files=files)
    assert done.returncode == 0, done.stdout + done.stderr
    contexts = json.loads((project / "coverage.json").read_text())["files"]["lib.py"]["contexts"]
    assert contexts["3"] == ["test_lib.py::test_it|run"] and contexts["1"] == [""]


def test_conftests_and_plugins_are_measured_from_their_first_line(project, run_pytest):
    files = {"conftest.py": "import plug\nx = 1\n", "plug.py": "y = 2\n", "pytest.ini": "[pytest]\naddopts = -p plug\n"}
    done = run_pytest("--cov=.", "--cov-report=json", files=files, env={"PYTHONPATH": project.path})
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines(project, "plug.py") == [1] and lines(project, "conftest.py") == [1, 2]


def test_what_addopts_comes_too_late_for_is_named_once(project, run_pytest):
    files = {"plug.py": "y = 2\n", "pytest.ini": "[pytest]\naddopts = -p plug --cov=.\n"}
    done = run_pytest(files=files, env={"PYTHONPATH": project.path})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("imported before measuring began") == 1 and ": plug (" in done.stdout


def test_pytest_cov_that_is_there_keeps_its_options(project, run_pytest):
    files = {"pytest_cov/__init__.py": "", "pytest.ini": "[pytest]\npythonpath = .\n"}
    done = run_pytest("--cov=lib", files=files, env={"PYTHONPATH": project.path})
    assert done.returncode == 4 and "--cov" in done.stderr and not (project / ".covey").exists()
    done = run_pytest("--covey=lib", files=files, env={"PYTHONPATH": project.path})
    assert done.returncode == 0 and (project / ".covey").exists()


def test_without_the_options_nothing_is_done(project, run_pytest):
    done = run_pytest("-W", "error")
    assert done.returncode == 0 and "coverage" not in done.stdout
    assert {path.name for path in project.path.iterdir()} == {"lib.py", "test_lib.py", "other.py", "__pycache__"}


def test_a_directory_that_cannot_be_written_is_a_warning(project, run_pytest):
    project.write({".covey": "a file\n"})
    done = run_pytest("--cov=lib", "--cov-report=term")
    assert done.returncode == 0 and "1 passed" in done.stdout and "TOTAL" not in done.stdout
    assert (done.stdout + done.stderr).count("covey: error:") == 1, done.stdout + done.stderr


def test_warnings_are_errors_and_python_is_strict(run_pytest):
    done = run_pytest("--cov=lib", "-W", "error", env={"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_help_names_the_options(run_python):
    done = run_python("-m", "pytest", "--help", "--cov")
    assert done.returncode == 0
    for option in ("--covey", "--cov-report", "--no-cov-on-fail", "--cov-fail-under", "--cov-precision", "--cov-reset"):
        assert option in done.stdout


def test_what_a_test_sees_of_its_process(project, run_pytest):
    """No argument, module, descriptor or child more than without; -p no:covey is without."""
    probe = """
import os, sys
def test_probe():
    with open("/proc/self/task/" + str(os.getpid()) + "/children") as file:
        children = file.read().split()
    with open("seen", "w") as file:
        print(sys.argv[1:2], [m for m in sorted(sys.modules) if not m.startswith(("covey", "_covey"))], children, file=file)
        print(sorted(os.listdir("/proc/self/fd")), sorted({*os.environ} - {"COVEY_RUN", "COVEY_PYTEST"}), file=file)
"""
    seen = []
    for options in (["--covey=."], ["-p", "no:covey"]):
        done = run_pytest("test_probe.py", *options, files={"test_probe.py": probe})
        assert done.returncode == 0, done.stdout
        seen.append((project / "seen").read_text())
    assert seen[0] == seen[1]
