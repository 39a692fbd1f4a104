#!/usr/bin/env python3
"""What each tool keeps of the ways in which processes begin and end, as a table.

    tests/processes/deaths.py --python VENV/bin/python [--tools covey,coverage] [--only TEXT] [--markdown]

A way is kept where every line that ran is reported as executed, and no other line is. `covey` runs with nothing
configured; `coverage` (coverage.py) with all its patches, sigterm, and the concurrency that the way needs. The exit
status is 0 only where covey keeps all of them.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import ways

RC = """[run]
branch = true
parallel = true
source = .
sigterm = true
concurrency = {concurrency}
patch = subprocess, _exit, execv, fork
"""
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTEST_", "PYTHON"))}
SECONDS = 60


def configure(tool, way, folder):
    """Writes what coverage.py needs to be told."""
    if tool == "coverage":
        own = [name for name in way.needs if name in ("greenlet", "gevent")]
        text = RC.format(concurrency=", ".join(own or ["multiprocessing", "thread"]))
        (pathlib.Path(folder) / ".coveragerc").write_text(text)


def outcome(tool, python, way):
    """"kept", "LOST 3 lines", "WRONG …" or "HANGS"."""
    with tempfile.TemporaryDirectory() as folder:
        ways.write(way, folder)
        configure(tool, way, folder)

        def run(*argv):
            return subprocess.run(
                [python, "-m", tool, *argv], cwd=folder, env=CLEAN, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS
            )

        try:
            done = run("run", *(["--branch", "--source", "."] if tool == "covey" else []), "main.py")
            if tool == "coverage":
                run("combine", "-q")
            run("json", "-q", "-o", "out.json")
            files = json.loads((pathlib.Path(folder) / "out.json").read_text())["files"]
        except subprocess.TimeoutExpired:
            return "HANGS"
        except (OSError, ValueError, KeyError):
            files = {}
        wrong = ways.wrong(way, files)
        lost = [name for name, _, what in wrong if what == "lost"]
        if lost:
            return "LOST all" if not any(file["executed_lines"] for file in files.values()) else f"LOST {len(lost)} lines"
        if wrong:
            return f"MADE UP {len(wrong)} lines"
        # coverage.py's patches end some programs with another status than theirs.
        return "kept" if done.returncode in (way.status, 128 - way.status) else f"STATUS {done.returncode}, not {way.status}"


def possible(python):
    """The ways that this CPython has."""
    wanted = sorted({module for way in ways.WAYS.values() for module in way.needs})
    ask = f"import importlib.util as i, json, sys; print(json.dumps([sys.version_info[:2], [bool(i.find_spec(m)) for m in {wanted}]]))"
    version, there = json.loads(subprocess.run([python, "-c", ask], env=CLEAN, check=True, capture_output=True, text=True).stdout)
    has = dict(zip(wanted, there))
    return {name: way for name, way in ways.WAYS.items() if tuple(version) >= way.since and all(has[m] for m in way.needs)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--tools", default="covey,coverage")
    arguments.add_argument("--only", default="", help="the ways whose names hold that")
    arguments.add_argument("--markdown", action="store_true")
    given = arguments.parse_args()
    tools = given.tools.split(",")
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # which background jobs ignore, and programs inherit that
        signal.signal(number, signal.SIG_DFL)
    python = os.path.abspath(given.python)
    kept = dict.fromkeys(tools, 0)
    chosen = {name: way for name, way in possible(python).items() if given.only in name}
    row = "| {} | {} |" if given.markdown else "{:<45} {}"
    if given.markdown:
        print(row.format("way", " | ".join(tools)) + "\n|" + "---|" * (len(tools) + 1))
    for name, way in chosen.items():
        outcomes = [outcome(tool, python, way) for tool in tools]
        for tool, what in zip(tools, outcomes):
            kept[tool] += what == "kept"
        print(row.format(name, (" | " if given.markdown else "").join(f"{what:<22}" for what in outcomes).rstrip()), flush=True)
    print(row.format(f"kept, of {len(chosen)}", (" | " if given.markdown else " ").join(f"{kept[tool]:<22}" for tool in tools).rstrip()))
    return 1 if kept.get("covey", len(chosen)) < len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
