#!/usr/bin/env python3
"""Are the branches that Covey's collector saw those that coverage.py sees? Small programs and real suites.

    .venvs/suites-3.14/bin/python tests/conformance/branches.py --tool build/ci/tests/conformance/covey_branch_dump [SUITE...]

Runs on the CPython it is called with, whose environment has Covey and coverage.py. What Covey's shards hold (the tool
reads them) is given to coverage.py, and its analysis, executed and missing branches of each file, compared with that of
its own run. Without suites: the programs of coverage.py's own tests, from the directory that COVEY_CASES names, against
what was recorded; one that differs from that is run under coverage.py too, whose default core may have changed since.
"""

import argparse
import glob
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import coverage
from coverage.python import PythonFileReporter
from coverage.results import analysis_from_file_reporter

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("COVEY_", "COVERAGE_", "PYTHON"))}


def analysed(data, path, config=None):
    """(executed, missing) branches of a file as coverage.py works them out: {line: [to]} each."""
    cov = coverage.Coverage(data_file=None, config_file=False)
    if config:
        cov.config.exclude_list = config["exclude_list"]
        cov.config.partial_list = config["partial_list"]
        cov.config.partial_always_list = config["partial_always_list"]
    analysis = analysis_from_file_reporter(data, 0, PythonFileReporter(path, cov), path)
    executed, missing = analysis.executed_branch_arcs(), analysis.missing_branch_arcs()
    return [{line: sorted(to) for line, to in side.items() if to} for side in (executed, missing)]


def dumped(tool, data_directory):
    """What the shards below a data directory hold: {path: {"lines", "arcs"}}."""
    shards = glob.glob(f"{data_directory}/jobs/*/*/*.shard")
    done = subprocess.run([tool], input="\n".join(shards), text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"{tool}: {done.stderr}")
    return json.loads(done.stdout)


def as_data(file, path):
    """A dumped file as coverage.py's data."""
    data = coverage.CoverageData(no_disk=True)
    data.add_arcs({path: {tuple(arc) for arc in file["arcs"]} | {(line, line) for line in file["lines"]}})
    return data


def measure(tool, program, folder, wait=True):
    """Starts Python on a program, measured; returns the data directory and the process."""
    data = pathlib.Path(folder) / "data"
    data.mkdir()
    settings = data / "settings"
    settings.write_text(f"covey-settings 1\nrun_id {'0' * 16}\ndata_dir {data}\nroot {folder}\nbranch 1\n")
    env = CLEAN | {"COVEY_RUN": str(settings)}
    return data, subprocess.run([sys.executable, program], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True)


def own_run(program, folder):
    """coverage.py's own run of a program, as data."""
    file = pathlib.Path(folder) / "own.coverage"
    argv = [sys.executable, "-m", "coverage", "run", "--rcfile=/dev/null", "--branch", f"--data-file={file}", program]
    subprocess.run(argv, cwd=folder, env=CLEAN, stdin=subprocess.DEVNULL, capture_output=True)
    data = coverage.CoverageData(str(file))
    data.read()
    return data


def compare_case(tool, case):
    """None where the case is equal, else what differs."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        program = f"{folder}/program.py"
        pathlib.Path(program).write_text(case["text"])
        data, _ = measure(tool, program, folder)
        file = dumped(tool, data).get(program, {"arcs": [], "lines": []})
        try:
            ours = analysed(as_data(file, program), program, case["config"])
        except coverage.exceptions.CoverageException as error:
            return str(error)
        kinds = ("executed_branch_arcs", "missing_branch_arcs")
        recorded = [{int(line): to for line, to in case["actual"][kind].items()} for kind in kinds]
        if ours == recorded:
            return None
        own = analysed(own_run(program, folder), program, case["config"])
        if ours == own:
            return None
        return f"executed, missing: covey {ours}, coverage.py {own}, recorded {recorded}, arcs {file['arcs']}"


def cases():
    """The recorded programs of the version nearest to this one; none where there are no cases."""
    place = os.environ.get("COVEY_CASES")
    version = {"3.11": "py311", "3.12": "py313", "3.13": "py313"}.get(VERSION, "py314")
    if not place or not (pathlib.Path(place) / f"{version}.json.zst").exists():
        print("SKIPPED: COVEY_CASES names no directory with recorded cases")
        return []
    text = subprocess.run(["zstd", "-dc", f"{place}/{version}.json.zst"], stdout=subprocess.PIPE, check=True).stdout
    all_cases = json.loads(text)["cases"]
    return [case for case in all_cases if case["kind"] == "check_coverage" and case["config"]["branch"] and case.get("actual")]


def run_suite(name, command, options, env, folder):
    table = suites.SUITES[name]
    argv = [*command, "run", *options, "--branch", "--source", table.source, "-m", "pytest", *suites.QUIET, *table.tests]
    done = subprocess.run([os.fspath(a) for a in argv], cwd=folder, env=env, capture_output=True, text=True)
    print(f"  {command[-1]}: {done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]}", flush=True)


def compare_suite(tool, name, again):
    """Prints the files of a suite whose branches differ; returns how many."""
    work = suites.ROOT / f".cache/branches/{name}-{VERSION}"
    work.mkdir(parents=True, exist_ok=True)
    folder = suites.folder(name)
    env = suites.environment(suites.SUITES[name])
    theirs, ours = work / "own.coverage", work / "covey"
    if again or not theirs.exists():
        run_suite(name, [sys.executable, "-m", "coverage"], ["--rcfile=/dev/null", f"--data-file={theirs}"], env, folder)
    run_suite(name, [pathlib.Path(sys.executable).parent / "covey"], ["--rcfile=/dev/null", "--data-file", ours], env, folder)
    own = coverage.CoverageData(str(theirs))
    own.read()
    files = dumped(tool, ours)
    n_branches = different = 0
    for path in sorted(own.measured_files()):
        reference = analysed(own, path)
        measured = analysed(as_data(files.get(path, {"arcs": [], "lines": []}), path), path)
        n_branches += sum(len(to) for side in reference for to in side.values())
        for kind, a, b in zip(("executed", "missing"), measured, reference):
            for line in sorted(a.keys() | b.keys()):
                if a.get(line) != b.get(line):
                    different += 1
                    print(f"  DIFFERENT: {path}:{line}: {kind}: covey {a.get(line)}, coverage.py {b.get(line)}")
    print(f"{name} on CPython {VERSION}: {len(own.measured_files())} files, {n_branches} branches, {different} differences", flush=True)
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the path of covey_branch_dump")
    parser.add_argument("--again", action="store_true", help="run coverage.py's suites anew")
    parser.add_argument("-k", default="", metavar="TEXT", help="only cases whose test has it in its name")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(suites.SUITES))
    given = parser.parse_args()
    if given.suites:
        sys.exit(1 if sum(compare_suite(given.tool, name, given.again) for name in given.suites) else 0)
    equal = different = 0
    for case in cases():
        if given.k not in case["test"]:
            continue
        difference = compare_case(given.tool, case)
        equal, different = equal + (difference is None), different + (difference is not None)
        if difference:
            print(f"DIFFERENT: {case['test']}: {difference}", flush=True)
    print(f"branches of programs on CPython {VERSION}: {equal} equal, {different} different")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
