"""Programs as tables: each line that must not run is marked in the program itself."""

import json

import pytest


class Measured:
    """What a run measured, by file name relative to the project."""

    def __init__(self, done, files):
        self.done = done  # the finished `covey run`
        self.files = files

    def missing(self, name):
        return self.files[name]["missing_lines"]

    def executed(self, name):
        return self.files[name]["executed_lines"]


def marked(source):
    """The numbers of the lines that end in "# missing"."""
    return [number for number, line in enumerate(source.splitlines(), 1) if line.endswith("# missing")]


@pytest.fixture
def measure(project, run_covey):
    """measure({name: source}, "main.py", options=[...]): runs that under Covey, in the project; returns Measured.

    Each source's lines marked "# missing" must be those that did not run, and no others.
    """

    def measure(sources, *program, options=("--source", "."), status=0, stderr="", check=True, **more):
        project.write(sources)
        done = run_covey("run", *options, *program, **more)
        assert (done.returncode, done.stderr) == (status, stderr.format(project=project.path)), done.stdout + done.stderr
        report = run_covey("json", "-q", "-o", "-")
        assert report.returncode == 0, report.stderr
        measured = Measured(done, json.loads(report.stdout)["files"])
        if check:
            shown = {name: measured.missing(name) for name in sources if name in measured.files}
            assert shown == {name: marked(source) for name, source in sources.items() if name in shown}
        return measured

    return measure
