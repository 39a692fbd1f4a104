"""Recorded cases through the real program: their sources, configuration and data are written out, and a command run on them.

Each function takes cases of one kind, all of one CPython, and yields (case, difference): None where Covey's files and
output are as recorded, else a text that says what is not.
"""

import collections
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import tokenize

import data_files

FOREIGN = ("COVEY_", "COVERAGE_", "COV_CORE_", "NOX_", "TOX_", "PYTEST_", "PYTHON", "GITHUB_", "GITLAB_", "XDG_")
NEVER = "(?!)"  # an expression that is found nowhere


class Covey:
    """The program as installed for one CPython, which is the first on the path; what it keeps lies in a folder of its own."""

    def __init__(self, python):
        self.command = python.parent / "covey"
        self.cache = tempfile.TemporaryDirectory()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        path = f"{python.parent}:{kept.get('PATH', '')}"
        self.environment = kept | {"PATH": path, "XDG_CACHE_HOME": self.cache.name, "COVEY_COMPAT": "1"}

    def run(self, *words, cwd, **environment):
        """Starts a command; returns the finished process."""
        argv = [os.fspath(word) for word in (self.command, *words)]
        env = self.environment | environment
        return subprocess.run(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")


def toml(value):
    """A value as TOML; `$` is doubled, as it would stand for a variable."""
    if isinstance(value, list):
        return f"[{', '.join(toml(item) for item in value)}]"
    if isinstance(value, str):
        text = json.dumps(value.replace("$", "$$"), ensure_ascii=False)
        return text.replace("\x7f", "\\u007f")
    return json.dumps(value)


def write_configuration(path, sections):
    """Writes a configuration file: {section: {option: value}}, those that are None left out."""
    text = ""
    for section, options in sections.items():
        text += f"[tool.coverage.{section}]\n"
        text += "".join(f"{toml(name)} = {toml(value)}\n" for name, value in options.items() if value is not None)
    pathlib.Path(path).write_text(text)


def source_bytes(text):
    """A source that is read as `text`: in the encoding that it declares."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    return text.encode(encoding)


def unequal(recorded, found):
    """The facts that are not the same, both sides."""
    lines = [f"    {name}: recorded {recorded[name]}, Covey {found.get(name)}" for name in recorded if recorded[name] != found.get(name)]
    return "\n".join(lines) or None


def in_groups(cases, key):
    """Lists of cases with the same key."""
    groups = collections.defaultdict(list)
    for case in cases:
        groups[json.dumps(key(case), sort_keys=True)].append(case)
    return groups.values()


# analysis


def branches_of(by_line):
    return sorted([int(line), to] for line, targets in by_line.items() for to in targets)


def recorded_analysis(actual):
    """What a JSON report and a table show of an analysis."""
    numbers = actual["numbers"]
    facts = {
        "executed_lines": actual["executed"],
        "missing_lines": actual["missing"],
        "excluded_lines": actual["excluded"],
        "num_statements": numbers["n_statements"],
        "percent_covered": numbers["pc_covered"],
        "percent_covered_display": numbers["pc_covered_str"],
        "Missing": actual["missing_formatted_branches"],
    }
    if actual["has_arcs"]:
        facts |= {
            "executed_branches": branches_of(actual["executed_branch_arcs"]),
            "missing_branches": branches_of(actual["missing_branch_arcs"]),
            "num_branches": numbers["n_branches"],
            "num_partial_branches": numbers["n_partial_branches"],
            "missing branches": numbers["n_missing_branches"],
        }
    return facts


def shown_analysis(file, missing):
    """The same from a file of a JSON report, and the last column of its row in the table."""
    summary = file["summary"]
    shown = {**summary, **file, "Missing": missing, "missing branches": summary.get("missing_branches")}
    for kind in ("executed_branches", "missing_branches"):
        shown[kind] = sorted(file.get(kind, []))
    return shown


def missing_column(table):
    """{name: the column Missing} of a text report with --show-missing."""
    rows = (re.fullmatch(r"(\S+)(?: +-?\d+)+ +[\d.]+%(?: +(.*))?", line) for line in table.splitlines())
    return {row[1]: row[2] or "" for row in rows if row}


def report_files(covey, folder, settings, precision, rows):
    """The files of a JSON report on rows of data, and the column Missing of each; with them what was printed on stderr."""
    write_configuration(folder / "settings.toml", settings)
    data_files.write_rows(folder / ".coverage", rows)
    options = ["--rcfile=settings.toml", "-i"]
    done = covey.run("json", "-q", *options, "-o", "report.json", cwd=folder)
    table = covey.run("report", "-m", f"--precision={precision}", *options, cwd=folder)
    if done.returncode or table.returncode:
        return {}, {}, done.stdout + done.stderr + table.stderr
    return json.loads((folder / "report.json").read_text())["files"], missing_column(table.stdout), done.stderr


def exclusion_settings(config):
    return {
        "run": {},
        "report": {
            "exclude_lines": config["exclude_list"],
            "partial_branches": config["partial_list"],
            "partial_branches_always": config["partial_always_list"],
            "precision": config.get("precision"),
        },
    }


def compare_analyses(covey, cases):
    """`analysis`: all sources of one configuration in one data file, a report on them against each recorded analysis."""
    for group in in_groups(cases, lambda case: [case["config"], case["has_arcs"]]):
        with tempfile.TemporaryDirectory() as place:
            folder, config = pathlib.Path(os.path.realpath(place)), group[0]["config"]
            ran = {}
            for number, case in enumerate(group):
                (folder / f"case{number}.py").write_bytes(source_bytes(case["text"]))
                ran[f"{folder}/case{number}.py"] = {"": case["arcs"] if case["has_arcs"] else case["lines"]}
            rows = {"has_arcs": group[0]["has_arcs"], "files": ran, "contexts": [""], "tracers": {}}
            files, missing, said = report_files(covey, folder, exclusion_settings(config), config["precision"], rows)
        for number, case in enumerate(group):
            name = f"case{number}.py"
            if name in files:
                yield case, unequal(recorded_analysis(case["actual"]), shown_analysis(files[name], missing.get(name)))
            else:
                yield case, f"    not in the report: {said}"


# parser


def recorded_structure(actual):
    """What a report on a file in which nothing ran shows of its structure."""
    branching = {int(line) for line, exits in actual["exit_counts"].items() if exits > 1}
    excluded = set(actual["excluded"])
    return {
        "missing_lines": actual["statements"],
        "excluded_lines": actual["excluded"],
        "missing_branches": sorted([a, b] for a, b in actual["arcs"] if a in branching and b not in excluded),
        "num_branches": sum(exits for exits in actual["exit_counts"].values() if exits > 1),
    }


def error_line(text):
    found = re.search(r"at line (\d+)|:(\d+):|line (\d+)", text)
    return found and next(filter(None, found.groups()))


def compare_error(covey, folder, case):
    """Whether a report on a source that cannot be parsed names the line that was recorded."""
    write_configuration(folder / "settings.toml", {"run": {}, "report": {"exclude_lines": [case["config"]["exclude"]]}})
    (folder / "refused.py").write_bytes(case["text"].encode())
    rows = {"has_arcs": True, "files": {f"{folder}/refused.py": {}}, "contexts": [], "tracers": {}}
    (folder / ".coverage").unlink(missing_ok=True)
    data_files.write_rows(folder / ".coverage", rows)
    done = covey.run("report", "--rcfile=settings.toml", cwd=folder)
    said, recorded = done.stdout + done.stderr, case["error"][1]
    same = done.returncode == 1 and error_line(said) == error_line(recorded) and "refused.py" in said
    return None if same else f"    recorded: {recorded}\n    Covey: {done.returncode} {said}"


def compare_parsers(covey, cases):
    """`parser`: reports on sources in which nothing ran, and errors of those that are no Python."""
    refused = [case for case in cases if "error" in case]
    with tempfile.TemporaryDirectory() as place:
        for case in refused:
            yield case, compare_error(covey, pathlib.Path(os.path.realpath(place)), case)
    for group in in_groups((case for case in cases if "actual" in case), lambda case: case["config"]):
        with tempfile.TemporaryDirectory() as place:
            folder, exclude = pathlib.Path(os.path.realpath(place)), group[0]["config"]["exclude"]
            for number, case in enumerate(group):
                (folder / f"case{number}.py").write_bytes(source_bytes(case["text"]))
            names = [f"{folder}/case{number}.py" for number in range(len(group))]
            rows = {"has_arcs": True, "files": {name: {} for name in names}, "contexts": [], "tracers": {}}
            lists = {"exclude_list": [exclude or NEVER], "partial_list": [NEVER], "partial_always_list": [NEVER]}
            files, _, said = report_files(covey, folder, exclusion_settings(lists), 0, rows)
        for number, case in enumerate(group):
            if file := files.get(f"case{number}.py"):
                yield case, unequal(recorded_structure(case["actual"]), shown_analysis(file, None))
            else:
                yield case, f"    not in the report: {said}"
