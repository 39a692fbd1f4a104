"""A pytest plugin that writes how each test ended, and why where it did not pass, as JSON to the file that NOTED_OUTCOMES
names: {test: [outcome, why]}."""

import json
import os

OUTCOMES = {}


def pytest_runtest_logreport(report):
    """The outcome of a test is that of its call, or of what failed or skipped it before."""
    if report.when == "call" or report.outcome != "passed":
        lines = str(report.longrepr or "").splitlines()
        why = next((line[2:].strip() for line in lines if line.startswith("E ")), "")
        if report.skipped and isinstance(report.longrepr, tuple):
            why = report.longrepr[2].removeprefix("Skipped: ")
        OUTCOMES[report.nodeid] = ("failed" if report.failed else report.outcome, why)


def pytest_sessionfinish():
    with open(os.environ["NOTED_OUTCOMES"], "w") as file:
        json.dump(OUTCOMES, file)
