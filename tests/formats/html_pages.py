"""Reads HTML reports, coverage.py's and ours: what their pages say, whatever they look like.

As a program it compares the two reports of a data file whose sources are there, and prints where they differ:

    python html_pages.py --covey build/ci/covey DATA...

Run by a Python that has coverage.py. The exit status is 1 where any page differs.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta"}
MARKS = ("exc2", "mis2", "par2", "run2", "exc", "mis", "par", "run")  # a line's class may hold several: the first counts
# Not what a line says: its number, and what stands beside it.
BESIDE_TEXT = {"n", "r", "annotate", "ctx", "ctxs"}


class Page(HTMLParser):
    """The elements of a page as (tag, attributes, children), children being elements or text."""

    def __init__(self, path):
        super().__init__()
        self.root = ("", {}, [])
        self.open = [self.root]
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert self.open == [self.root], f"{path}: <{self.open[-1][0]}> is never closed"

    def handle_starttag(self, tag, attributes):
        element = (tag, dict(attributes), [])
        self.open[-1][2].append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        opened = self.open.pop()[0]
        assert opened == tag, f"</{tag}> where <{opened}> is open"

    def handle_data(self, data):
        self.open[-1][2].append(data)

    def all(self, tag, element=None):
        """Every element of that tag, in the order of the page."""
        for child in (element or self.root)[2]:
            if not isinstance(child, str):
                if child[0] == tag:
                    yield child
                yield from self.all(tag, child)


def text_of(element, leave_out=frozenset()):
    if isinstance(element, str):
        return element
    if classes_of(element) & leave_out:
        return ""
    return "".join(text_of(child, leave_out) for child in element[2])


def classes_of(element):
    return set(element[1].get("class", "").split())


def read_index(path):
    """The page's percentage, its rows as lists of cells with their link, and the paragraphs below the table."""
    page = Page(path)
    rows = []
    for row in page.all("tr"):
        cells = [" ".join(text_of(cell).split()) for cell in page.all("td", row) if "spacer" not in classes_of(cell)]
        links = [urllib.parse.unquote(link[1]["href"]) for link in page.all("a", row)]
        if cells:
            rows.append([*cells, *links[:1]])
    (percent,) = (text_of(span) for span in page.all("span") if "pc_cov" in classes_of(span))
    (main,) = page.all("main")
    notes = [" ".join(text_of(p).split()) for p in page.all("p", main) if p[1].get("id") != "no_rows"]
    return {"percent": percent, "rows": rows, "notes": notes}


def decoded_contexts(page, text):
    """coverage.py's contexts of a line: the width of a code, then codes of names, which a script of the page has."""
    (names,) = (json.loads(text_of(s).split("contexts =", 1)[1]) for s in page.all("script") if "contexts =" in text_of(s))
    width, codes = int(text[0]), text[1:]
    return [names[codes[at : at + width].strip()] for at in range(0, len(codes), width)]


def contexts_of(page, line, lists):
    for span in page.all("span", line):
        if "ctxs" in classes_of(span):
            return decoded_contexts(page, text_of(span))
    for button in page.all("button", line):
        return lists[button[1]["popovertarget"]]
    return ["(empty)"] if any("ctx" in classes_of(e) for tag in ("span", "label") for e in page.all(tag, line)) else []


def why_of(page, line):
    """What the line says of its missing branches."""
    ours = [span for span in page.all("span", line) if classes_of(span) == {"annotate"}]
    theirs = [span for span in page.all("span", line) if classes_of(span) == {"annotate", "long"}]
    spans = theirs or [inner for span in ours for inner in page.all("span", span)]
    return "".join(text_of(span) for span in spans)


def read_source(path):
    """Of each line of the source: its text, what became of it, why branches are missing, its contexts."""
    page = Page(path)
    lists = {ul[1]["id"]: [text_of(li) for li in page.all("li", ul)] for ul in page.all("ul") if "id" in ul[1]}
    (main,) = page.all("main")
    lines = {}
    for line in page.all("p", main):
        number = next(a for a in page.all("a", line))
        mark = next((mark for mark in MARKS if mark in classes_of(line)), "")
        beside = frozenset(BESIDE_TEXT)
        text = text_of((line[0], {}, [child for child in line[2] if child is not number]), beside)
        lines[number[1]["id"]] = [
            text.replace("\xa0", " ").expandtabs(8).rstrip(), mark, why_of(page, line), contexts_of(page, line, lists)
        ]
    (percent,) = (text_of(span) for span in page.all("span") if "pc_cov" in classes_of(span))
    header = " ".join(text_of(child) for tag in ("h2", "p") for header in page.all("header") for child in page.all(tag, header))
    counts = [int(n) for n in re.findall(r"(\d+)\s*(?:statements|run|missing|excluded|partial)\b", header)[:5]]
    assert len(counts) >= 4, f"{path}: does not count its lines"
    return {"percent": percent, "lines": lines, "counts": counts}


def differences(theirs, ours):
    """Where two directories of pages say different things, one text each."""
    found = []
    names = [{path.name for path in folder.glob("*.html")} for folder in (theirs, ours)]
    if names[0] != names[1]:
        found.append(f"pages: only theirs {sorted(names[0] - names[1])}, only ours {sorted(names[1] - names[0])}")
    for name in sorted(names[0] & names[1]):
        if name.endswith("index.html") and name in ("index.html", "function_index.html", "class_index.html"):
            said = [read_index(folder / name) for folder in (theirs, ours)]
        else:
            said = [read_source(folder / name) for folder in (theirs, ours)]
        for key in said[0]:
            if said[0][key] != said[1][key]:
                found.append(f"{name}: {key}: {first_difference(said[0][key], said[1][key])}")
    return found


def first_difference(theirs, ours):
    if isinstance(theirs, dict) and isinstance(ours, dict):
        theirs, ours = list(theirs.items()), list(ours.items())
    if not isinstance(theirs, list) or not isinstance(ours, list):
        return f"{theirs!r}, ours {ours!r}"
    for mine, yours in zip(theirs, ours):
        if mine != yours:
            return f"{mine!r}, ours {yours!r}"
    return f"{len(theirs)} of them, ours {len(ours)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--covey", type=os.path.abspath, required=True)
    parser.add_argument("data", nargs="+", type=pathlib.Path)
    given = parser.parse_args()
    n_differ = 0
    for data in given.data:
        with tempfile.TemporaryDirectory() as place:
            theirs, ours = pathlib.Path(place, "theirs"), pathlib.Path(place, "ours")
            options = [f"--data-file={data.resolve()}", "--rcfile=/dev/null", "--show-contexts", "--precision=3", "-q", "-d"]
            python = [sys.executable, "-W", "ignore", "-m", "coverage", "html", *options, theirs]
            subprocess.run(python, cwd=data.parent, check=True)
            environment = {**os.environ, "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"}
            subprocess.run([given.covey, "html", *options, ours], cwd=data.parent, check=True, env=environment)
            found = differences(theirs, ours)
            n_pages = len(list(ours.glob("*.html")))
        for line in found[:20]:
            print(f"{data}: {line}")
        print(f"{data}: {n_pages} pages, {len(found)} differences")
        n_differ += len(found)
    return 1 if n_differ else 0


if __name__ == "__main__":
    sys.exit(main())
