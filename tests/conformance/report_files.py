#!/usr/bin/env python3
"""Compares our XML and LCOV writers with coverage.py's, byte by byte, on one analysis: coverage.py's own.

    python report_files.py --tool build/ci/tests/conformance/covey_write_report DATA...

Run by a Python that has coverage.py. DATA is a .coverage file whose sources are there; its directory is taken for the
current one. With COVEY_CASES naming a directory of cases taken from coverage.py's tests (py314.json.zst), their XML and
LCOV reports are compared too. The exit status is 1 where any differ.
"""

import argparse
import difflib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import coverage
from coverage.files import canonical_filename
from coverage.lcovreport import LcovReporter
from coverage.report_core import get_analysis_to_report
from coverage.results import Analysis
from coverage.version import __url__, __version__
from coverage.xmlreport import XmlReporter


def branches_of(analysis: Analysis):
    executed, missing = analysis.executed_branch_arcs(), analysis.missing_branch_arcs()
    lines = sorted(analysis.branch_stats())
    return [[n, analysis.exit_counts[n], executed.get(n, []), missing.get(n, [])] for n in lines]


def dump_file(reporter, analysis):
    """One file of a job, as write_report.cpp reads it."""
    branches = branches_of(analysis) if analysis.has_arcs else []
    arcs = sorted((line, to) for line, _, executed, missing in branches for to in executed + missing)
    return {
        "name": reporter.relative_filename(),
        "statements": sorted(analysis.statements),
        "excluded": sorted(analysis.excluded),
        "executed": sorted(analysis.executed),
        "has_arcs": analysis.has_arcs,
        "branches": branches,
        "regions": [[r.kind, r.name, r.start, sorted(r.lines)] for r in reporter.code_regions()],
        "descriptions": [[*arc, reporter.arc_description(*arc)] for arc in arcs],
        "source": reporter.source(),
    }


def configured_sources(config):
    """XmlReporter's, in an order that stays."""
    clean = (lambda s: s.rstrip(r"\/")) if config.relative_files else canonical_filename
    return [clean(source) for source in config.source or [] if os.path.exists(source)]


def job_of(cov, morfs, report):
    config = cov.config
    return {
        "format": report,
        "version": __version__,
        "generator": f"coverage.py: {__url__}",
        "timestamp": 0,
        "cwd": os.path.realpath("."),
        "sources": configured_sources(config),
        "relative_files": config.relative_files,
        "package_depth": config.xml_package_depth,
        "skip_empty": bool(config.skip_empty),
        "checksums": config.lcov_line_checksums,
        "files": [dump_file(*pair) for pair in get_analysis_to_report(cov, morfs)],
    }


def ours(tool, job):
    done = subprocess.run([tool], input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def without_time(text):
    start = text.find('timestamp="')
    return text if start < 0 else text[:start] + text[text.index('" ', start + 11) + 2 :]


def same(name, theirs, mine):
    if without_time(theirs) == without_time(mine):
        return True
    print(f"{name}: differs")
    both = difflib.unified_diff(theirs.splitlines(), mine.splitlines(), "coverage.py", "covey", n=1, lineterm="")
    print("\n".join(list(both)[:20]))
    return False


def compare_data(tool, path):
    """Both reports of a data file; returns how many differ."""
    os.chdir(path.parent)
    differ = 0
    for report, reporter in (("xml", XmlReporter), ("lcov", LcovReporter)):
        cov = coverage.Coverage(data_file=path.name, config_file=False)
        cov.load()
        out = io.StringIO()
        reporter(cov).report(None, out)
        mine = ours(tool, job_of(cov, None, report))
        differ += not same(f"{path} {report}", out.getvalue(), mine)
        print(f"{path}: {report}, {len(mine)} bytes")
    return differ


def compare_case(tool, case):
    """One recorded case, in a directory of its own."""
    for name, text in case["sources"].items():
        file = pathlib.Path(case["cwd"], name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    pathlib.Path(case["cwd"]).mkdir(parents=True, exist_ok=True)
    os.chdir(case["cwd"])
    cov = coverage.Coverage(data_file=None, config_file=False)
    for name, value in case["config"].items():
        if name not in ("data_file", "config_file", "plugins", "patch", "config_files_read", "config_files_attempted"):
            setattr(cov.config, name, value)
    data = cov.get_data()
    add = data.add_arcs if case["data"]["has_arcs"] else data.add_lines
    for name, contexts in case["data"]["files"].items():
        for context, rows in contexts.items():
            data.set_context(context)
            add({name: [tuple(row) for row in rows] if case["data"]["has_arcs"] else rows})
    if case["data"]["files"]:
        add({})  # says which kind of data it is
        data.touch_files(case["data"]["files"])
    if cov.config.relative_files:
        coverage.files.set_relative_directory()
    try:
        job = job_of(cov, case["morfs"], case["format"])
    except coverage.CoverageException as error:
        return None if case.get("error") or "output" not in case else f"cannot be repeated: {error}"
    return same(case["test"], case["output"], ours(tool, job))


def compare_cases(tool, path):
    """The recorded reports; returns how many differ."""
    text = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    differ, told = 0, 0
    with tempfile.TemporaryDirectory() as place:
        # Nothing is written elsewhere, whatever the cases' paths say. Packages have the name of a path that the recording
        # could not make neutral.
        place = os.path.realpath(place)
        for start in '"/tmp/t/', ">/tmp/t/", '"/src/', ">/src/":
            text = text.replace(start, start[0] + place + start[1:])
        text = text.replace(".work.scratch.cov-tests.", f"{place}/src/coverage/".replace("/", "."))
        for case in json.loads(text)["cases"]:
            if case["kind"] != "report" or case.get("format") not in ("xml", "lcov"):
                continue
            outcome = compare_case(tool, case) if "output" in case else None
            if isinstance(outcome, str):
                print(f"{case['test']}: {outcome}")
            told += outcome is not None
            differ += outcome is False or isinstance(outcome, str)
        os.chdir("/")
    print(f"{path}: {told} reports, {differ} differ")
    return differ


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", type=os.path.abspath, required=True)
    parser.add_argument("data", nargs="*", type=os.path.abspath)
    given = parser.parse_args()
    differ = sum(compare_data(given.tool, pathlib.Path(path)) for path in given.data)
    if cases := os.environ.get("COVEY_CASES"):
        differ += compare_cases(given.tool, pathlib.Path(cases) / "py{}{}.json.zst".format(*sys.version_info[:2]))
    else:
        print("COVEY_CASES is not set: the recorded cases are not compared")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
