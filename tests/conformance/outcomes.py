"""A pytest plugin that writes what became of each test, as JSON, to the file that OUTCOMES names."""

import json
import os

_outcomes = {}


def pytest_runtest_logreport(report):
    # The worst of setup, call and teardown; a skip in setup is all there is.
    if report.outcome != "passed" or report.nodeid not in _outcomes:
        _outcomes[report.nodeid] = report.outcome


def pytest_sessionfinish(session):
    with open(os.environ["OUTCOMES"], "w") as file:
        json.dump(_outcomes, file)
