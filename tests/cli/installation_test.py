"""What an installation puts into an environment, and that it is quiet until it is told to measure."""

import sys

import pytest


def test_the_binary_is_there_and_runs(run_covey):
    done = run_covey("--help")
    assert done.returncode == 0, done.stderr
    assert "run" in done.stdout and "report" in done.stdout


def test_the_extension_is_this_interpreters(run_python):
    done = run_python("-c", "import _covey; print(_covey.__file__)")
    assert done.returncode == 0, done.stderr
    assert f".cpython-3{sys.version_info.minor}-" in done.stdout


@pytest.mark.parametrize("options", [[], ["-I"], ["-S"], ["-E", "-s"]])
def test_off_means_nothing_is_loaded(run_python, options):
    for _ in range(20):
        done = run_python(*options, "-c", "import sys; print([m for m in sys.modules if 'covey' in m])")
        assert (done.returncode, done.stderr) == (0, "")
        if done.stdout == "[]\n":
            return
        # While another run of this user is on, every Python asks whether it is in that one.
        assert done.stdout == "['_covey']\n"
    pytest.skip("runs of this user were on all the time")
