"""coverage.py's data files, written and read with sqlite3 alone, in the form of the recorded cases' rows."""

import collections
import contextlib
import sqlite3

SCHEMA = """
    create table coverage_schema (version integer);
    create table meta (key text, value text, unique (key));
    create table file (id integer primary key, path text, unique (path));
    create table context (id integer primary key, context text, unique (context));
    create table line_bits (file_id integer, context_id integer, numbits blob, unique (file_id, context_id));
    create table arc (file_id integer, context_id integer, fromno integer, tono integer,
                      unique (file_id, context_id, fromno, tono));
    create table tracer (file_id integer primary key, tracer text);
    insert into coverage_schema values (7);
"""


def to_numbits(lines):
    """Lines as a set of bits, the lowest first."""
    bits = bytearray(max(lines, default=0) // 8 + 1)
    for line in lines:
        bits[line // 8] |= 1 << line % 8
    return bytes(bits)


def from_numbits(blob):
    return [8 * at + bit for at, byte in enumerate(blob) for bit in range(8) if byte & 1 << bit]


def write_rows(path, rows):
    """Writes a data file: {"has_arcs", "files": {path: {context: [line or arc]}}, "contexts", "tracers"}."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
        db.execute("insert into meta values ('version', '7.17.3')")
        if rows["files"]:
            db.execute("insert into meta values ('has_arcs', ?)", [str(int(rows["has_arcs"]))])
        contexts = {name: number for number, name in enumerate(rows["contexts"], 1)}
        db.executemany("insert into context (context, id) values (?, ?)", contexts.items())
        for number, (file, by_context) in enumerate(rows["files"].items(), 1):
            db.execute("insert into file values (?, ?)", [number, file])
            for context, ran in by_context.items():
                place = [number, contexts[context]]
                if rows["has_arcs"]:
                    db.executemany("insert into arc values (?, ?, ?, ?)", [[*place, *arc] for arc in ran])
                else:
                    db.execute("insert into line_bits values (?, ?, ?)", [*place, to_numbits(ran)])
            if file in rows["tracers"]:
                db.execute("insert into tracer values (?, ?)", [number, rows["tracers"][file]])
        db.commit()


def read_rows(path):
    """What write_rows writes."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        meta = dict(db.execute("select key, value from meta"))
        files = {file: collections.defaultdict(list) for (file,) in db.execute("select path from file")}
        named = "join file on file.id = file_id join context on context.id = context_id"
        for file, context, *arc in db.execute(f"select path, context, fromno, tono from arc {named}"):
            files[file][context].append(arc)
        for file, context, numbits in db.execute(f"select path, context, numbits from line_bits {named}"):
            files[file][context] += from_numbits(numbits)
        return {
            "has_arcs": bool(int(meta.get("has_arcs", "0"))),
            "files": {file: {name: sorted(ran) for name, ran in contexts.items()} for file, contexts in files.items()},
            "contexts": sorted(name for (name,) in db.execute("select context from context")),
            "tracers": dict(db.execute("select path, tracer from tracer join file on file.id = file_id")),
        }
