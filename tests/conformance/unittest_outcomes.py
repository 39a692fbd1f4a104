"""Runs a program whose tests are unittest's, and writes what became of each as outcomes.py does.

    unittest_outcomes.py PROGRAM.py | -m MODULE [ARGUMENT...]
"""

import json
import os
import runpy
import sys
import unittest

_outcomes = {}
_FAILED = ("addError", "addFailure", "addUnexpectedSuccess")
_OUTCOMES = {"addSuccess": "passed", "addSkip": "skipped", "addExpectedFailure": "skipped", **dict.fromkeys(_FAILED, "failed")}


def _note(test, outcome):
    if outcome != "passed" or test.id() not in _outcomes:
        _outcomes[test.id()] = outcome


def _noting(name, outcome):
    """Has unittest's own result, which all others call, tell us."""
    plain = getattr(unittest.TestResult, name)

    def noting(self, test, *more):
        _note(test, outcome)
        return plain(self, test, *more)

    setattr(unittest.TestResult, name, noting)


def _note_subtests():
    plain = unittest.TestResult.addSubTest

    def noting(self, test, subtest, error):
        if error is not None:
            _note(test, "failed")
        return plain(self, test, subtest, error)

    unittest.TestResult.addSubTest = noting


def main():
    for name, outcome in _OUTCOMES.items():
        _noting(name, outcome)
    _note_subtests()
    process = os.getpid()
    del sys.argv[0]
    try:
        if sys.argv[0] == "-m":
            del sys.argv[0]
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
            runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        if os.getpid() == process:  # a forked child may come by here
            with open(os.environ["OUTCOMES"], "w") as file:
                json.dump(_outcomes, file)


if __name__ == "__main__":
    main()
