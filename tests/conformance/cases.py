#!/usr/bin/env python3
"""Holds Covey to the cases recorded from coverage.py's own tests, on the CPythons that they were recorded on.

    COVEY_CASES=DIR python3 tests/conformance/cases.py --tools build/ci/tests/conformance [--pythons 3.11,3.14] [KIND...]

DIR has the cases, py311.json.zst and the like; without it nothing is tested, and that is said. What a command line can
say goes through the real program as installed in .venvs/<version>, with sources, configuration and data written out
(case_commands.py, case_reports.py) or the program run under the collector (case_programs.py); arguments and results of
single functions go to programs of the build, below --tools. The last lines are a table. Cases that cannot be as recorded
stand in docs/differences.md, a row of the table below "Recorded cases" each; a case that fails and is not there fails
the test, and so does a row whose cases are all as recorded.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import case_commands
import case_programs
import case_reports
import path_cases
import recorded_cases

sys.path.insert(0, str(recorded_cases.ROOT / "tools"))
import suites  # noqa: E402

COMMANDS = {
    "analysis": case_commands.compare_analyses,
    "parser": case_commands.compare_parsers,
    "check_coverage": case_programs.compare_programs,
    "report": case_reports.compare_reports,
}


def expected(case):
    """The recorded outcome in the form of covey_cases's answer."""
    if "error" in case:
        return {"error": case["error"][1]}
    if case["kind"] == "config":
        return {"result": {"settings": case["result"], "warnings": case["warnings"]}}
    if case["kind"] == "code_regions":
        return {"result": sorted(case["result"], key=lambda region: [region["kind"], region["start"]])}
    return {"result": case["result"]}


def equal(case, answer):
    """Whether an answer is as recorded."""
    wanted = expected(case)
    if case["kind"] == "should_fail_under" and "error" in wanted:  # the number comes as an int in the case alone
        return "error" in answer and answer["error"].replace(".0 ", " ") == wanted["error"]
    return answer == wanted


def difference(case, answer):
    """What is not as recorded, shortly."""
    wanted = expected(case)
    if case["kind"] == "config" and "result" in wanted and "result" in answer:
        ours, theirs = answer["result"]["settings"], wanted["result"]["settings"]
        names = [n for n in sorted({*ours, *theirs}) if ours.get(n, 0) != theirs.get(n, 0)]
        wanted = {n: theirs.get(n) for n in names} | {"warnings": wanted["result"]["warnings"]}
        answer = {n: ours.get(n) for n in names} | {"warnings": answer["result"]["warnings"]}
    return f"    recorded: {json.dumps(wanted)}\n    Covey:    {json.dumps(answer)}"


def compare_functions(tool, cases):
    """Cases of single functions, through covey_cases: yields (case, difference)."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([tool], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    for case, line in zip(cases, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        yield case, None if equal(case, answer) else difference(case, answer)


def comparisons(tools):
    """{kind: function that compares cases of it without a CPython}."""
    tool = tools / "covey_cases"
    kinds = subprocess.run([tool, "--kinds"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    compared = {kind: lambda cases: compare_functions(tool, cases) for kind in kinds}
    return compared | {kind: lambda cases: path_cases.compare_paths(tools / "covey_path_cases", cases) for kind in path_cases.KINDS}


def environment(version, interpreter):
    """The python of the tests' environment of that CPython, with Covey as it is now."""
    place = recorded_cases.ROOT / ".venvs" / version
    requirements = recorded_cases.ROOT / "tests/requirements.txt"
    subprocess.run([recorded_cases.ROOT / "tools/venv", place, interpreter, requirements], check=True)
    return place / "bin/python"


def comparable(case):
    """Whether the recording holds a result: of programs that upstream's test refused on purpose it does not."""
    return case["kind"] not in ("analysis", "check_coverage") or "actual" in case


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True, type=pathlib.Path, help="the directory of covey_cases and covey_path_cases")
    parser.add_argument("--pythons", help="only those recorded on these")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    options = parser.parse_args()
    recorded = recorded_cases.versions()
    if not recorded:
        print("cases: SKIPPED: COVEY_CASES does not name a directory of recorded cases")
        return 0
    wanted = options.pythons.split(",") if options.pythons else recorded
    found = dict(suites.pythons(wanted))
    by_function = comparisons(options.tools)
    tally = recorded_cases.Tally()
    for version in wanted:
        cases = [case for case in recorded_cases.read_cases(version) if comparable(case)]
        if version in found:
            covey = case_commands.Covey(environment(version, found[version]))
        else:
            print(f"cases: SKIPPED: no CPython {version} for {', '.join(COMMANDS)}")
        for kind in options.kinds or sorted({case["kind"] for case in cases}):
            of_kind = [case for case in cases if case["kind"] == kind]
            if kind in COMMANDS and version in found:
                compared = COMMANDS[kind](covey, of_kind)
            elif kind not in COMMANDS:
                compared = by_function[kind](of_kind)
            else:
                continue
            for case, what in compared:
                tally.add(version, case, what)
    return 0 if tally.summary() else 1


if __name__ == "__main__":
    sys.exit(main())
