#!/usr/bin/env python3
"""The coverage job, `covey ci`, over the largest modules of a CPython's standard library, measured by 50 processes.

    bench/ci.py [--covey COVEY] [--python 3.14] [--lines 128000] [--turns 11] [--keep FOLDER]

- refusal: a job that is expected left nothing; with the data and a log of 10 MB.
- the whole job: summary, HTML, XML, comment and a rule, without a cache of analysis (cold) and with one (cached).
- the summary's size, of Slipcover's JSON of the same program (pretty-printed and compact), and of 1,000 files with paths of 50 bytes.
- cold and cached again with a quarter and a sixteenth of the modules, for cost a line.

Quartiles are in brackets; sources and data are made as in bench/reports.py, whose --keep this is.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import reports
from reports import suites

N_PROCESSES = 50
# Runs each module of its share of the folder, whatever of it fails.
PROGRAM = """
import pathlib, runpy, sys
root, n, of = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for path in sorted(root.rglob("*.py"))[n::of]:
    try:
        runpy.run_path(str(path))
    except BaseException:
        pass
"""


def make(place, options, files):
    """Sources and the data directory of N_PROCESSES processes below `place`."""
    if (place / "lib").is_dir():
        return
    for name, content in files.items():
        (place / "lib" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "lib" / name).write_bytes(content)
    (place / "program.py").write_text(PROGRAM)
    each = f"for n in $(seq 0 {N_PROCESSES - 1}); do {options.python} program.py lib $n {N_PROCESSES} >/dev/null 2>&1 </dev/null; done; true"
    argv = [options.python.parent / "covey", "run", "--job", "unit", "--branch", "--source", "lib", "--", "sh", "-c", each]
    done = subprocess.run([os.fspath(a) for a in argv], cwd=place, env=reports.CLEAN, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench/ci.py: error: {done.stderr}")


class Job:
    def __init__(self, place, options):
        self.place, self.options = place, options

    def ci(self, arguments, env=None, status=0):
        argv = [self.options.covey, "ci", "-q", *arguments]
        command = ["sh", "-c", '"$@"; test $? = ' + str(status), "sh", *argv] if status else argv
        return reports.timed(command, self.place, reports.CLEAN | (env or {}))

    def whole(self, out, env=None):
        to = ["--summary", f"{out}/s.json", "--html", f"{out}/html", "--xml", f"{out}/c.xml", "--comment", f"{out}/c.md"]
        return self.ci(["--expect", "unit", "--fail-under", "1", *to], env)

    def refused(self, log):
        return self.ci(["--expect", "unit,slow", *log], status=3)

    def measure(self, ways):
        """By way: (seconds, peak MiB) of each turn."""
        taken = {way: [] for way in ways}
        for way, run in ways.items():
            run()
        for _ in range(self.options.turns):
            for way, run in ways.items():
                seconds, _, peak = run()
                taken[way].append((seconds, peak))
        return taken


def show(taken, lines):
    for way, values in taken.items():
        seconds, peaks = zip(*values)
        print(f"| {way} | {reports.spread(seconds)} | {max(peaks):.0f} | {1e6 * statistics.median(seconds) / lines:.2f} |", flush=True)


def whole_ways(job, out):
    return {"whole job, cold": lambda: job.whole(out, {"COVEY_NO_CACHE": "1"}), "whole job, cached": lambda: job.whole(out)}


def sizes(job, out, options):
    """The summary against Slipcover's JSON of a run of the same modules."""
    job.whole(out)
    size = pathlib.Path(out, "s.json").stat().st_size
    print(f"\nsummary: {size} bytes", flush=True)
    for pretty in (["--pretty-print"], []):
        path = pathlib.Path(out, "slipcover.json")
        argv = [options.python, "-m", "slipcover", "--branch", "--source", "lib", "--json", *pretty, "--out", path, "program.py", "lib", "0", "1"]
        done = subprocess.run([os.fspath(a) for a in argv], cwd=job.place, env=reports.CLEAN, capture_output=True, stdin=subprocess.DEVNULL)
        if done.returncode or not path.is_file() or not path.stat().st_size:
            print(f"Slipcover failed: {done.stderr.decode()[-200:]}")
            return
        n_files = len(json.loads(path.read_text())["files"])
        print(f"of Slipcover's {'pretty-printed' if pretty else 'compact'} JSON, {n_files} files: {100 * size / path.stat().st_size:.2f} %", flush=True)


def thousand_files(out, options):
    """The summary of 1,000 files with paths of 50 bytes and 200 statements each."""
    place = pathlib.Path(out, "thousand")
    body = "".join(f"if x == {n}:\n    y = {n}\n" for n in range(100))
    names = [f"lib/package_{n // 100:02}/subpackage_of_some_length/{n:04}".ljust(47, "x") + ".py" for n in range(1000)]
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("x = 5\n" + body)
    program = "import pathlib\nfor p in pathlib.Path('lib').rglob('*.py'): exec(compile(p.read_text(), str(p.resolve()), 'exec'), {'__name__': p.stem})\n"
    (place / "program.py").write_text(program)
    argv = [options.python.parent / "covey", "run", "--job", "unit", "--branch", "--source", "lib", "--", options.python, "program.py"]
    subprocess.run([os.fspath(a) for a in argv], cwd=place, env=reports.CLEAN, check=True, capture_output=True)
    Job(place, options).ci(["--summary", "s.json"])
    summary = json.loads((place / "s.json").read_text())
    print(f"1,000 files with paths of 50 bytes: {len(summary['files'])} files, {(place / 's.json').stat().st_size / 1024:.1f} KiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--covey", type=pathlib.Path, help="the one that pip installed otherwise")
    parser.add_argument("--python", default="3.14")
    parser.add_argument("--lines", default=128_000, type=int)
    parser.add_argument("--turns", default=11, type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    found = suites.pythons([options.python])
    if not found:
        sys.exit(f"no CPython {options.python} (tools/get-pythons unpacks them)")
    options.python = suites.venv(*found[0])
    options.covey = (options.covey or options.python.parent / "covey").resolve()
    stdlib = reports.library(options.python)
    files = {path.relative_to(stdlib): path.read_bytes() for path in reports.largest_modules(stdlib, options.lines)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or pathlib.Path(temporary)).resolve()
        for n in (1, 4, 16):
            part = dict(list(files.items())[n - 1 :: n])
            lines = sum(content.count(b"\n") for content in part.values())
            place = folder / f"ci{n}"
            place.mkdir(parents=True, exist_ok=True)
            make(place, options, part)
            job = Job(place, options)
            print(f"\n{lines} lines in {len(part)} files\n\n| | wall clock, s | peak MiB | µs a line |\n|---|---|---|---|")
            with tempfile.TemporaryDirectory(dir=folder) as out:
                log = pathlib.Path(out, "unit.log")
                line = "tests/test_some_module.py::test_something[parameter-1] PASSED                 [ 50%]\n"
                log.write_text("nox > Running session unit\n" + line * (10_000_000 // len(line)))
                ways = {"refusal": lambda: job.refused([]), "refusal, log of 10 MB": lambda: job.refused(["--log", log])} if n == 1 else {}
                show(job.measure(ways | whole_ways(job, out)), lines)
                if n == 1:
                    sizes(job, out, options)
                    thousand_files(out, options)


if __name__ == "__main__":
    main()
