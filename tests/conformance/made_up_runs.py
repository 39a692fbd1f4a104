#!/usr/bin/env python3
"""Is every number the same as coverage.py's over programs that are made up to run through everything at random?

    tests/conformance/made_up_runs.py [--count 400] [--seed 2000] [--pythons 3.11,3.13] [--modes lines,branches] [--keep FOLDER]

runnable_programs.py writes the programs; coverage.py with its default core and Covey each run all of them in one process
and say in JSON what ran, file by file. What differs is printed with the program's seed, and a program alone is run with
`--seed SEED --count 1 --keep FOLDER`. Mode `contexts` makes each function a test and compares the contexts of lines with
coverage.py's C tracer, and the branches where that is the reference for them (before 3.14).
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tools")]
import exact  # noqa: E402
import suites  # noqa: E402

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON"))} | {"PYTHONHASHSEED": "0"}
MODES = {
    "lines": "[run]\nsource = .\n",
    "branches": "[run]\nsource = .\nbranch = true\n",
    "contexts": "[run]\nsource = .\nbranch = true\ndynamic_context = test_function\n[json]\nshow_contexts = true\n",
}
MAIN = """
import ground, importlib, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in sorted(pathlib.Path(sys.argv[1]).glob("program_*.py")):
    ground.begin(path.stem)
    try:
        importlib.import_module(path.stem)
    except (Exception, ground.Spent):
        pass
    print(path.stem, ground.draw.random())
"""

# `coverage json`, without the files that coverage.py fails on (its with_jump_fixers asserts what is not always so).
REPORT = """
import coverage, json, os, sys
rcfile, _, outfile = sys.argv[1:]
cov = coverage.Coverage(config_file=rcfile.removeprefix("--rcfile="))
cov.load()
good = []
for name in cov.get_data().measured_files():
    try:
        cov._analyze(name)
        good.append(name)
    except AssertionError:
        pass
cov.json_report(good, outfile=outfile)
"""


def write_programs(folder, python, options, mode):
    """Each CPython makes its own: they compile there."""
    subprocess.run([python, HERE / "runnable_programs.py", folder, str(options.count), str(options.seed)], check=True)
    (folder / "main.py").write_text(MAIN)
    (folder / "rcfile").write_text(MODES[mode])
    if mode == "contexts":  # functions are f1, f2, …, and each is a test
        for path in folder.glob("program_*.py"):
            path.write_text(path.read_text().replace("def f", "def test_f").replace("call(f", "call(test_f"))


def measure(folder, command, report, env):
    """(what the programs printed, {file: its part of the JSON report}) under one tool, whose command for that is `report`."""
    run = exact.run([*command, "run", "--rcfile=rcfile", "main.py", folder], folder, CLEAN | env)
    told = exact.run([*report, "--rcfile=rcfile", "-o", "report.json"], folder, CLEAN | env)
    if told.returncode:
        sys.exit(f"{command}: {run.stdout[-300:]}{run.stderr[-1000:]}{told.stdout}{told.stderr}")
    return run.stdout, json.loads((folder / "report.json").read_text())["files"]


def unequal(ours, theirs, kinds):
    """Lines to print on what differs between two files' parts of reports."""
    said = []
    for kind in kinds:
        a, b = ours[kind], theirs[kind]
        if kind == "contexts":
            lines = [line for line in sorted(a.keys() | b.keys(), key=int) if sorted(a.get(line, [])) != sorted(b.get(line, []))]
            said += [f"line {line}: covey {a.get(line)}, coverage.py {b.get(line)}" for line in lines]
        elif a != b and isinstance(a, list):
            said.append(f"{kind}: only covey {[x for x in a if x not in b]}, only coverage.py {[x for x in b if x not in a]}")
        elif a != b:
            said.append(f"{kind}: covey {a}, coverage.py {b}")
    return said


def compare(version, python, options, mode):
    """([lines to print], how many programs differ) of one CPython in one mode."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(options.keep / f"{version}-{mode}" if options.keep else temporary).resolve()
        write_programs(folder, python, options, mode)
        core = {"COVERAGE_CORE": "ctrace"} if mode == "contexts" else {}
        printed, theirs = measure(folder, [python, "-m", "coverage"], [python, "-c", REPORT], core)
        covey = python.parent / "covey"
        printed_too, ours = measure(folder, [covey], [covey, "json", "-q"], {})
    if printed != printed_too:
        return ["the programs did not go the same way"], options.count
    said, n_different = [], 0
    if len(ours) > 1.2 * len(theirs):
        said.append(f"coverage.py reports {len(theirs)} files of {len(ours)}")
    for name in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(name), theirs.get(name)
        if a and not b:
            continue  # coverage.py fails on it
        if mode == "contexts" and name == "ground.py":
            continue  # generators that the collector of garbage closes, whenever it does
        kinds = ["contexts"] if mode == "contexts" and version >= "3.14" else [*b]
        lines = unequal(a, b, kinds) if a and b else ["is in one report alone"]
        n_different += bool(lines)
        said += [f"{name}: {line}" for line in lines if "functions" not in line and "classes" not in line] or [f"{name}: {line[:200]}" for line in lines]
    return said, n_different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=2000, help="of the first program; the next one's is one more")
    parser.add_argument("--pythons", default="3.11,3.12,3.13,3.14,3.15")
    parser.add_argument("--modes", default="lines,branches,contexts")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the programs, their data and nothing else")
    options = parser.parse_args()
    cases = [(v, suites.venv(v, p), mode) for v, p in suites.pythons(options.pythons.split(",")) for mode in options.modes.split(",")]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (version, _, mode), (said, n_different) in zip(cases, pool.map(lambda c: compare(c[0], c[1], options, c[2]), cases)):
            print(f"{mode} on CPython {version}: {n_different} of {options.count} programs differ")
            for line in said[:40]:
                print(f"  DIFFERENT: {line}")
            sys.stdout.flush()
            failed += bool(n_different)
    print(f"made-up runs: {len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
