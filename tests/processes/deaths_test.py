"""Every process, with nothing configured: whatever begins or ends it, all that it executed is kept, in silence."""

import importlib.util
import json
import sys
import time

import pytest

import ways


def report(run_covey):
    done = run_covey("json", "-q", "-o", "-")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["files"]


@pytest.mark.parametrize("name, options", [(name, ()) for name in ways.WAYS] + [(name, ("--branch",)) for name in ways.WITH_BRANCHES])
def test_all_is_kept(project, run_covey, name, options):
    way = ways.WAYS[name]
    if sys.version_info[:2] < way.since:
        pytest.skip(f"not before {way.since}")
    for module in way.needs:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed: there is none for this CPython")
    ways.write(way, project)
    done = run_covey("run", "--source", ".", *options, "main.py")
    assert done.returncode == way.status, done.stderr
    assert "covey: " not in done.stderr, done.stderr
    assert ways.wrong(way, report(run_covey)) == []


DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    os.closerange(0, 1000)
    while not os.path.exists("go"): time.sleep(0.01)
    import work
    work.work(1)
    open("done", "w").close(), os._exit(0)
os.wait()
"""


def test_a_daemon_that_outlives_the_run(project, run_covey):
    """What it runs after the run is in the reports that are made after it ran."""
    way = ways.Way(DAEMON)
    ways.write(way, project)
    done = run_covey("run", "--source", ".", "main.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert report(run_covey)["work.py"]["missing_lines"] == [1, 2]
    (project / "go").touch()
    while not (project / "done").exists():
        time.sleep(0.01)
    assert ways.wrong(way, report(run_covey)) == []
