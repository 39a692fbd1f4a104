"""A pytest plugin that writes what became of each test, as JSON, to the file that OUTCOMES names. GC_THRESHOLD sets when the
cycle detector runs: after so many new objects; 0 and 1 leave that as it is."""

import gc
import json
import os

_outcomes = {}

if int(os.environ.get("GC_THRESHOLD", 0)) > 1:
    gc.set_threshold(int(os.environ["GC_THRESHOLD"]))


def pytest_runtest_logreport(report):
    # The worst of setup, call and teardown; a skip in setup is all there is.
    if report.outcome != "passed" or report.nodeid not in _outcomes:
        _outcomes[report.nodeid] = report.outcome


def pytest_sessionfinish(session):
    with open(os.environ["OUTCOMES"], "w") as file:
        json.dump(_outcomes, file)
