#!/usr/bin/env python3
"""Compare what Covey's C++ makes of Python files with what coverage.py makes of them.

    python tests/conformance/parser_corpus.py --tool build/tests/conformance/covey_structure_dump [FOLDER...]

`python` is one with coverage.py 7.17.3 installed; FOLDER is, by default, its whole standard library. Every .py file
below is read by both: the text itself, multi-line map, docstrings, excluded lines, statements and regions must be
equal. Files that this Python cannot compile are skipped and counted. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import sysconfig
import tempfile
import warnings
import zlib

import coverage
from coverage.config import DEFAULT_EXCLUDE
from coverage.misc import join_regex
from coverage.parser import PythonParser
from coverage.regions import code_regions

REFERENCE = "7.17.3"
FACTS = ("crc", "multiline", "docstrings", "excluded", "statements", "regions")
state = argparse.Namespace()


def python_files(folders: list[str]) -> list[str]:
    found = []
    for folder in folders:
        if os.path.isfile(folder):
            found.append(folder)
        for root, _, names in os.walk(folder):
            found += [os.path.join(root, name) for name in names if name.endswith(".py")]
    return sorted(found)


def start_tool(tool: str, patterns: list[str]) -> None:
    """Give this process its own tool to ask."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    state.exclude = join_regex(patterns or DEFAULT_EXCLUDE)
    state.tool = subprocess.Popen([tool, *patterns], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def expected(path: str) -> tuple[dict[str, object], list[int]] | None:
    """coverage.py's word on a file and its raw statement lines; None where it cannot be parsed."""
    try:
        parser = PythonParser(filename=path, exclude=state.exclude)
        parser.parse_source()
        regions = code_regions(parser.text)
    except (coverage.CoverageException, SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return None
    ranges: dict[int, int] = {}
    for line, first in parser.multiline_map.items():
        ranges[first] = max(line, ranges.get(first, line))
    facts = {
        "crc": zlib.crc32(parser.text.encode("utf-8", "surrogatepass")),
        "multiline": [[first, last] for first, last in sorted(ranges.items())],
        "docstrings": sorted(parser.raw_docstrings),
        "excluded": sorted(parser.excluded),
        "statements": sorted(parser.statements),
        "regions": [[r.kind, r.name, r.start, sorted(r.lines)] for r in regions],
    }
    return facts, sorted(parser.raw_statements)


def ask_tool(path: str, raw_statements: list[int]) -> dict[str, object]:
    with tempfile.NamedTemporaryFile("w", suffix=".lines") as raw_file:
        raw_file.write(" ".join(map(str, raw_statements)))
        raw_file.flush()
        state.tool.stdin.write(f"{path}\t{raw_file.name}\n")
        state.tool.stdin.flush()
        return json.loads(state.tool.stdout.readline() or '{"error": "the tool died"}')


def compare(path: str) -> tuple[str, list[str]]:
    """`passed`, `failed` or `skipped`, and what differs."""
    reference = expected(path)
    if reference is None:
        return "skipped", []
    facts, raw_statements = reference
    found = ask_tool(path, raw_statements)
    if "error" in found:
        return "failed", [f"{path}: refused: {found['error']}"]
    differences = []
    for fact in FACTS:
        if facts[fact] == found[fact]:
            continue
        if isinstance(facts[fact], list):
            missing = [item for item in facts[fact] if item not in found[fact]][:5]
            extra = [item for item in found[fact] if item not in facts[fact]][:5]
            differences.append(f"{path}: {fact}: missing {missing}, extra {extra}")
        else:
            differences.append(f"{path}: {fact} differs")
    return ("failed" if differences else "passed"), differences


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="*", metavar="FOLDER")
    arguments.add_argument("--tool", required=True, help="the program covey_structure_dump")
    arguments.add_argument("--pattern", action="append", default=[], help="an exclusion instead of the defaults")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    options = arguments.parse_args()
    if coverage.__version__ != REFERENCE:
        sys.exit(f"parser_corpus: needs coverage.py {REFERENCE}, this is {coverage.__version__}")
    files = python_files(options.folders or [sysconfig.get_paths()["stdlib"]])
    counts = dict.fromkeys(("passed", "failed", "skipped"), 0)
    with multiprocessing.Pool(options.jobs, start_tool, (options.tool, options.pattern)) as pool:
        for verdict, differences in pool.imap_unordered(compare, files, chunksize=8):
            counts[verdict] += 1
            for difference in differences:
                print(difference)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"{counts['passed']} passed, {counts['failed']} failed ({counts['skipped']} not parsed by CPython {version})")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
