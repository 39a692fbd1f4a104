#!/usr/bin/env python3
"""Reports over the largest modules of a CPython's standard library: Covey's and coverage.py's of the same run, in one run.

    bench/reports.py [--covey COVEY] [--python 3.14] [--lines 128000] [--turns 9] [--keep FOLDER]

The modules are copied, tests left out, and executed under each of the two with branches, with some work in a few of
them. Then coverage.py's five commands, cold, stand against one `covey report` that writes the five reports: from the data
directory, without a cache of analysis (cold), with one (cached), and from coverage.py's own data file, compiling
included. Times as fast are of medians of --turns within this run, with the system's cache of files warm; "again" is the
A/A row, and quartiles are in brackets. Then the same with more files and with a longer file, for cost a line. --keep leaves
sources and data in FOLDER, and uses what is there.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON", "XDG_"))}
LEFT_OUT = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__"}
OUTPUTS = [("text", "report.txt"), ("json", "coverage.json"), ("xml", "coverage.xml"), ("lcov", "coverage.lcov"), ("html", "htmlcov")]
COMMANDS = [
    ["report"],
    ["json", "-q", "-o", "{out}/coverage.json"],
    ["xml", "-q", "-o", "{out}/coverage.xml"],
    ["lcov", "-q", "-o", "{out}/coverage.lcov"],
    ["html", "-q", "-d", "{out}/htmlcov"],
]

# Executes every module of the folder for itself, whatever of it fails, and works with some of them.
PROGRAM = '''
import io, pathlib, sys
root = pathlib.Path(sys.argv[1])
modules = {}
for path in sorted(root.rglob("*.py")):
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    module = modules[name] = {"__name__": name, "__file__": str(path), "__package__": package, "__builtins__": __builtins__}
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), module)
    except (Exception, SystemExit):
        pass

def work(name, action):
    try:
        action(modules[name])
    except Exception as error:
        print(name, repr(error), file=sys.stderr)

text = max(root.rglob("*.py"), key=lambda path: path.stat().st_size).read_text()
work("argparse", lambda m: m["ArgumentParser"](prog="x", description="y").format_help())
work("_pydecimal", lambda m: str(m["Decimal"]("1.5").sqrt() / m["Decimal"](7)))
work("difflib", lambda m: list(m["unified_diff"](text.split("\\n")[:200], text.split("\\n")[100:300])))
work("pickle", lambda m: m["_loads"](m["_dumps"]([1, "a", {"b": (2.5, None)}])))
work("_pyio", lambda m: m["TextIOWrapper"](m["BytesIO"](b"a\\nb\\n")).readlines())
work("_pydatetime", lambda m: m["datetime"](2026, 1, 2).isoformat())
work("statistics", lambda m: m["fmean"]([1, 2, 3]) + m["stdev"]([1, 2, 4]))
work("textwrap", lambda m: m["fill"]("a b c " * 100))
work("tokenize", lambda m: list(m["generate_tokens"](io.StringIO(text[:20000]).readline)))
'''


def library(python):
    done = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"], stdout=subprocess.PIPE, text=True, check=True)
    return pathlib.Path(done.stdout.strip())


def largest_modules(stdlib, lines):
    """[(path, lines)] of the largest modules that hold `lines` together, and these lines."""
    found = []
    for path in stdlib.rglob("*.py"):
        is_test = LEFT_OUT.intersection(path.relative_to(stdlib).parts[:-1]) or path.name.startswith("test_")
        if path.is_file() and not is_test:
            found.append((path.read_bytes().count(b"\n"), path))
    chosen, total = [], 0
    for count, path in sorted(found, key=lambda each: (-each[0], str(each[1]))):
        if total >= lines:
            break
        chosen.append(path)
        total += count
    return chosen


def make(place, options, files):
    """Sources (bytes by path), Covey's data directory and coverage.py's data file below `place`, all of one program."""
    source = place / "lib"
    if source.is_dir():
        return
    for name, content in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    (place / "program.py").write_text(PROGRAM)
    quiet = {"cwd": place, "env": CLEAN, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    argv = [options.python, "-m", "coverage", "run", "--rcfile=/dev/null", "--branch", "--source=lib", "program.py", "lib"]
    subprocess.run([os.fspath(a) for a in argv], **quiet)
    argv = [options.python.parent / "covey", "run", "--branch", "--source", "lib", "--", options.python, "program.py", "lib"]
    subprocess.run([os.fspath(a) for a in argv], **quiet)


def timed(argv, cwd, env):
    """(seconds, CPU seconds, peak MiB) of one process."""
    start = time.perf_counter()
    child = subprocess.Popen([os.fspath(a) for a in argv], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"bench/reports.py: error: {' '.join(map(str, argv))}: exit status {child.returncode}: {said.decode()}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def together(parts):
    """What several processes one after the other took."""
    seconds, cpu, peak = zip(*parts)
    return sum(seconds), sum(cpu), max(peak)


class Case:
    """One set of sources, and the ways to make its reports."""

    def __init__(self, place, options):
        self.place, self.options = place, options
        self.env = CLEAN | {"PATH": f"{options.python.parent}:{os.environ['PATH']}"}

    def five(self, out, env, cwd=None):
        to = [f"--to={kind}:{out}/{name}" for kind, name in OUTPUTS]
        return timed([self.options.covey, "report", *to], cwd or self.place, env)

    def coverage(self, out):
        commands = [[word.format(out=out) for word in command] for command in COMMANDS]
        start = [self.options.python, "-m", "coverage"]
        return together([timed([*start, *command, "--rcfile=/dev/null"], self.place, self.env) for command in commands])

    def cold(self, out):
        return self.five(out, self.env | {"COVEY_NO_CACHE": "1"})

    def cached(self, out):
        return self.five(out, self.env)

    def one(self, out):
        return timed([self.options.covey, "report"], self.place, self.env)

    def data_file(self, out):
        """From coverage.py's data file, where nothing is known yet: index, then the five."""
        with tempfile.TemporaryDirectory(dir=out) as fresh:
            shutil.copyfile(self.place / ".coverage", f"{fresh}/.coverage")
            env = self.env | {"XDG_CACHE_HOME": f"{fresh}/cache"}
            return together([timed([self.options.covey, "index", "-q"], fresh, env), self.five(out, env, fresh)])

    def measure(self, ways, turns):
        """By way: a list of (seconds, CPU seconds, peak MiB)."""
        taken = {way: [] for way in ways}
        with tempfile.TemporaryDirectory(dir=self.place) as out:
            self.cached(out)
            for _ in range(turns):
                for way, values in taken.items():
                    values.append(getattr(self, way.removesuffix(" again"))(out))
        return taken


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{middle:.3f} [{low:.3f} {high:.3f}]"


def against_coverage(case, options):
    """Every way against coverage.py's five commands."""
    ours = ["cold", "cached", "cached again", "data_file", "one"]
    taken = case.measure(ours, options.turns) | case.measure(["coverage"], options.coverage_turns)
    base = [statistics.median(v[i] for v in taken["coverage"]) for i in (0, 1)]
    print("| | wall clock, s | CPU, s | peak MiB | times as fast (CPU) |\n|---|---|---|---|---|")
    for way, values in taken.items():
        wall, cpu, peak = zip(*values)
        times = f"{base[0] / statistics.median(wall):.0f} ({base[1] / statistics.median(cpu):.0f})"
        print(f"| {way} | {spread(wall)} | {spread(cpu)} | {max(peak):.0f} | {times} |", flush=True)


def growth(title, cases, options):
    print(f"\n{title}\n\n| lines | files | cold, CPU s | µs a line | cached, CPU s | µs a line | peak MiB |\n|---|---|---|---|---|---|---|")
    for lines, n_files, case in cases:
        taken = case.measure(["cold", "cached"], options.turns)
        cold, cached = (statistics.median(v[1] for v in taken[way]) for way in ("cold", "cached"))
        peak = max(v[2] for v in taken["cold"])
        print(f"| {lines} | {n_files} | {cold:.3f} | {1e6 * cold / lines:.2f} | {cached:.3f} | {1e6 * cached / lines:.2f} | {peak:.0f} |", flush=True)


def case_of(name, files, folder, options):
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    make(place, options, files)
    return sum(content.count(b"\n") for content in files.values()), len(files), Case(place, options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--covey", type=pathlib.Path, help="the one that pip installed otherwise")
    parser.add_argument("--python", default="3.14")
    parser.add_argument("--lines", default=128_000, type=int)
    parser.add_argument("--turns", default=9, type=int)
    parser.add_argument("--coverage-turns", default=3, type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    found = suites.pythons([options.python])
    if not found:
        sys.exit(f"no CPython {options.python} (tools/get-pythons unpacks them)")
    options.python = suites.venv(*found[0])
    options.covey = (options.covey or options.python.parent / "covey").resolve()
    stdlib = library(options.python)
    modules = largest_modules(stdlib, options.lines)
    files = {path.relative_to(stdlib): path.read_bytes() for path in modules}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or pathlib.Path(temporary)).resolve()
        lines, n_files, case = case_of("all", files, folder, options)
        print(f"CPython {found[0][0]}: {lines} lines in {n_files} files\n", flush=True)
        against_coverage(case, options)
        # One of each 16 and 4 of the same list, and all.
        parts = [(f"part{n}", dict(list(files.items())[n - 1 :: n])) for n in (16, 4)] + [("all", files)]
        growth("More files:", [case_of(name, part, folder, options) for name, part in parts], options)
        text = (stdlib / "argparse.py").read_bytes()
        longer = [(f"long{n}", {"argparse.py": text * n}) for n in (1, 4, 16)]
        growth("A longer file:", [case_of(name, part, folder, options) for name, part in longer], options)


if __name__ == "__main__":
    main()
