#!/usr/bin/env python3
"""Do our writers write what coverage.py's write? Text, Markdown, total, JSON, annotated sources, and thresholds.

    python tests/conformance/report_writers.py --tool build/ci/tests/conformance/covey_report_dump [--random N] [--suites toolz,boltons]

`python` is one with coverage.py 7.17.3 and what the suites need installed. coverage.py's own reporters and ours get the
same analysed files, with every combination of options, and what they write must be equal byte by byte. The files come
from chance (seeded), from real packages as their test suites cover them (kept in .cache/reports), and, where COVEY_CASES
names their folder, from the recorded cases of this CPython, whose recorded output counts.
"""

import argparse
import contextlib
import dataclasses
import io
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import types

import coverage
import coverage.annotate
import coverage.jsonreport
import coverage.report
from coverage.config import CoverageConfig
from coverage.exceptions import ConfigError
from coverage.results import format_fail_under_msg, should_fail_under

import report_inputs

REFERENCE = "7.17.3"
TIMESTAMP = "2026-01-02T03:04:05.678901"
COLUMNS = ["name", "stmts", "miss", "branch", "brpart", "cover"]
SORTS = ["", "nonsense", "-", *COLUMNS, *(f"-{c}" for c in COLUMNS), "+Cover", "-NAME"]


class Tool:
    """Our dumper, asked one job after the other."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "the tool died"}')
        return answer["output"] if "output" in answer else f"error: {answer['error']}"


class Tally:
    """Counts comparisons and prints the first differences."""

    def __init__(self):
        self.passed = self.failed = 0

    def compare(self, what, ours, theirs):
        if ours == theirs:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 5:
            at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
            print(f"{what}: differ at {at}\n  ours:   {ours[max(0, at - 200) : at + 80]!r}\n  theirs: {theirs[max(0, at - 200) : at + 80]!r}")


@contextlib.contextmanager
def reporting_on(project, precision):
    """coverage.py's reporters get the project's files."""
    files = [(reporter, dataclasses.replace(analysis, precision=precision)) for reporter, analysis in project.files]
    modules = (coverage.report, coverage.jsonreport, coverage.annotate)
    kept = [module.get_analysis_to_report for module in modules]
    for module in modules:
        module.get_analysis_to_report = lambda cov, morfs: files
    try:
        yield
    finally:
        for module, function in zip(modules, kept):
            module.get_analysis_to_report = function


def theirs(reporter_class, project, **settings):
    """What a reporter of coverage.py's writes, or its error."""
    config = CoverageConfig()
    for name, value in settings.items():
        setattr(config, name, value)
    reporter = reporter_class(types.SimpleNamespace(config=config, get_data=project.data))
    out = io.StringIO()
    try:
        reporter.report(None, outfile=out)
    except ConfigError as error:
        return f"error: {error}"
    return out.getvalue()


def without_stamp(text):
    return re.sub(r'"timestamp": "[^"]*"', f'"timestamp": "{TIMESTAMP}"', text)


def compare_tables(tool, tally, project, precisions, sorts):
    flags = ("show_missing", "skip_covered", "skip_empty")
    for precision in precisions:
        with reporting_on(project, precision):
            for kind, sort, values in itertools.product(("text", "markdown", "total"), sorts, itertools.product((False, True), repeat=3)):
                if kind == "total" and (sort or any(values)):
                    continue
                options = dict(zip(flags, values), sort=sort, precision=precision)
                expected = theirs(coverage.report.SummaryReporter, project, format=kind, **options)
                ours = tool.ask(kind=kind, **options)
                tally.compare(f"{project.name}: {kind} {options}", ours, expected)


def compare_json(tool, tally, project, precisions):
    for precision in precisions:
        with reporting_on(project, precision):
            for pretty, contexts in itertools.product((False, True), repeat=2):
                expected = theirs(
                    coverage.jsonreport.JsonReporter,
                    project,
                    json_pretty_print=pretty,
                    json_show_contexts=contexts,
                    precision=precision,
                )
                ours = tool.ask(
                    kind="json",
                    version=REFERENCE,
                    timestamp=TIMESTAMP,
                    precision=precision,
                    pretty_print=pretty,
                    show_contexts=contexts,
                )
                tally.compare(f"{project.name}: json {pretty=} {contexts=} {precision=}", ours, without_stamp(expected))


def compare_annotated(tool, tally, project):
    for index, ((reporter, analysis), file) in enumerate(zip(project.files, project.as_json)):
        with tempfile.TemporaryDirectory() as folder:
            annotator = coverage.annotate.AnnotateReporter(types.SimpleNamespace(config=None, get_data=project.data))
            annotator.directory = folder
            annotator.annotate_file(reporter, analysis)
            (written,) = pathlib.Path(folder).iterdir()
            expected = written.read_bytes().decode()
            tally.compare(f"{project.name}: annotated name", tool.ask(kind="annotated_name", name=file["name"]), written.name)
        tally.compare(f"{project.name}: annotated {file['name']}", tool.ask(kind="annotate", index=index), expected)


def compare_thresholds(tool, tally, n):
    dice = random.Random(n)
    for _ in range(n):
        total = dice.choice([100.0 * dice.randint(0, 300) / 300, dice.uniform(0, 100), 99.99999, 100.0, 0.0])
        threshold = dice.choice([round(total, dice.randint(0, 7)), dice.uniform(-1, 101), float(dice.randint(-1, 101)), 100.0])
        precision = dice.randint(0, 4)
        try:
            failed = should_fail_under(total, threshold, precision)
            expected = format_fail_under_msg(total, threshold, precision) if failed else ""
        except ConfigError as error:
            expected = f"error: {error}"
        ours = tool.ask(kind="fail_under", total=total, fail_under=threshold, precision=precision)
        tally.compare(f"fail_under {total} {threshold} {precision}", ours, expected)


def comparable(kind, output):
    """The output without what a recording cannot hold.

    Of JSON that is what differs from run to run: time, tool, the order of sets. Of tables it is the width of columns where
    names are absolute: the recorded ones have been shortened.
    """
    if kind != "json":
        return re.sub(r"([- ])\1+", r"\1", output) if "\n/" in output else output
    report = json.loads(output)
    del report["meta"]["timestamp"], report["meta"]["version"]

    def sort_contexts(value):
        if isinstance(value, dict):
            for names in value.get("contexts", {}).values():
                names.sort()
            for inner in value.values():
                sort_contexts(inner)

    sort_contexts(report)
    return json.dumps(report, sort_keys="contexts" in output)


def is_for_others(case):
    """Whether the case is about more than writing: errors, plugins, which files or contexts to report on."""
    config = case["config"]
    chosen = config["report_include"] or config["report_omit"] or config["report_contexts"]
    return "error" in case or None in case["sources"].values() or bool(case["data"]["tracers"] or chosen)


def compare_recorded(tool, tally, folder):
    """Compares with the output that the newest CPython recorded; returns how many cases are for other tests."""
    from compression import zstd

    newest = max(pathlib.Path(folder).glob("py*.json.zst"))
    cases = json.loads(zstd.decompress(newest.read_bytes()))["cases"]
    n_others = 0
    for case in cases:
        if case["kind"] != "report" or case["format"] not in ("text", "markdown", "total", "json"):
            continue
        if is_for_others(case):
            n_others += 1
            continue
        with tempfile.TemporaryDirectory() as place:
            project, config = report_inputs.recorded_project(case, place)
        tool.ask(kind="files", files=project.as_json)
        ours = tool.ask(
            kind=case["format"],
            sort=config.sort or "",
            show_missing=config.show_missing,
            skip_covered=bool(config.skip_covered),
            skip_empty=bool(config.skip_empty),
            precision=config.precision,
            version=REFERENCE,
            timestamp=TIMESTAMP,
            pretty_print=config.json_pretty_print,
            show_contexts=config.json_show_contexts,
        )
        tally.compare(f"{case['test']}: {case['format']}", comparable(case["format"], ours), comparable(case["format"], case["output"]))
    return n_others


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tool", required=True, help="the program covey_report_dump")
    arguments.add_argument("--random", type=int, default=150, help="so many random projects")
    arguments.add_argument("--suites", default="toolz,boltons", help="real packages, by their names in tools/suites.py")
    options = arguments.parse_args()
    if coverage.__version__ != REFERENCE:
        sys.exit(f"report_writers: needs coverage.py {REFERENCE}, this is {coverage.__version__}")
    tool, tally = Tool(os.path.abspath(options.tool)), Tally()

    compare_thresholds(tool, tally, 20 * options.random)
    for seed in range(options.random):
        project = report_inputs.random_project(seed)
        tool.ask(kind="files", files=project.as_json)
        dice = random.Random(seed)
        compare_tables(tool, tally, project, [dice.randint(0, 4)], dice.sample(SORTS, 3))
        compare_json(tool, tally, project, [dice.randint(0, 4)])
        compare_annotated(tool, tally, project)
    for name in filter(None, options.suites.split(",")):
        project = report_inputs.suite_project(name)
        tool.ask(kind="files", files=project.as_json)
        compare_tables(tool, tally, project, [0, 2], SORTS)
        compare_json(tool, tally, project, [0, 3])
        compare_annotated(tool, tally, project)

    if "COVEY_CASES" not in os.environ:
        print("SKIPPED: recorded cases (COVEY_CASES names no folder)")
    elif sys.version_info < (3, 14):
        print("SKIPPED: recorded cases (they need Python 3.14's compression.zstd)")
    else:
        print(f"recorded cases left to other tests: {compare_recorded(tool, tally, os.environ['COVEY_CASES'])}")
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"{tally.passed} outputs equal, {tally.failed} differ (CPython {version})")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
