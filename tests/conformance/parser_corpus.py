#!/usr/bin/env python3
"""Compare what Covey's C++ makes of Python files with what coverage.py makes of them.

    python tests/conformance/parser_corpus.py --tool build/tests/conformance/covey_structure_dump [FOLDER...]

`python` is one with coverage.py 7.17.3 installed; FOLDER is, by default, its whole standard library. Every .py file
below is read by both: the text itself, multi-line map, docstrings, excluded lines, statements, regions, arcs with their
descriptions, lines without branches, and what becomes of arcs and lines that a made-up run recorded must be equal. Files
that this Python cannot compile are skipped and counted. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import inspect
import multiprocessing
import os
import random
import sys
import sysconfig
import warnings
import zlib

import coverage
from coverage import parser as coverage_parser
from coverage.config import DEFAULT_EXCLUDE, DEFAULT_PARTIAL, DEFAULT_PARTIAL_ALWAYS
from coverage.misc import join_regex
from coverage.regions import code_regions
from coverage.results import analysis_from_file_reporter
from structure_tool import StructureTool, differences

REFERENCE = "7.17.3"
PARTIAL = DEFAULT_PARTIAL + DEFAULT_PARTIAL_ALWAYS
state = argparse.Namespace()


def python_files(folders: list[str]) -> list[str]:
    found = []
    for folder in folders:
        if os.path.isfile(folder):
            found.append(folder)
        for root, _, names in os.walk(folder):
            found += [os.path.join(root, name) for name in names if name.endswith(".py")]
    return sorted(found)


def analyse_in_order() -> None:
    """Have coverage.py's analyzer go over its sets in order: else how it joins descriptions is left to chance."""
    for kind in (coverage_parser.FunctionBlock, coverage_parser.AstArcAnalyzer):
        source = inspect.getsource(kind)
        for name in ("exits", "prev_starts"):
            source = source.replace(f" in {name}:", f" in sorted({name}):")
        exec(compile(source, coverage_parser.__file__, "exec"), coverage_parser.__dict__)


def start(tool: str, patterns: list[str]) -> None:
    """Give this process its own tool to ask."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    analyse_in_order()
    state.exclude = patterns or DEFAULT_EXCLUDE
    state.tool = StructureTool(tool)


class Run:
    """A run of a file that never was, as coverage.py's data and reporter tell of it."""

    def __init__(self, parser: coverage_parser.PythonParser) -> None:
        self._parser = parser
        pick = random.Random(len(parser.text))
        raw = sorted(parser.raw_statements)
        steps = [*sorted(parser.arcs()), *sorted(parser._with_jump_fixers), *((line, line) for line in raw)]
        steps += [(line, line + pick.randrange(1, 4)) for line in raw]
        self._arcs = [step for step in steps if pick.random() < 0.5]
        self._lines = [line for line in raw if pick.random() < 0.7]

    def has_arcs(self) -> bool:
        return True

    def arcs(self, filename: str | None = None) -> object:
        return self._parser.arcs() if filename is None else self._arcs

    def lines(self, filename: str | None = None) -> object:
        return self._parser.statements if filename is None else self._lines

    def excluded_lines(self) -> object:
        return self._parser.excluded

    def no_branch_lines(self) -> object:
        return self._parser.lines_matching(join_regex(PARTIAL))

    def __getattr__(self, name: str) -> object:
        return getattr(self._parser, name)  # translate_lines, translate_arcs, exit_counts


def expected_branches(parser: coverage_parser.PythonParser, run: Run) -> dict[str, object]:
    analysis = analysis_from_file_reporter(run, 0, run, "")
    missing = analysis.missing_branch_arcs()
    executed = analysis.executed_branch_arcs()
    numbers = analysis.numbers
    return {
        "arcs": [list(arc) for arc in analysis.arc_possibilities],
        "descriptions": [
            [*arc, parser.arc_description(*arc), parser.missing_arc_description(*arc)]
            for arc in analysis.arc_possibilities
        ],
        "no_branch": sorted(analysis.no_branch),
        "arcs_executed": [list(arc) for arc in analysis.arcs_executed],
        "branches": [
            [line, exits, sorted(executed[line]), sorted(missing[line])]
            for line, exits in sorted(analysis.exit_counts.items())
            if exits > 1
        ],
        "executed": sorted(analysis.executed),
        "missing": analysis.missing_formatted(branches=True),
        "numbers": [
            *(numbers.n_statements, numbers.n_excluded, numbers.n_missing, numbers.n_branches),
            *(numbers.n_partial_branches, numbers.n_missing_branches, numbers.pc_covered),
        ],
    }


def expected(path: str) -> tuple[dict[str, object], dict[str, object]] | None:
    """coverage.py's word on a file, and what the tool has to know for its own; None where it refuses it."""
    try:
        parser = coverage_parser.PythonParser(filename=path, exclude=join_regex(state.exclude))
        parser.parse_source()
        regions = code_regions(parser.text)
        run = Run(parser)
        branches = expected_branches(parser, run)
    except (coverage.CoverageException, SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return None
    except AssertionError:
        return None  # what it fails on itself: see docs/differences.md
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
    job = {"path": path, "raw": sorted(parser.raw_statements), "exclude": state.exclude, "partial": PARTIAL}
    return facts | branches, job | {"arcs": run.arcs(path), "lines": run.lines(path)}


def compare(path: str) -> tuple[str, list[str]]:
    """`passed`, `failed` or `skipped`, and what differs."""
    reference = expected(path)
    if reference is None:
        return "skipped", []
    facts, job = reference
    found = [f"{path}: {difference}" for difference in differences(facts, state.tool.ask(**job))]
    return ("failed" if found else "passed"), found


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
    with multiprocessing.Pool(options.jobs, start, (options.tool, options.pattern)) as pool:
        for verdict, found in pool.imap_unordered(compare, files, chunksize=8):
            counts[verdict] += 1
            for difference in found:
                print(difference)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"{counts['passed']} passed, {counts['failed']} failed ({counts['skipped']} refused by coverage.py on CPython {version})")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
