"""Where did these lines run? Runs `-m module args` as coverage.py would and watches lines of its own accord.

WITNESS holds, as JSON, the lines to watch ({"lines": {path: [line]}}) and the file to write to ("to"). What is written is
{path: {line: where}} for the lines that ran only where coverage.py does not look: after the main program has returned
("late"), or, up to CPython 3.13, in a thread that `threading` did not start ("unseen thread").
"""

import json
import os
import runpy
import sys
import threading

ASKED = json.loads(os.environ.pop("WITNESS"))
WATCHED = {path: set(lines) for path, lines in ASKED["lines"].items()}
MONITORED = sys.version_info >= (3, 12)
finished = False
places = {}  # (path, line): the places where it ran


def place():
    if finished:
        return "late"
    if sys.version_info < (3, 14) and threading.get_ident() not in threading._active:
        return "unseen thread"
    return "seen"


def ran(path, line):
    """Notes a line; returns whether it ran where coverage.py looks, so that nothing more is to be learnt of it."""
    here = place()
    before = places.setdefault((path, line), set())
    if here not in before:
        before.add(here)
        write()
    return here == "seen"


def write():
    told = {}
    for (path, line), where in places.items():
        if "seen" not in where:
            told.setdefault(path, {})[line] = " and ".join(sorted(where))
    with open(ASKED["to"], "w") as file:  # each time: nobody knows which line is the process's last
        json.dump(told, file)


def watch_by_monitoring():
    monitoring, tool = sys.monitoring, 2
    events = monitoring.events

    def on_start(code, offset):
        if os.path.realpath(code.co_filename) in WATCHED:
            monitoring.set_local_events(tool, code, events.LINE | events.PY_START)
        return monitoring.DISABLE

    def on_line(code, line):
        path = os.path.realpath(code.co_filename)
        if line not in WATCHED[path] or ran(path, line):
            return monitoring.DISABLE

    monitoring.use_tool_id(tool, "witness")
    monitoring.register_callback(tool, events.PY_START, on_start)
    monitoring.register_callback(tool, events.LINE, on_line)
    monitoring.set_events(tool, events.PY_START)


def watch_by_tracing():
    def tracer(frame, event, arg):
        path = os.path.realpath(frame.f_code.co_filename)
        if path not in WATCHED:
            return None
        if event == "line" and frame.f_lineno in WATCHED[path]:
            ran(path, frame.f_lineno)
        return tracer

    threading.settrace(tracer)
    sys.settrace(tracer)


assert sys.argv[1] == "-m"
module, sys.argv = sys.argv[2], sys.argv[2:]
sys.path[0] = os.getcwd()
write()
(watch_by_monitoring if MONITORED else watch_by_tracing)()
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
finally:
    finished = True
