#!/usr/bin/env python3
"""Compare Covey's analysis of sources with the cases that were recorded from coverage.py's own tests.

    COVEY_CASES=DIRECTORY python tests/conformance/parser_cases.py --tool build/…/covey_structure_dump

`python` chooses the recording: py314.json.zst in that directory for CPython 3.14. Of its cases those of the kinds
`parser`, `analysis` and `check_coverage` hold a source, what ran where something did, and coverage.py's analysis of it.
Without COVEY_CASES, or without a recording, it says so and does nothing. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from structure_tool import StructureTool, differences

# What coverage.py on 3.11 makes of its own: see docs/differences.md, Sources.
KNOWN_ON_311 = ("test_not_python[leading_newline_eof]", "test_fuzzed_weirdness")
KINDS = ("parser", "analysis", "check_coverage")


def code_objects(code: CodeType) -> Iterator[CodeType]:
    if code.co_name != "__annotate__":
        yield code
        for const in code.co_consts:
            if isinstance(const, CodeType):
                yield from code_objects(const)


def table_lines(text: str) -> list[int]:
    """The lines that the interpreter's tables name, none of a text without statements."""
    if not ast.parse(text).body:
        return []
    module = compile(text, "<case>", "exec", dont_inherit=True)
    return sorted({line for code in code_objects(module) for _, _, line in code.co_lines() if line})


def by_line(counts: dict[str, object]) -> list[list[object]]:
    return [[int(line), value] for line, value in sorted(counts.items(), key=lambda item: int(item[0]))]


def branch_lines(actual: dict[str, object]) -> list[list[object]]:
    executed, missing = actual["executed_branch_arcs"], actual["missing_branch_arcs"]
    return [
        [line, exits, executed.get(str(line), []), missing.get(str(line), [])]
        for line, exits in by_line(actual["exit_counts"])
        if exits > 1
    ]


def descriptions(actual: dict[str, object]) -> list[list[object]]:
    missing = actual["missing_arc_descriptions"]
    out = [[*map(int, arc.split(",")), text, missing[arc]] for arc, text in actual["arc_descriptions"].items()]
    return in_any_order(sorted(out))


def in_any_order(described: list[list[object]]) -> list[list[object]]:
    """The same, with the parts of each description sorted: coverage.py joins them as its sets happen to lie."""
    return [[*rest, sorted(missing.split(" or "))] for *rest, missing in described]


def parser_facts(actual: dict[str, object]) -> dict[str, object]:
    ranges: dict[int, int] = {}
    for line, first in actual["multiline_map"].items():
        ranges[first] = max(int(line), ranges.get(first, 0))
    return {
        "multiline": [list(item) for item in sorted(ranges.items())],
        "docstrings": actual["raw_docstrings"],
        "statements": actual["statements"],
        "excluded": actual["excluded"],
        "arcs": actual["arcs"],
        "branches": [[line, exits] for line, exits in by_line(actual["exit_counts"]) if exits > 1],
        "descriptions": descriptions(actual),
    }


def analysis_facts(actual: dict[str, object]) -> dict[str, object]:
    facts = {fact: actual[fact] for fact in ("statements", "excluded", "executed")}
    if not actual["has_arcs"]:
        return facts
    numbers = actual["numbers"]
    of_lines = ("n_statements", "n_excluded", "n_missing")
    of_branches = ("n_branches", "n_partial_branches", "n_missing_branches", "pc_covered")
    return facts | {
        "arcs": actual["arc_possibilities"],
        "arcs_executed": actual["arcs_executed"],
        "no_branch": actual["no_branch"],
        "branches": branch_lines(actual),
        "missing": actual["missing_formatted_branches"],
        "numbers": [numbers[name] for name in (*of_lines, *of_branches)],
    }


def job(case: dict[str, object]) -> dict[str, object]:
    config = case["config"]
    if case["kind"] == "parser":
        exclude, partial = [config["exclude"] or ""], []
    else:
        exclude, partial = config["exclude_list"], config["partial_list"] + config["partial_always_list"]
    arcs, lines = case.get("arcs", case.get("raw_arcs")), case.get("lines", case.get("raw_lines"))
    raw = case["actual"].get("raw_statements") if "actual" in case else None
    raw = table_lines(case["text"]) if raw is None else raw
    found = {"text": case["text"], "raw": raw, "exclude": exclude, "partial": partial}
    return found | {"arcs": arcs or [], "lines": lines or []}


def check(case: dict[str, object], tool: StructureTool) -> list[str]:
    """What differs."""
    try:
        found = tool.ask(**job(case))
    except SyntaxError as error:
        found = {"error": str(error)}
    if "error" in case:
        return [] if "error" in found else [f"not refused: {case['error'][1]}"]
    if case["kind"] != "parser":
        return differences(analysis_facts(case["actual"]), found)
    if "error" not in found:
        found["branches"] = [branch[:2] for branch in found["branches"]]
        found["descriptions"] = in_any_order(found["descriptions"])
    return differences(parser_facts(case["actual"]), found)


def read_cases(recording: Path) -> list[dict[str, object]]:
    text = subprocess.run(["zstd", "-dc", str(recording)], check=True, capture_output=True).stdout
    cases = json.loads(text)["cases"]
    return [case for case in cases if case["kind"] in KINDS and ("actual" in case or "error" in case)]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tool", required=True, help="the program covey_structure_dump")
    options = arguments.parse_args()
    warnings.simplefilter("ignore")
    name = "py{}{}.json.zst".format(*sys.version_info)
    recording = Path(os.environ.get("COVEY_CASES", "")) / name
    if "COVEY_CASES" not in os.environ or not recording.exists():
        print(f"SKIPPED: COVEY_CASES names no directory with {name}")
        return 0
    tool = StructureTool(options.tool)
    passed = failed = known = 0
    for case in read_cases(recording):
        found = check(case, tool)
        if found and sys.version_info < (3, 12) and case["test"].endswith(KNOWN_ON_311):
            known += 1
            continue
        passed, failed = passed + (not found), failed + bool(found)
        for difference in found:
            print(f"{case['kind']} {case['test']}: {difference}\n{case['text']}")
    print(f"{name}: {passed} passed, {failed} failed, {known} known to differ")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
