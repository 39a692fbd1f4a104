"""Our HTML report beside coverage.py's, of the same data: every number, line, branch and context on every page."""

import html_pages
import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="the binary's work; either engine's data")

HOSTILE = {
    "main.py": "import contexts, sys\nfor name in ['a b#c?.py', 'x & \"y\" <b>.py', 'd/é.py', 'd/javascript:alert(1).py', 'f']:\n"
    "    exec(compile(open(name, 'rb').read(), name, 'exec'))\n",
    "contexts.py": "def test_one():\n    return (1,\n        2)\ndef test_two():\n    if len('</script><b>') > 99:\n"
    "        return 3\n    return test_one()\ntest_one(), test_two()\n",
    "a b#c?.py": "x = '</p></main><script>alert(1)</script>'\ny = '&amp; &#39; \"'\n",
    'x & "y" <b>.py': "class A:\n\tdef f(self):\n\t\treturn 1  #\ttabs\n\tx = 1\n",
    "d/é.py": "# -*- coding: latin-1 -*-\nx = 'é'\nif x:  # pragma: no cover\n    y = (1,\n    2)\n".encode("latin-1"),
    "d/javascript:alert(1).py": 'x = 1\n"""\n\u2028 \x0c\n"""\ny = """\n\n"""\nfor z in []:\n    print(\n        z)\nassert x, \\\n    y\n',
    "f": "def g():\n    def h():\n        while True:\n            if 1: pass\n            break\n    return h\nraise_ = [0\n]\n",
}

OPTIONS = [
    [],
    ["--skip-covered"],
    ["--skip-covered", "--no-skip-covered"],
    ["--skip-empty", "--precision=2"],
    ["--title=<i>Title & more"],
    ["--include=pkg/*"],
    ["--omit=pkg/*"],
    ["--contexts=nothing"],
    ["--show-contexts"],
    ["pkg/mod.py"],
    ["--fail-under=12"],
    ["--fail-under=99.5"],
]


@pytest.fixture
def compare(project, run_covey, coverage):
    """compare(*options): both tools' reports, which must be the same; the directory of ours."""

    def compare(*options):
        theirs = coverage("html", "-d", "theirs", *options)
        ours = run_covey("html", "-d", "ours", *options)
        assert ours.stderr == theirs.stderr.replace("theirs", "ours")
        assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
        assert html_pages.differences(project / "theirs", project / "ours") == []
        return project / "ours"

    return compare


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_pages_say_what_coverage_py_s_say(measured, compare, options):
    pages = compare(*options)
    assert len(html_pages.read_index(pages / "index.html")["rows"]) > 1


def test_dynamic_contexts_and_hostile_names(project, compare, coverage):
    project.write(HOSTILE).write({".coveragerc": "[run]\nbranch = True\ndynamic_context = test_function\nsource = .\n"})
    done = coverage("run", "--rcfile=.coveragerc", "main.py")
    assert done.returncode == 0, done.stderr
    pages = compare("--show-contexts")
    assert len(list(pages.glob("*.html"))) == 3 + len(HOSTILE)
    lines = html_pages.read_source(pages / "contexts_py.html")["lines"]
    assert lines["t2"] == ["    return (1,", "run", "", ["contexts.test_one", "contexts.test_two"]]
    assert lines["t5"][1:] == ["par", "line 5 didn't jump to line 6 because the condition on line 5 was never true", ["contexts.test_two"]]
    # Nothing in a page is the reader's to run or to fetch.
    for path in pages.glob("*.html"):
        page = html_pages.Page(path)
        assert not list(page.all("script")) and not list(page.all("img"))
        assert [link[1]["href"].split("?")[0] for link in page.all("link")] == ["style.css"]


def test_every_link_leads_somewhere(measured_branches, compare):
    pages = compare()
    for path in pages.glob("*.html"):
        for name, _, anchor in (a[1]["href"].partition("#") for a in html_pages.Page(path).all("a")):
            target = pages / (html_pages.urllib.parse.unquote(name) or path.name)
            assert target.exists(), f"{path.name}: {name}"
            assert f'id="{anchor}"' in target.read_text() or not anchor, f"{path.name}: {name}#{anchor}"


def test_configuration(measured_branches, run_covey):
    measured_branches.write(
        {
            "css/my.css": "b { color: red }\n",
            ".coveragerc": "[report]\nprecision = 1\nskip_covered = True\n[html]\ndirectory = out/html\ntitle = Mine\nextra_css = css/my.css\n",
        }
    )
    done = run_covey("html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Wrote HTML report to out/html/index.html\n")
    pages = measured_branches / "out/html"
    index = (pages / "index.html").read_text()
    assert "<h1>Mine: " in index and "skipped due to complete coverage" in index
    (copy,) = pages.glob("my_cb_*.css")
    assert copy.read_text() == "b { color: red }\n" and f'href="{copy.name}"' in index
    assert "." in html_pages.read_index(pages / "index.html")["percent"]
    assert (pages / ".gitignore").read_text().endswith("\n*\n")


def test_an_earlier_report(measured_branches, run_covey):
    assert run_covey("html", "-q").returncode == 0
    assert (measured_branches / "htmlcov/main_py.html").exists()
    assert run_covey("html", "-q", "--skip-covered").returncode == 0
    assert not (measured_branches / "htmlcov/main_py.html").exists()


def test_a_directory_that_is_there_gets_no_gitignore(measured_branches, run_covey):
    measured_branches.write({"docs/index.md": ""})
    done = run_covey("html", "-d", "docs")
    assert (done.returncode, done.stderr) == (0, "Wrote HTML report to docs/index.html\n")
    assert not (measured_branches / "docs/.gitignore").exists()


@pytest.mark.parametrize("options, why", [(["-d", "main.py"], "main.py: "), (["-d", "main.py/x"], "main.py: ")])
def test_where_pages_cannot_be_written(measured_branches, run_covey, options, why):
    done = run_covey("html", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"covey: error: {why}")


def test_a_style_sheet_that_is_missing(measured_branches, run_covey):
    measured_branches.write({".coveragerc": "[html]\nextra_css = none.css\n"})
    done = run_covey("html")
    assert (done.returncode, done.stderr) == (1, "covey: error: none.css: no such file or directory\n")
