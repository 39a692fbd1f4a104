"""The pitfalls of sys.monitoring, each with a program that falls into it where the collector does not take care."""

import sys

import pytest

pytestmark = pytest.mark.since(3, 12, reason="sys.monitoring is new in 3.12")


def test_another_tool_that_restarts_all_events(measure):
    measure(
        {
            "main.py": """import sys
def f(x):
    if x:
        return 1
    return 2
f(1)
sys.monitoring.restart_events()
f(0)
for turn in range(100):
    sys.monitoring.restart_events()
    f(turn)
"""
        },
        "main.py",
    )


def test_another_tool_takes_our_id_first(measure, run_python):
    program = "import sys\nm = sys.monitoring\nprint([m.get_tool(i) for i in range(6)])\nm.use_tool_id(5, 'other')\nm.free_tool_id(5)\n"
    assert measure({"main.py": program}, "main.py").done.stdout.startswith("[None, 'covey', None")


def start_late(taken):
    """A program that has tool ids taken before the collector starts."""
    return f"""import os, sys
for tool in {taken}:
    sys.monitoring.use_tool_id(tool, 'other')
os.environ['COVEY_RUN'] = os.environ.pop('LATE')
import _covey
_covey.start()
print([sys.monitoring.get_tool(i) for i in range(6)])
import late
"""


@pytest.mark.parametrize("taken, ours", [([1], 4), ([1, 4], 5), ([0, 1, 2, 4, 5], 3), ([], 1)])
def test_the_next_free_tool_id_is_taken(project, run_python, taken, ours):
    project.write({"main.py": start_late(taken), "late.py": "x = 1\n"})
    settings(project)
    done = run_python("main.py", env={"LATE": project / "settings"})
    assert done.returncode == 0 and eval(done.stdout)[ours] == "covey"
    assert done.stderr == ""


def test_all_tool_ids_taken_is_one_clear_error(project, run_python):
    project.write({"main.py": start_late([0, 1, 2, 3, 4, 5]), "late.py": "x = 1\n"})
    settings(project)
    done = run_python("main.py", env={"LATE": project / "settings"})
    assert done.returncode == 0
    assert done.stderr == "covey: error: this process is not measured: all six sys.monitoring tool ids are taken\n"


def settings(project):
    project.write({"settings": f"covey-settings 1\nrun_id {'a' * 16}\ndata_dir {project.path}/.covey\nroot {project.path}\n"})


def test_things_that_only_look_like_code(measure):
    """Cython fires events for objects of its own; our callbacks say DISABLE to them and nothing else."""
    measured = measure(
        {
            "main.py": """import sys
m = sys.monitoring
class CodeLike:
    co_filename = __file__
    co_name = 'f'
for event in (m.events.PY_START, m.events.LINE):
    callback = m.register_callback(1, event, None)
    assert callback(CodeLike(), 3) is m.DISABLE
    assert callback(None, 'x') is m.DISABLE
    m.register_callback(1, event, callback)
"""
        },
        "main.py",
        check=False,
    )
    assert {1, 2, 3} <= set(measured.executed("main.py"))


def test_many_threads_on_new_code(measure):
    measure(
        {
            "main.py": """import threading
source = 'def f(x):\\n    if x:\\n        return 1\\n    return 2\\n'
functions = []
for number in range(200):
    space = {}
    exec(compile('\\n' * number * 4 + source, 'many.py', 'exec'), space)
    functions.append(space['f'])
def work():
    for f in functions:
        f(0), f(1)
threads = [threading.Thread(target=work) for _ in range(16)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
            "many.py": "def f(x):\n    if x:\n        return 1\n    return 2\n" * 200,
        },
        "main.py",
    )


def test_recursion_that_overflows_in_measured_code(measure):
    measure(
        {
            "main.py": """def f():
    f()
try:
    f()
except RecursionError:
    x = 1
"""
        },
        "main.py",
    )


@pytest.mark.since(3, 14, reason="free_tool_id clears the tool's events since 3.14")
@pytest.mark.parametrize("options", [(), ("--branch",)])
def test_a_program_that_frees_our_tool(project, run_covey, options):
    project.write({"main.py": "import sys\nsys.monitoring.free_tool_id(1)\nx = 1\n"})
    done = run_covey("run", *options, "main.py")
    assert done.returncode == 0
    assert "data is incomplete" in done.stderr and "the program freed Covey's tool id of sys.monitoring" in done.stderr
