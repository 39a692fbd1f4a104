#!/usr/bin/env python3
"""Holds Covey to cases recorded from coverage.py's own tests.

    COVEY_CASES=DIR python3 tests/conformance/cases.py --tool build/ci/tests/conformance/covey_cases [KIND...]

DIR has the cases, *.json.zst files of one case a line; without it nothing is tested, and that is said. All kinds that the
tool knows are run unless some are named. What cannot be as recorded stands in docs/differences.md, a row of the table
below "Recorded cases" each; a case that fails and is not there fails the test, and so does a row that no case needs.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def read_cases(path):
    """The cases of one file."""
    text = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(text)["cases"]


def known_differences():
    """Names of tests, of which a row holds one, or the beginning of several before a `*`."""
    text = (ROOT / "docs/differences.md").read_text()
    _, _, section = text.partition("\n## Recorded cases\n")
    section, _, _ = section.partition("\n## ")
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def expected(case):
    """The recorded outcome in the form of the tool's answer."""
    if "error" in case:
        return {"error": case["error"][1]}
    if case["kind"] == "config":
        return {"result": {"settings": case["result"], "warnings": case["warnings"]}}
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the covey_cases program")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    options = parser.parse_args()
    directory = os.environ.get("COVEY_CASES")
    if not directory:
        print("cases: SKIPPED: COVEY_CASES does not name a directory of recorded cases")
        return 0
    known = subprocess.run([options.tool, "--kinds"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    kinds = options.kinds or known
    files = sorted(pathlib.Path(directory).glob("*.json.zst"))
    cases = [(file.name.partition(".")[0], case) for file in files for case in read_cases(file) if case["kind"] in kinds]
    if not cases:
        sys.exit(f"cases: error: {directory}: no cases of {', '.join(kinds)}")
    lines = "".join(json.dumps(case) + "\n" for _, case in cases)
    done = subprocess.run([options.tool], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    excused, used = known_differences(), set()
    counts = collections.defaultdict(lambda: [0, 0, 0])  # as recorded, excused, failed
    for (version, case), answer in zip(cases, answers, strict=True):
        rows = [row for row in excused if case["test"] == row or row.endswith("*") and case["test"].startswith(row[:-1])]
        good = equal(case, answer)
        if not good:
            used.update(rows)
        counts[case["kind"]][0 if good else 1 if rows else 2] += 1
        if not good and not rows:
            print(f"{version} {case['kind']} {case['test']}\n{difference(case, answer)}")
    for kind in kinds:
        as_recorded, differ, failed = counts[kind]
        print(f"{kind}: {as_recorded} of {as_recorded + differ + failed} as recorded, {differ} listed, {failed} failed")
    stale = [] if options.kinds else [row for row in excused if row not in used]
    for row in stale:
        print(f"docs/differences.md: no case needs the row of {row}")
    return 1 if stale or any(failed for _, _, failed in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
