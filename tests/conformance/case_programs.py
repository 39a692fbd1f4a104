"""Recorded programs, run under Covey's collector on the CPython that they were recorded on."""

import concurrent.futures
import json
import os
import pathlib
import tempfile

from case_commands import exclusion_settings, recorded_analysis, shown_analysis, unequal, write_configuration

# The programs were imported, not run: some look at their __name__.
IMPORT = "import program\n"


def report_row(table):
    """The numbers of the one row of a text report, as the recorded row has them."""
    lines = table.splitlines()
    return lines[2].split()[1:] if len(lines) > 2 else table


def compare_program(covey, case):
    """Runs one program and compares the report on it with the recorded analysis; returns what differs, or None."""
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(os.path.realpath(place))
        settings = exclusion_settings(case["config"])
        settings["run"] = {"branch": case["config"]["branch"], "include": ["program.py"]}
        write_configuration(folder / "settings.toml", settings)
        (folder / "program.py").write_text(case["text"], newline="")
        (folder / "start.py").write_text(IMPORT)
        ran = covey.run("run", "--rcfile=settings.toml", "start.py", cwd=folder)
        done = covey.run("json", "-q", "--rcfile=settings.toml", "-o", "report.json", cwd=folder)
        table = covey.run("report", "-m", "--rcfile=settings.toml", cwd=folder)
        if done.returncode or table.returncode:
            return f"    {ran.returncode} {ran.stderr[-500:]}{done.returncode} {done.stdout}{done.stderr}"
        file = json.loads((folder / "report.json").read_text())["files"]["program.py"]
        recorded = recorded_analysis(case["actual"]) | {"report_row": case["report_row"]}
        row = report_row(table.stdout)
        missing = " ".join(row[5 if case["config"]["branch"] else 3 :])
        return unequal(recorded, shown_analysis(file, missing) | {"report_row": row})


def compare_programs(covey, cases):
    """`check_coverage`: yields (case, difference), as the functions of case_commands.py do."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip(cases, pool.map(lambda case: compare_program(covey, case), cases))
