#!/usr/bin/env python3
"""Combining the data of many processes: Covey's shards and coverage.py's files of the same content, in one run.

    bench/combine.py [--covey COVEY] [--python 3.14] [--processes 200] [--files 1000] [--scale 1,4,16]

The data is made up: each process ran three quarters of the code objects of each file, in each nearly all lines. The
scales divide the number of files by 16, 4 and 1, so that the last row is the size asked for. Figures are medians of
--turns (coverage.py's of the first --coverage-turns), each tool on a fresh copy of its data; the A/A column is Covey
against itself, and the peak of memory is that of the whole process. --branch gives both branches: from line to line, and returns. With --data-files
Covey combines coverage.py's files as well, as drop-in, in place of shards.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import suites  # noqa: E402

CODES, LINES = 12, 25  # a file's code objects, and the lines of each
RUN = "0123456789abcdef"

MAKE_DATA_FILES = """
import json, sys
from coverage import CoverageData
folder, branch = sys.argv[1], sys.argv[2] == "branch"
for line in sys.stdin:
    number, files = json.loads(line)
    data = CoverageData(f"{folder}/.coverage.{number}")
    if branch:
        data.add_arcs({path: [(a, b) for code in codes for a, b in zip([-code[0], *code], [*code, -code[0]])] for path, codes in files.items()})
    else:
        data.add_lines({path: [n for code in codes for n in code] for path, codes in files.items()})
    data.close(force=True)
"""


def processes(n_processes, n_files):
    """For each process what it ran: by path, a list of code objects, each a list of lines."""
    rng = random.Random(1)
    for number in range(n_processes):
        files = {}
        for file in range(n_files):
            ran = [code for code in range(CODES) if rng.random() < 0.75]
            files[f"/src/package{file % 40}/module{file}.py"] = [
                [1 + code * LINES + n for n in range(LINES) if (n + number + file) % 9] for code in ran
            ]
        yield number, files


def record(kind, body):
    size = (8 + len(body) + 7) // 8 * 8
    return struct.pack("<IHH", size, kind, 0) + body.ljust(size - 8, b"\0")


RAN, RETURNED, AFTER = 1, 2, 4  # the bits of a point


def points_of(first, lines, branch):
    points = bytearray(LINES)
    for before, line in zip([None, *lines], lines):
        points[line - first] = RAN
        if branch and before:
            points[line - first] |= AFTER << (line - before - 1)
    if branch:
        points[lines[-1] - first] |= RETURNED
    return bytes(points)


def shard(number, files, branch):
    """A shard, as docs/formats/shard.md has it: of version 1, which knows lines alone, unless there are branches."""
    facts = b"job\0default\0python\0/usr/bin/python3\0" + (b"measures\0branches\0" if branch else b"")
    records = [record(1, struct.pack("<II", len(facts), 0) + facts)]
    for index, (path, codes) in enumerate(files.items()):
        name = path.encode()
        records.append(record(2, struct.pack("<II16sII", index, 1, name[-16:].rjust(16), len(name), 0) + name))
        for lines in codes:
            first = (lines[0] - 1) // LINES * LINES + 1
            numbers = struct.pack("<IIII", index, first, LINES, first if branch else 0)
            records.append(record(3, numbers + points_of(first, lines, branch)))
    body = b"".join(records)
    version = 2 if branch else 1
    header = struct.pack("<8sIIQIIII16s200s", b"COVEYSHD", version, 4096, 1, number + 1, 1, 0x030E08F0, 0, RUN.encode(), b"")
    return header.ljust(4096, b"\0") + struct.pack("<4sIQ", b"CHNK", 0, 16 + len(body)) + body


def make(folder, options, n_files):
    """Both tools' data below `folder`: covey/jobs/default/<run>/*.shard and coverage/.coverage.*"""
    shards, data = folder / "covey/jobs/default" / RUN, folder / "coverage"
    shards.mkdir(parents=True)
    data.mkdir()
    argv = [options.python, "-c", MAKE_DATA_FILES, data, "branch" if options.branch else "lines"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, text=True) as maker:
        for number, files in processes(options.processes, n_files):
            (shards / f"{number:016x}.shard").write_bytes(shard(number, files, options.branch))
            maker.stdin.write(json.dumps([number, files]) + "\n")
        maker.stdin.close()
    if maker.returncode:
        sys.exit(f"bench/combine.py: error: {options.python}: cannot make coverage.py's data files")


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def timed(argv, cwd, env=None):
    """(seconds, CPU seconds, peak MiB) of one process."""
    start = time.perf_counter()
    child = subprocess.Popen([os.fspath(a) for a in argv], cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"bench/combine.py: error: {argv[0]}: exit status {child.returncode}: {said.decode()}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(made, options):
    """Medians by name: (seconds, CPU seconds, peak MiB)."""
    ours = ("coverage", [options.covey, "combine"]) if options.data_files else ("covey", [options.covey, "combine", "--data-file", "."])
    env = os.environ | ({"COVEY_COMPAT": "1"} if options.data_files else {})
    commands = {
        "covey": ours,
        "again": ours,
        "one thread": (ours[0], [*ours[1], "--jobs", "1"]),
        "coverage": ("coverage", [options.python, "-m", "coverage", "combine", "--rcfile=/dev/null"]),
    }
    taken = {name: [] for name in commands}
    for turn in range(options.turns):
        for name, (data, argv) in commands.items():
            if name == "coverage" and turn >= options.coverage_turns:
                continue
            with tempfile.TemporaryDirectory(dir=made) as copy:
                shutil.copytree(made / data, pathlib.Path(copy) / data)
                taken[name].append(timed(argv, pathlib.Path(copy) / data, env))
    return {name: tuple(statistics.median(v) for v in zip(*values)) for name, values in taken.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--covey", type=pathlib.Path, help="the one that pip installed otherwise")
    parser.add_argument("--python", default="3.14")
    parser.add_argument("--processes", default=200, type=int)
    parser.add_argument("--files", default=1000, type=int)
    parser.add_argument("--scale", default="1,4,16", help="the last is the whole size")
    parser.add_argument("--turns", default=5, type=int)
    parser.add_argument("--coverage-turns", default=1, type=int)
    parser.add_argument("--branch", action="store_true")
    parser.add_argument("--data-files", action="store_true")
    options = parser.parse_args()
    found = suites.pythons([options.python])
    if not found:
        sys.exit(f"no CPython {options.python} (tools/get-pythons unpacks them)")
    options.python = suites.venv(*found[0])
    options.covey = (options.covey or options.python.parent / "covey").resolve()
    scales = [int(scale) for scale in options.scale.split(",")]
    print("| processes x files | MB of shards, of data files | Covey, s (CPU) | A/A | one thread | peak MiB | coverage.py | times (CPU) |")
    print("|---|---|---|---|---|---|---|---|")
    for scale in scales:
        n_files = max(options.files * scale // scales[-1], 1)
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder)
            make(made, options, n_files)
            sizes = f"{size_of(made / 'covey'):.0f}, {size_of(made / 'coverage'):.0f}"
            taken = measure(made, options)
        covey, again, other = (taken[name] for name in ("covey", "again", "coverage"))
        shown = {name: f"{values[0]:.3f} ({values[1]:.3f})" for name, values in taken.items()}
        print(f"| {options.processes} x {n_files} | {sizes} | {shown['covey']} | {again[0] / covey[0]:.2f} | {shown['one thread']}"
              f" | {covey[2]:.0f} | {shown['coverage']} | {other[0] / covey[0]:.0f} ({other[1] / covey[1]:.0f}) |", flush=True)


if __name__ == "__main__":
    main()
