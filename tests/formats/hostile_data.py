"""Data files and reports as nobody's tests make them: with whatever names and contexts a test puts in them."""

import json
import sqlite3
from xml.sax.saxutils import quoteattr

SCHEMA = """
create table coverage_schema (version integer);
create table meta (key text, value text, unique (key));
create table file (id integer primary key, path text, unique (path));
create table context (id integer primary key, context text, unique (context));
create table line_bits (file_id integer, context_id integer, numbits blob);
create table arc (file_id integer, context_id integer, fromno integer, tono integer);
create table tracer (file_id integer primary key, tracer text);
insert into coverage_schema values (7);
"""


def write_data_file(path, names, contexts=("",)):
    """coverage.py's data file: line 1 of each of the files `names` ran in each of the contexts. Text may be bytes."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    with database:
        database.executescript(SCHEMA)
        # A text that is no UTF-8 gets in only by a cast.
        as_text = lambda value: value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
        database.execute("insert into meta values ('has_arcs', '0')")
        for number, context in enumerate(contexts):
            database.execute("insert into context values (?, cast(? as text))", (number, as_text(context)))
        for number, name in enumerate(names):
            database.execute("insert into file values (?, cast(? as text))", (number, as_text(name)))
            for context in range(len(contexts)):
                database.execute("insert into line_bits values (?, ?, x'02')", (number, context))
    database.close()
    return path


def json_report(name, function="f"):
    """coverage.py's JSON report of a file with a function."""
    part = {"executed_lines": [1], "missing_lines": [2], "excluded_lines": [], "summary": {}, "start_line": 1}
    file = part | {"functions": {function: part, "": part}, "classes": {"": part}}
    return json.dumps({"meta": {"format": 3, "version": "7.17.3"}, "files": {name: file}}).encode()


def xml_report(name):
    """A Cobertura report; names that XML cannot hold lose what it cannot."""
    name = "".join(c for c in name if c in "\t\n" or c >= " ")
    line = '<lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>'
    text = f"<class name={quoteattr(name)} filename={quoteattr(name)}><methods/>{line}</class>"
    packages = f'<packages><package name="."><classes>{text}</classes></package></packages>'
    return f'<?xml version="1.0"?><coverage line-rate="1">{packages}</coverage>'.encode("utf-8", "surrogateescape")


def lcov_report(name, function="f"):
    """LCOV's, as others would write it: nobody escapes names there."""
    text = f"TN:\nSF:{name}\nFN:1,2,{function}\nFNDA:1,{function}\nDA:1,1\nDA:2,0\nend_of_record\n"
    return text.encode("utf-8", "surrogateescape")


REPORTS = {"a.json": json_report, "a.xml": xml_report, "a.lcov": lcov_report}
