"""What report_writers.py gives to both writers: analysed files, from chance, from real runs and from recorded cases."""

import collections
import os
import pathlib
import random
import subprocess
import sys
import types

import coverage
from coverage.config import CoverageConfig
from coverage.misc import join_regex
from coverage.plugin import CodeRegion
from coverage.python import PythonFileReporter
from coverage.results import Analysis, analysis_from_file_reporter

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import suites  # noqa: E402

WORK = suites.ROOT / ".cache/reports"
KINDS = [("function", "functions"), ("class", "classes")]


class Project:
    """Files as coverage.py's reporters get them, and as our dumper reads them."""

    def __init__(self, name, has_arcs, files, contexts):
        self.name, self.has_arcs = name, has_arcs
        self.files = files  # [(file reporter, analysis)]
        self.contexts = contexts  # {file name: {line: [context]}}
        self.as_json = [self.file_json(reporter, analysis) for reporter, analysis in files]

    def file_json(self, reporter, analysis):
        by_context = collections.defaultdict(list)
        for line, names in self.contexts.get(analysis.filename, {}).items():
            for name in names:
                by_context[name].append(line)
        text = reporter.source()
        file = {
            "name": reporter.relative_filename(),
            "statements": sorted(analysis.statements),
            "excluded": sorted(analysis.excluded),
            "executed": sorted(analysis.executed),
            "regions": [[r.kind, r.name, r.start, sorted(r.lines)] for r in reporter.code_regions()],
            "n_lines": len(text.splitlines()),
            "text": text,
            "contexts": by_context,
        }
        if self.has_arcs:
            file |= {"possible": analysis.arc_possibilities, "ran": analysis.arcs_executed}
            file["no_branch"] = sorted(analysis.no_branch)
        return file

    def data(self):
        """As much of CoverageData as the reporters ask for."""
        return types.SimpleNamespace(
            has_arcs=lambda: self.has_arcs,
            set_query_contexts=lambda contexts: None,
            contexts_by_lineno=lambda filename: {k: sorted(v) for k, v in sorted(self.contexts.get(filename, {}).items())},
        )


class RandomReporter:
    """A file reporter of no file."""

    def __init__(self, name, text, regions):
        self.filename = self.name = name
        self.text, self.regions = text, regions

    def relative_filename(self):
        return self.name

    def source(self):
        return self.text

    def code_regions(self):
        return self.regions

    def code_region_kinds(self):
        return KINDS


PARTS = ["a", "a2", "a10", "A", "b_b", "ü", "日本", "x y", "[z]", "p*q", "\x1b[2J", "\x85", "|", "é:", "\\", "long" * 9]
LINES = ["x = 1\n", "else:\n", "    else :  # c\n", "else: x\n", "\n", "  # c\n", "\t\n", "'\u2028'\n", "'\x0b'\n", "elsewhere\n"]
CONTEXTS = ["", "test_a", 'test "b"', "tést|run", "z"]


def random_analysis(dice, name, n_lines, has_arcs):
    def some(lines, share):
        return {line for line in lines if dice.random() < share}

    lines = range(1, n_lines + 1)
    excluded = some(lines, dice.choice([0, 0.2]))
    statements = some(set(lines) - excluded, dice.choice([0, 0.5, 0.9]))
    executed = some(statements, dice.choice([0, 0.3, 0.9, 1]))
    possible, ran = set(), set()
    if has_arcs and n_lines > 2:
        ends = [*lines, -1, -dice.randint(1, n_lines)]
        for line in some(statements | some(excluded, 0.3), 0.4):
            possible |= {(line, to) for to in dice.sample(ends, dice.randint(1, 3)) if to != line}
        ran = some(possible, dice.choice([0, 0.6, 1]))
        others = {(dice.choice(ends), dice.choice(ends)) for _ in range(5)}
        ran |= {(a, b) for a, b in others if a != b}
    exits = collections.Counter(a for a, b in possible if a not in excluded and b not in excluded)
    no_branch = some(statements, 0.1) if has_arcs else set()
    return Analysis(0, name, has_arcs, statements, excluded, executed, possible, ran, exits, no_branch)


def random_regions(dice, n_lines):
    regions = []
    for kind, _ in KINDS:
        owners = {line: dice.randrange(-2, 5) for line in range(1, n_lines + 1)}
        starts = dice.sample(range(1, n_lines + 8), 5)
        for number, start in enumerate(starts):
            lines = {line for line, owner in owners.items() if owner == number}
            regions.append(CodeRegion(kind, dice.choice(["f", "g", "C.f"]), start, lines))
    dice.shuffle(regions)
    return regions


def random_project(seed):
    dice = random.Random(seed)
    has_arcs = dice.random() < 0.7
    names = {"/".join(dice.choices(PARTS, k=dice.randint(1, 3))) + dice.choice([".py", ".pyw", ""]) for _ in range(dice.randint(1, 9))}
    files, contexts = [], {}
    for name in sorted(names):
        text = "".join(dice.choices(LINES, k=dice.choice([0, 3, 20, 60])))
        n_lines = len(text.splitlines())
        reporter = RandomReporter(name, text, random_regions(dice, n_lines))
        files.append((reporter, random_analysis(dice, name, n_lines, has_arcs)))
        contexts[name] = {line: dice.sample(CONTEXTS, 2) for line in range(1, n_lines + 1) if dice.random() < 0.4}
    return Project(f"random project {seed}", has_arcs, files, contexts)


def suite_project(name):
    """A real package, as its own test suite covers it, each test a context."""
    suite = suites.SUITES[name]
    folder = suites.folder(name, WORK)
    version = ".".join(map(str, sys.version_info[:3]))
    data_file = WORK / f"{name}-{version}.coverage"
    if not data_file.exists():
        settings = WORK / "contexts.rc"
        settings.write_text("[run]\nbranch = true\ndynamic_context = test_function\n")
        command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={data_file}"]
        command += [f"--source={suite.source}", "-m", "pytest", *suites.QUIET, *suite.tests]
        subprocess.run(command, cwd=folder, env=suites.environment(suite), stdout=subprocess.DEVNULL, check=False)
    os.chdir(folder)
    cov = coverage.Coverage(data_file=str(data_file), config_file=False)
    cov.load()
    data = cov.get_data()
    files, contexts = [], {}
    for path in sorted(data.measured_files()):
        reporter = cov._get_file_reporter(path)
        files.append((reporter, cov._analyze(path, file_reporter=reporter)))
        contexts[path] = data.contexts_by_lineno(path)
    return Project(f"{name} {version}", data.has_arcs(), files, contexts)


class RecordedData:
    """The data of a recorded case."""

    def __init__(self, data, real_paths):
        self.rows = {real_paths[path]: rows for path, rows in data["files"].items() if path in real_paths}
        self.arcs_measured = data["has_arcs"]

    def has_arcs(self):
        return self.arcs_measured

    def arcs(self, path):
        return [tuple(arc) for rows in self.rows.get(path, {}).values() for arc in rows]

    def lines_in(self, rows):
        return {line for row in rows for line in (row if self.arcs_measured else [row]) if line > 0}

    def lines(self, path):
        return {line for rows in self.rows.get(path, {}).values() for line in self.lines_in(rows)}

    def contexts_by_lineno(self, path):
        contexts = collections.defaultdict(list)
        for context, rows in self.rows.get(path, {}).items():
            for line in self.lines_in(rows):
                contexts[line].append(context)
        return contexts


def recorded_project(case, folder):
    """The files of a recorded case, written below `folder` and analysed again; with them the case's configuration."""
    config = CoverageConfig()
    for name, value in case["config"].items():
        setattr(config, name, value)
    stub = types.SimpleNamespace(
        config=config, _exclude_regex=lambda which: join_regex(getattr(config, f"{which}_list")), get_data=None
    )
    wanted = case["data"]["files"].keys()
    if case["morfs"]:
        chosen = {os.path.join(case["cwd"], morf) for morf in case["morfs"]}
        wanted = {path for path in wanted if os.path.join(case["cwd"], path) in chosen}
    real_paths = {}
    for number, path in enumerate(sorted(wanted)):
        real = os.path.realpath(os.path.join(folder, f"{number}.py"))
        pathlib.Path(real).write_text(case["sources"][path], encoding="utf-8", newline="")
        real_paths[path] = real
    # Data of a relative name is found by that name alone, which only relative_files asks for.
    found = {path: real for path, real in real_paths.items() if os.path.isabs(path) or config.relative_files}
    data = RecordedData(case["data"], found)
    files, contexts = [], {}
    for path, real in real_paths.items():
        reporter = PythonFileReporter(real, stub)
        reporter.relname = path.removeprefix(case["cwd"] + "/")
        try:
            analysis = analysis_from_file_reporter(data, config.precision, reporter, real)
        except coverage.exceptions.NotPython:  # it is left out of the recorded report
            continue
        files.append((reporter, analysis))
        contexts[real] = data.contexts_by_lineno(real)
    return Project(case["test"], data.has_arcs(), files, contexts), config
