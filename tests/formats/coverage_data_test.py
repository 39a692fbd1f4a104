"""coverage.py's data file: ours read by coverage.py, theirs read by us."""

import shutil
import sqlite3

import pytest
from coverage import CoverageData

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

TABLES = ["coverage_schema", "meta", "file", "context", "line_bits", "arc", "tracer"]


def contents(path):
    """What the file says, by names in place of numbers."""
    data = CoverageData(str(path))
    data.read()
    told = {"branches": data.has_arcs(), "contexts": data.measured_contexts(), "files": {}}
    for name in data.measured_files():
        arcs = data.arcs(name)
        contexts = {line: sorted(names) for line, names in data.contexts_by_lineno(name).items()}
        tracer = data.file_tracer(name)
        told["files"][name] = (sorted(data.lines(name)), arcs and sorted(arcs), contexts, tracer)
    data.close()
    return told


def rows(path, table):
    with sqlite3.connect(path) as database:
        columns = [tuple(row) for row in database.execute(f"pragma table_info({table})")]
        return columns, sorted(map(repr, database.execute(f"select * from {table} where 1")))


def test_a_copy_says_the_same_and_is_sound(measured, run_covey):
    done = run_covey("convert", ".coverage", "-o", "copy.coverage")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(measured / "copy.coverage") == contents(measured / ".coverage")
    with sqlite3.connect(measured / "copy.coverage") as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []


def test_tables_of_data_in_the_same_order_are_identical(project, run_covey):
    data = CoverageData(str(project / ".coverage"))
    data.set_context("a")
    data.add_lines({"/src/a.py": [1, 2, 9, 4000], "/src/b.py": [8]})
    data.set_context("b")
    data.add_lines({"/src/a.py": [2, 16]})
    data.touch_file("/src/c.html", "plugin.Plugin")
    data.close()
    assert run_covey("convert", ".coverage", "-o", "copy.coverage").returncode == 0
    for table in TABLES:
        theirs, mine = rows(project / ".coverage", table), rows(project / "copy.coverage", table)
        if table == "meta":
            theirs, mine = ([r for r in found[1] if "'version'" not in r] for found in (theirs, mine))
        assert mine == theirs, table


def test_coverage_py_reports_from_a_copy(measured, run_covey, coverage):
    assert run_covey("convert", ".coverage", "-o", "copy.coverage").returncode == 0
    theirs, mine = coverage("report", "-m"), coverage("report", "-m", "--data-file=copy.coverage")
    assert "TOTAL" in theirs.stdout
    assert mine.stdout == theirs.stdout


def test_coverage_py_combines_ours_with_its_own(measured, run_covey, coverage):
    shutil.copy(measured / ".coverage", measured / "theirs")
    data = CoverageData(str(measured / "more"))
    data.set_context("other")
    if contents(measured / "theirs")["branches"]:
        data.add_arcs({str(measured / "pkg/never.py"): [(1, 2), (2, 3)]})
    else:
        data.add_lines({str(measured / "pkg/never.py"): [1, 2, 3]})
    data.close()
    assert run_covey("convert", "more", "-o", "more.coverage").returncode == 0
    both = [["theirs", "more"], ["theirs", "more.coverage"]]
    combined = []
    for number, files in enumerate(both):
        done = coverage("combine", "--keep", f"--data-file=combined{number}", *files)
        assert done.returncode == 0, done.stdout
        combined.append(contents(measured / f"combined{number}"))
    assert combined[0] == combined[1]


def test_several_files_become_one_as_coverage_py_combines_them(measured, run_covey, coverage):
    assert coverage("run", "-p", "--context=again", "--source=.", *branch_flag(measured), "pkg/never.py").returncode == 0
    shutil.copy(measured / ".coverage", measured / ".coverage.first")
    parts = sorted(path.name for path in measured.path.glob(".coverage.*"))
    assert len(parts) == 2
    assert run_covey("convert", *parts, "-o", "united.coverage").returncode == 0
    assert coverage("combine", "--keep", "--data-file=combined", *parts).returncode == 0
    assert contents(measured / "united.coverage") == contents(measured / "combined")


def branch_flag(measured):
    return ["--branch"] if contents(measured / ".coverage")["branches"] else []


def test_lines_and_branches_do_not_mix(project, run_covey):
    for name in "lines", "arcs":
        data = CoverageData(str(project / name))
        data.add_lines({"/src/a.py": [1]}) if name == "lines" else data.add_arcs({"/src/a.py": [(-1, 1)]})
        data.close()
    done = run_covey("convert", "lines", "arcs", "-o", "out.coverage")
    assert (done.returncode, done.stderr) == (1, "covey: error: Can't add line measurements to existing branch data\n")
    with sqlite3.connect(project / "lines") as database:
        database.execute("insert into arc values (1, 1, -1, 1)")
    database.close()
    done = run_covey("convert", "lines", "-o", "out.coverage")
    assert done.returncode == 1 and "Can't add branch measurements to existing line data" in done.stderr


def damage(project, what):
    path = project / ".coverage"
    if what == "schema":
        with sqlite3.connect(path) as database:
            database.execute("update coverage_schema set version = 6")
        database.close()
    elif what == "cut":
        path.write_bytes(path.read_bytes()[:30000])
    elif what == "garbage":
        path.write_bytes(b"no database " * 300)
    elif what == "no table":
        with sqlite3.connect(path) as database:
            database.execute("drop table line_bits")
            database.execute("drop table arc")
        database.close()


@pytest.mark.parametrize("what", ["schema", "cut", "garbage", "no table"])
def test_what_cannot_be_used_is_refused_in_coverage_py_s_words(measured_branches, run_covey, coverage, what):
    damage(measured_branches, what)
    theirs, mine = coverage("report"), run_covey("report", "--data-file=.coverage")
    assert (mine.returncode, mine.stdout) == (1, "")
    if what == "no table":  # line_bits is the first that we look for
        assert mine.stderr.endswith("no such table: line_bits: (SQLITE_ERROR)\n")
    else:
        assert mine.stderr == "covey: error: " + theirs.stdout


def hostile(path, sql):
    """A data file whose tables are not what they seem."""
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table coverage_schema (version integer); insert into coverage_schema values (7);"
            "create table meta (key text, value text); insert into meta values ('has_arcs', '0');"
            "create table context (id integer primary key, context text); insert into context values (1, '');"
            "create table arc (file_id, context_id, fromno, tono); create table tracer (file_id, tracer);" + sql
        )
    database.close()


LINE_BITS = "create table line_bits (file_id, context_id, numbits blob);"
FILE = "create table file (id integer primary key, path text); insert into file values (1, '/src/a.py');"


@pytest.mark.parametrize(
    "sql, why",
    [
        ("create view file as select 1 as id, 'a' as path;" + LINE_BITS, "prohibited"),
        ("create virtual table file using fts5(id, path);" + LINE_BITS, "virtual tables"),
        (FILE + "create table line_bits (file_id, context_id, n, numbits as (zeroblob(900000000)));"
         "insert into line_bits values (1, 1, 1);", "too big"),
        (FILE + LINE_BITS + "insert into line_bits values (1, 1, cast(zeroblob(3000000) || x'01' as blob));", "line"),
        (FILE + LINE_BITS + "insert into arc values (1, 1, 1, 99999999999);", "an arc from 1 to 99999999999"),
        (FILE + LINE_BITS + "insert into meta values ('has_arcs', 'maybe');", "has_arcs"),
    ],
)
def test_a_hostile_file_is_refused(project, run_covey, sql, why):
    hostile(project / ".coverage", sql)
    done = run_covey("report", "--data-file=.coverage", timeout=20)
    assert done.returncode == 1
    assert done.stderr.startswith("covey: error: ") and why in done.stderr
