"""Names, sources, contexts and titles that would be more than text in what they are shown in: HTML, Markdown, a terminal,
a job's log, XML, LCOV, JSON."""

import html.parser
import json
import re
import unicodedata
import xml.etree.ElementTree

import pytest
from hostile_data import REPORTS, write_data_file

pytestmark = pytest.mark.only_on((3, 14), reason="the binary knows no versions")

# Each is a file's name, a function's, a context's and a title, and stands in a source.
TEXTS = {
    "a script": "<script>alert(1)<_script>",
    "an image": "\"><img src=x onerror=alert(1)>",
    "an attribute": "' onmouseover='alert(1)",
    "an entity": "&lt;b&gt;&#60;script&#62;&quot;",
    "a comment": "<!-- --><![CDATA[ ]]>--!>",
    "an address": "javascript:alert(1)",
    "a cell": "a|b||c",
    "code": "`x` ``y``",
    "a link": "[x](http:example.com) <http:example.com>",
    "an image in Markdown": "![x](example.com)",
    "emphasis": "**x** _y_ ~~z~~",
    "a mention": "@octocat x@example.com",
    "a reference": "#1 GH#2 org#3",
    "www": "www.example.com WWW.example.com",
    "math": "$x$ $$y$$ \\(z\\)",
    "a backslash": "\\",
    "a backslash before a pipe": "\\|x\\",
    "newlines": "a\nb\r\nc\rd",
    "record ends": "x\nend_of_record\nSF:y\nDA:1,1",
    "lines of Unicode": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
    "an escape": "\x1b]0;title\x07\x1b[31mred\x1b[2J",
    "a C1 control": "\u009b31mred\u009d0;title\u009c",
    "a bell and backspaces": "\a\b\b\bx\x7f",
    "directions": "\u202egpj.exe\u2066x\u2069\u200f",
    "invisible": "\u200bx\ufeff\u00ad\U000e0041",
    "not UTF-8": "\udcff\udc9b31m\udc80",
    "a tab": "a\tb",
    "a command to a runner": "::set-output name=x::y",
    "a command behind spaces": "  \t::stop-commands::x",
    "an older command": "##[group]x",
    "a command in a line": "x\n::add-mask::y",
    "braces": "{x} {0} %s %n",
    "a template": "{{7*7}} ${x} {% x %}",
}
HARMLESS = {str(number): f"abc{number}" for number in range(len(TEXTS))}


def source(text):
    """A source with a class, a function and a branch; with the text in a string and, as far as Python lets it, a comment."""
    inside = "".join(c for c in text if c.isprintable() or c in "\x1b\x07\u202e\u200b").encode("utf-8", "ignore").decode()
    return f"# {inside}\nclass C:\n    def f(self):\n        return {inside!r} or '''{inside.replace(chr(92), '')} '''\n".encode()


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def write(project, texts):
    """In the project, a source of each text, and data in which they ran, in contexts of these names as well."""
    names = [bytes(project.path) + b"/" + as_bytes(text) + b".py" for text in texts]
    for name, text in zip(names, texts):
        with open(name, "wb") as file:
            file.write(source(text))
    write_data_file(project / ".coverage", names, [b"", *map(as_bytes, texts)])


@pytest.fixture
def outputs(tmp_path, run_covey):
    """outputs(covey's arguments…): what it prints, and what it leaves in "out", of harmless texts and of hostile ones."""

    def outputs(*arguments):
        for name, texts in ("harmless", HARMLESS), ("hostile", TEXTS):
            folder = type("Folder", (), {"path": tmp_path / name, "__truediv__": lambda self, part: self.path / part})()
            folder.path.mkdir(exist_ok=True)
            write(folder, list(texts.values()))
            done = run_covey(*arguments, cwd=folder.path, errors="surrogateescape")
            assert done.returncode == 0, done.stderr
            yield done.stdout, folder.path / "out"

    return outputs


class Skeleton(html.parser.HTMLParser):
    """What a page is made of, but for its text and the values of attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, [name for name, _ in attributes]))
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")

    def handle_comment(self, data):
        self.tags.append(("comment", data))

    def handle_decl(self, declaration):
        self.tags.append(("declaration", declaration))

    handle_pi = unknown_decl = handle_comment

    def handle_data(self, data):
        self.text += data


def skeletons(folder):
    """Of the pages that list things, by name, and of those of sources, in no order."""
    pages = {path.name: Skeleton(path.read_bytes().decode()) for path in folder.glob("*.html")}
    indexes = {name: pages.pop(name) for name in ("index.html", "function_index.html", "class_index.html")}
    return indexes, list(pages.values())


def test_html_has_no_element_or_attribute_beyond_a_harmless_run_s(outputs):
    (_, harmless), (_, hostile) = outputs("html", "-q", "--show-contexts", "-d", "out")
    (indexes, (page, *pages)), (indexes_here, pages_here) = skeletons(harmless), skeletons(hostile)
    assert all(other.tags == page.tags for other in pages) and len(pages_here) == len(TEXTS)
    assert {name: index.tags for name, index in indexes_here.items()} == {name: index.tags for name, index in indexes.items()}
    for here in pages_here:
        assert here.tags == page.tags, here.text
    for here in [*indexes_here.values(), *pages_here]:
        bad = [link for link in here.links if not re.fullmatch(r"(#t\d+|[\w%.~-]+\.html(#t\d+)?|\w+\.css\?\w+)", link)]
        assert not bad
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in here.text.replace("\t", ""))
    shown = indexes_here["index.html"].text
    assert [text for text in TEXTS.values() if text.isprintable() and text not in shown] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_title_is_text(project, run_covey, name):
    title = TEXTS[name].encode("utf-8", "ignore").decode()
    tags = []
    for given in "abc", title:
        write(project, ["abc"])
        assert run_covey("html", "-q", f"--title={given}").returncode == 0
        tags.append(Skeleton((project / "htmlcov/index.html").read_text()).tags)
    assert tags[0] == tags[1]


# What of Markdown is text: what a backslash stands before is.
ACTIVE = re.compile(r"[\\`*_{}\[\]()<>#+!|~$&@:]|https?:|www\.", re.IGNORECASE)


def test_markdown_has_one_row_a_file_and_nothing_active(outputs):
    _, (text, _) = outputs("report", "--format=markdown")
    header, rule, *rows, total, end = text.split("\n")
    assert end == "" and total.startswith("| **TOTAL** ") and len(rows) == len(TEXTS)
    for row in rows:
        assert is_for_terminals(row)
        plain = re.sub(r"\\[!-/:-@\[-`{-~]", "", row)
        cells = plain.split("|")
        assert len(cells) == len(header.split("|")), row
        assert not ACTIVE.search(cells[1]), row


def is_for_terminals(text):
    """Whether nothing in it is a control, a separator of lines, turns a direction or commands a runner; all of it UTF-8."""
    if any(re.match(r"\s*::|.*##\[", line) for line in text.split("\n")):  # what forges' runners read in logs
        return False
    bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"]
    return not bad and not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in text)


@pytest.mark.parametrize("command", [["report", "-m"], ["report", "--sort=cover"], ["debug", "data"]], ids=" ".join)
def test_what_is_printed_of_names_does_not_command_a_terminal(outputs, command):
    (harmless, _), (hostile, _) = outputs(*command)
    assert is_for_terminals(hostile) and hostile.count("\n") == harmless.count("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_messages_do_not_command_a_terminal(project, run_covey, name):
    text = as_bytes(TEXTS[name])
    write(project, [TEXTS[name]])
    with open(bytes(project.path) + b"/" + text + b".py", "wb") as file:
        file.write(b"x = (\n" + text)
    commands = [["report"], ["report", "-i"], ["combine", text], ["report", b"--sort=" + text], ["report", b"--rcfile=" + text]]
    commands += [["debug", text], ["report", b"--contexts=(" + text], ["convert", text + b".py", "-o", "x.json"], ["xml", "-i", "-o", b"_" + text]]
    for command in commands:
        for env in {}, {"COVEY_COMPAT": "1"}:
            done = run_covey(*command, errors="surrogateescape", env=env)
            assert is_for_terminals(done.stdout) and is_for_terminals(done.stderr), (command, done.stdout, done.stderr)


def test_xml_has_the_structure_of_a_harmless_run_s(outputs):
    harmless, hostile = (
        [(element.tag, sorted(element.keys())) for element in xml.etree.ElementTree.fromstring(text).iter()]
        for text, _ in outputs("xml", "-q", "-o", "-")
    )
    assert hostile == harmless


RECORDS = r"(SF:.*|DA:\d+,\d+(,[\w+/]{22})?|L[FH]:\d+|FN:\d+,\d+,.*|FNDA:\d,.*|FN[FH]:\d+|BRDA:.*|BR[FH]:\d+|end_of_record)"


def records(text):
    lines = text.removesuffix("\n").split("\n")
    assert all(re.fullmatch(RECORDS, line) for line in lines), lines
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for line in lines for c in line)
    return [line.split(":")[0] for line in lines]


def test_lcov_has_the_records_of_a_harmless_run_s(outputs):
    harmless, hostile = (records(text) for text, _ in outputs("lcov", "-q", "-o", "-"))
    assert hostile == harmless


def test_json_names_what_there_is(outputs):
    _, (text, _) = outputs("json", "-q", "-o", "-", "--show-contexts")
    assert text.isascii()
    assert sorted(map(as_bytes, json.loads(text)["files"])) == sorted(as_bytes(each) + b".py" for each in TEXTS.values())


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("name", TEXTS)
def test_a_converted_report_is_as_safe(project, run_covey, name, report):
    """Functions can be called like this only in what others wrote."""
    text = TEXTS[name]
    try:
        given = REPORTS[report](text + ".py") if report == "a.xml" else REPORTS[report](text + ".py", text)
    except UnicodeEncodeError:
        pytest.skip("the format cannot hold the name")
    project.write({report: given})
    done = [run_covey("convert", report, "-o", out, errors="surrogateescape") for out in ("b.json", "b.xml", "b.lcov")]
    if any(each.returncode for each in done):
        assert all(is_for_terminals(each.stdout + each.stderr) for each in done)
        assert report != "a.json" or name == "not UTF-8", done
        return
    files = json.loads((project / "b.json").read_text())["files"]
    tree = xml.etree.ElementTree.parse(project / "b.xml")
    assert len(tree.findall(".//class")) == len(files)
    assert records((project / "b.lcov").read_bytes().decode()).count("SF") == len(files)
