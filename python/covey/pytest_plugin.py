"""Covey's part in pytest: --cov-context=test, each test's setup, run and teardown in a context of its own.

pytest loads this in every environment that has Covey in it: so it imports nothing that pytest has not, and does nothing
where no run of Covey is on.
"""

import argparse
import importlib.util
import sys


def pytest_addoption(parser, pluginmanager):
    if importlib.util.find_spec("pytest_cov") and not pluginmanager.is_blocked("pytest_cov"):
        return  # it has the option
    group = parser.getgroup("cov", "coverage")
    group.addoption("--cov-context", metavar="CONTEXT", type=_context, help='Dynamic contexts to use. "test" for now.')


def _context(text):
    if text != "test":
        raise argparse.ArgumentTypeError('The only supported value is "test".')
    return text


def pytest_load_initial_conftests(early_config):
    collector = sys.modules.get("_covey")
    if collector and getattr(early_config.known_args_namespace, "cov_context", None) == "test":
        early_config.pluginmanager.register(_Contexts(collector.switch_context), "covey_contexts")


class _Contexts:
    """Names contexts as pytest-cov does."""

    def __init__(self, switch_context):
        self.switch_context = switch_context
        switch_context("")  # what is imported before the first test is measured as contexts want it

    def pytest_runtest_setup(self, item):
        self.switch_context(f"{item.nodeid}|setup")

    def pytest_runtest_call(self, item):
        self.switch_context(f"{item.nodeid}|run")

    def pytest_runtest_teardown(self, item):
        self.switch_context(f"{item.nodeid}|teardown")

    def pytest_sessionfinish(self):
        self.switch_context("")
