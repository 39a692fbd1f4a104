"""A project measured by coverage.py, whose data and reports are what the tests of formats begin with."""

import pytest

PROJECT = {
    "main.py": "import pkg.mod, sys\n\nprint(pkg.mod.Thing().value(len(sys.argv)))\n",
    "pkg/__init__.py": "",
    "pkg/mod10.py": "import pkg.mod9\n",
    "pkg/mod9.py": "x = 1\n",
    "pkg/mod.py": '''import typing
if typing.TYPE_CHECKING:
    import decimal


class Thing:

    def value(self, n):
        for i in range(n):
            if i > 5:
                return "many"
        while n:
            n -= 1
            if n % 2: continue
        if n == 0:
            n = 1
        return "few"

    def other(self):
        if self:
            return 1
        else:
            return 2


def outer():
    def inner():
        return 3
    return inner
''',
    "pkg/never.py": "def f(x):\n    if x:\n        return 1\n",
}


@pytest.fixture
def coverage(run_python):
    """coverage("report", "-m"): coverage.py, without configuration."""

    def coverage(command, *arguments, **options):
        return run_python("-W", "ignore", "-m", "coverage", command, "--rcfile=/dev/null", *arguments, **options)

    return coverage


@pytest.fixture(params=["branches", "lines"])
def measured(request, project, coverage):
    """The project with coverage.py's .coverage in it: of branches, and of lines."""
    project.write(PROJECT)
    mode = ["--branch"] if request.param == "branches" else []
    done = coverage("run", *mode, "--source=.", "--context=static", "main.py")
    assert (done.returncode, done.stdout) == (0, "few\n"), done.stderr
    return project


@pytest.fixture
def measured_branches(project, coverage):
    """The project with branches in .coverage, and coverage.py's coverage.json."""
    project.write(PROJECT)
    assert coverage("run", "--branch", "--source=.", "main.py").returncode == 0
    assert coverage("json", "-q").returncode == 0
    return project
