"""A pytest plugin for coverage.py's own tests: selects those that drive only its command line.

The rule, read off each test's source and that of the methods it calls on itself: it runs coverage.py's command in a
process of its own (run_command and its kin), and takes part in nothing inside coverage.py. Reading the data file that
came of it is no part: whoever writes the file, it is to say the same to coverage.py.

The command is set through the hook that coverage.py's tests have for distributions that rename it.
"""

import ast
import functools
import inspect
import os

RUNNERS = {"run_command", "run_command_status", "report_from_command"}
# Calls that use coverage.py inside the tests' own process.
INSIDE = {"Coverage", "CoverageScript", "command_line", "check_coverage", "start_import_stop", "run_coverage"}


@functools.cache
def calls(function):
    """(the names of all that is called, the commands that are run) in a function."""
    source = inspect.getsource(function)
    indented = source[:1].isspace()
    names, commands = set(), []
    for node in ast.walk(ast.parse("if True:\n" + source if indented else source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        names.add(name)
        if name in RUNNERS and node.args:
            commands.append(node.args[0])
    return names, commands


def runs_coverage(command):
    """Whether the argument of a runner begins with the command's name, or cannot be told to begin with another's."""
    while isinstance(command, ast.BinOp):
        command = command.left
    if isinstance(command, ast.JoinedStr):
        command = command.values[0]
    return not isinstance(command, ast.Constant) or str(command.value).startswith("coverage")


def is_black_box(item):
    seen, names, commands, waiting = set(), set(), [], [item.function]
    while waiting:
        function = waiting.pop()
        called, run = calls(function)
        names |= called
        commands += run
        for name in called - seen - RUNNERS:
            method = getattr(item.cls, name, None)
            if inspect.isfunction(method) and method.__module__ == item.module.__name__:
                seen.add(name)
                waiting.append(method)
    return any(map(runs_coverage, commands)) and not names & INSIDE


def pytest_collection_modifyitems(config, items):
    from tests.coveragetest import CoverageTest

    CoverageTest.coverage_command = os.environ.pop("COVEY_UPSTREAM_COMMAND")
    chosen = [item for item in items if item.cls and issubclass(item.cls, CoverageTest) and is_black_box(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen
