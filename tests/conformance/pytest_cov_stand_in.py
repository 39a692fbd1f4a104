"""A pytest plugin for pytest-cov's own tests where pytest-cov is not installed: their file imports pytest_cov.plugin, which
one test of it then looks into. While that file is read there is an empty module of the name, and no longer, so that
nothing takes it for pytest-cov."""

import importlib.machinery
import sys
import types

NAMES = ("pytest_cov", "pytest_cov.plugin")


def pytest_collectstart():
    for name in NAMES:
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        sys.modules.setdefault(name, module)
    sys.modules["pytest_cov"].plugin = sys.modules["pytest_cov.plugin"]


def pytest_collection_finish():
    for name in NAMES:
        sys.modules.pop(name, None)
