"""`covey ci`: the coverage job in one command, its numbers held against coverage.py's, its rules and outputs by table."""

import json
import pathlib
import re
import shutil
import subprocess
import tarfile
import xml.etree.ElementTree
import zipfile

import pytest

pytestmark = pytest.mark.only_on((3, 14), reason="the binary's work, and no Python's")

FILES = {
    "pkg/__init__.py": "def double(x):\n    if x:\n        return 2 * x\n    return 0\n",
    "pkg/core/lost.py": "def never():\n    return 1\n",
    "test_pkg.py": "import pkg, pkg.core.lost\n\ndef test_double():\n    assert pkg.double(2) == 4\n",
    "pkg/core/__init__.py": "",
}


@pytest.fixture
def delivered(deliver):
    """A project whose job `unit` has run its tests, to be spoilt."""
    return deliver("ci", FILES)


@pytest.fixture
def ci(run_covey):
    """ci("--fail-under", "90"): the verdict as an object, with "status" and what people read as "said"."""

    def ci(*arguments, **options):
        done = run_covey("ci", "--json", "--expect", "unit", *arguments, **options)
        assert done.stdout, done.stderr
        return json.loads(done.stdout) | {"status": done.returncode, "said": done.stderr}

    return ci


# The totals that coverage.py has for the same tests.
def totals_of_coverage(project, run_python):
    run_python("-m", "coverage", "run", "--rcfile=/dev/null", "--branch", "--source=pkg", "-m", "pytest", "-q", "-p", "no:covey")
    run_python("-m", "coverage", "json", "--rcfile=/dev/null", "-q", "-o", "coverage.json")
    totals = json.loads((project / "coverage.json").read_text())["totals"]
    (project / ".coverage").unlink()
    return totals


def test_the_totals_are_coverage_pys(delivered, ci, run_python):
    verdict = ci()
    assert (verdict["status"], verdict["verdict"], verdict["missing"]) == (0, "passed", [])
    assert verdict["totals"] == totals_of_coverage(delivered, run_python)


# Of each rule: the options, and what it says as (rule, path, state, limit, lines).
RULES = {
    "total, passed": (["--fail-under", "50"], [("total", "", "passed", 50, {})]),
    "total, failed": (
        ["--fail-under", "90"],
        [("total", "", "failed", 90, {"pkg/__init__.py": [[2, 2], [4, 4]], "pkg/core/lost.py": [[2, 2]]})],
    ),
    "a directory": (["--fail-under-path", "pkg/core=60"], [("path", "pkg/core", "failed", 60, {"pkg/core/lost.py": [[2, 2]]})]),
    "a pattern": (["--fail-under-path", "pkg/*.py=50"], [("path", "pkg/*.py", "passed", 50, {})]),
    "a pattern that matches nothing": (["--fail-under-path", "pgk/*=50"], [("path", "pgk/*", "failed", 50, {})]),
}


@pytest.mark.parametrize(("options", "rules"), RULES.values(), ids=RULES)
def test_rules(delivered, ci, options, rules):
    verdict = ci(*options)
    said = [(rule["rule"], rule["path"], rule["state"], rule["limit"]) for rule in verdict["rules"]]
    assert said == [rule[:4] for rule in rules]
    for rule, expected in zip(verdict["rules"], rules, strict=True):
        assert set(rule["lines"]) == set(expected[4])
        assert rule["message"] in verdict["said"]
    failed = any(rule[2] == "failed" for rule in rules)
    assert (verdict["status"], verdict["verdict"]) == ((2, "failed") if failed else (0, "passed"))


def test_missing_data_outranks_a_failed_rule_and_is_not_nought_percent(delivered, ci):
    verdict = ci("--expect", "unit,slow", "--fail-under", "90", "--summary", "s.json", "--html", "html", "--badge", "b.svg")
    assert (verdict["status"], verdict["verdict"], verdict["totals"], verdict["rules"]) == (3, "incomplete", None, [])
    summary = json.loads((delivered / "s.json").read_text())
    assert (summary["verdict"], summary["totals"], summary["files"]) == ("incomplete", None, [])
    assert "unknown" in (delivered / "b.svg").read_text()
    assert not (delivered / "html").exists()


def test_the_limit_of_the_configuration_holds(delivered, ci):
    delivered.write({".coveragerc": "[report]\nfail_under = 90\n"})
    assert ci()["status"] == 2
    assert ci("--fail-under", "50")["status"] == 0


def test_every_option_is_a_key_and_the_command_line_wins(delivered, run_covey):
    keys = """[tool.covey.ci]
expect = ["unit"]
fail_under = 90
fail_under_path = {"pkg/core/*" = 40, "pkg" = 10.5}
json = true
summary = "out/summary.json"
"""
    delivered.write({"pyproject.toml": keys})
    verdict = json.loads(run_covey("ci").stdout)
    assert verdict["expected_from"] == "config"
    assert [(rule["rule"], rule["path"], rule["limit"]) for rule in verdict["rules"]] == [
        ("total", "", 90),
        ("path", "pkg/core/*", 40),
        ("path", "pkg", 10.5),
    ]
    assert json.loads((delivered / "out/summary.json").read_text())["verdict"] == "failed"
    verdict = json.loads(run_covey("ci", "--fail-under", "1", "--fail-under-path", "pkg=2").stdout)
    assert [(rule["path"], rule["limit"], rule["state"]) for rule in verdict["rules"]] == [("", 1, "passed"), ("pkg", 2, "passed")]


def test_the_summary_has_every_file_in_numbers(delivered, ci):
    verdict = ci("--summary", "summary.json")
    summary = json.loads((delivered / "summary.json").read_text())
    assert {name: summary[name] for name in ("schema", "verdict", "jobs", "totals")} == {
        name: verdict[name] for name in ("schema", "verdict", "jobs", "totals")
    }
    assert summary["columns"][0] == "name" and summary["branches"]
    rows = [dict(zip(summary["columns"], row, strict=True)) for row in summary["files"]]
    assert [row["name"] for row in rows] == ["pkg/__init__.py", "pkg/core/__init__.py", "pkg/core/lost.py"]
    assert sum(row["statements"] for row in rows) == summary["totals"]["num_statements"]
    assert sum(row["missing_branches"] for row in rows) == summary["totals"]["missing_branches"]


def test_the_reports(delivered, ci):
    reports = {"--xml": "out/c.xml", "--lcov": "out/c.info", "--json-report": "out/c.json", "--html": "out/html"}
    assert ci(*[word for pair in reports.items() for word in pair])["status"] == 0
    out = delivered / "out"
    assert xml.etree.ElementTree.parse(out / "c.xml").getroot().get("lines-covered")
    assert "SF:pkg/__init__.py" in (out / "c.info").read_text()
    assert json.loads((out / "c.json").read_text())["meta"]["format"] == 3
    assert (out / "html/index.html").is_file()


def test_the_markdown(delivered, ci):
    ci("--markdown", "m.md", "--fail-under", "90", env={"GITHUB_STEP_SUMMARY": delivered / "step.md"})
    text = (delivered / "m.md").read_text()
    assert text.startswith("### ❌ Coverage failed: ")
    assert "| total | " in text and "- `pkg/__init__.py`: " in text and "| `pkg/core/lost.py` | 2 | 1 |" in text
    assert not (delivered / "step.md").exists()
    for _ in range(2):
        ci(env={"GITHUB_STEP_SUMMARY": delivered / "step.md"})
    assert (delivered / "step.md").read_text().count("### ✅ Coverage passed: ") == 2


# Names that would be more than names in Markdown; each must stand as code.
EVIL = ["@everyone", "a`b", "``c``", "<!-- covey:x -->", "a|b", "#12", "[x](http://y)", "www.example.org"]


def test_names_in_markdown_are_names(project, run_covey):
    for name in EVIL:
        project.write({f"src/{name.replace('/', '_')}.py": "x = 1\n"})
    project.write({"src/main.py": "x = 1\n"})
    done = run_covey("run", "--rcfile=/dev/null", "--job", "@you", "--source=src", "src/main.py")
    assert done.returncode == 0, done.stderr
    run_covey("ci", "--markdown", "m.md", "--expect", "@you")
    assert_names_only((project / "m.md").read_text())
    run_covey("ci", "--markdown", "m.md", "--expect", "@you,@them #4 <!-- covey:x -->")
    assert_names_only((project / "m.md").read_text())


def assert_names_only(text):
    prose = re.sub(r"^```+text$.*?^```+$", "", text, flags=re.M | re.S)
    prose = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", prose)
    assert "@" not in prose and "<!--" not in prose and "#1" not in prose and "http" not in prose, prose


def test_the_badge(delivered, ci):
    ci("--badge", "badge.svg")
    root = xml.etree.ElementTree.parse(delivered / "badge.svg").getroot()
    assert root.get("aria-label") == "coverage: 62%"


def test_annotations_are_commands_to_the_runner(delivered, run_covey):
    done = run_covey("ci", "--expect", "unit", "--fail-under", "90", "--annotate")
    lines = [line for line in done.stdout.splitlines() if line.startswith("::warning ")]
    assert "::warning file=pkg/core/lost.py,line=2,endLine=2,title=not covered::no test runs this" in lines
    assert len(lines) == len(set(lines)) <= 10
    assert "::" not in run_covey("ci", "--expect", "unit", "--annotate").stdout


def pack(path, kind):
    """The data directory as an archive of that kind; its name."""
    name = f"data.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted((path / ".covey").rglob("*")):
                archive.write(file, file.relative_to(path))
    elif kind == "tar.zst":
        subprocess.run(["tar", "--zstd", "--posix", "-cf", name, ".covey"], cwd=path, check=True)
    else:
        with tarfile.open(path / name, "w:gz" if kind == "tar.gz" else "w") as archive:
            archive.add(path / ".covey", ".covey")
    return name


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.zst", "tar"])
def test_archives(delivered, ci, kind):
    name = pack(delivered.path, kind)
    whole = ci(".covey")
    assert ci(name)["totals"] == whole["totals"]
    cut = (delivered / name).read_bytes()
    (delivered / name).write_bytes(cut[: len(cut) // 2])
    found = ci(f"unit={name}")["missing"]
    assert [(finding["job"], finding["reason"], finding["path"]) for finding in found] == [("unit", "unreadable", name)]


def test_an_archive_writes_nothing_outside(delivered, ci, tmp_path):
    with tarfile.open(delivered / "evil.tar", "w") as archive:
        for name in ("../../evil", "/tmp/covey-evil-test"):
            archive.addfile(tarfile.TarInfo(name))
    assert ci("unit=evil.tar")["missing"][0]["reason"] == "unreadable"
    assert not pathlib.Path("/tmp/covey-evil-test").exists()


def test_downloaded_artifacts(delivered, ci, run_covey):
    """A directory of a directory for each job, as forges' downloads make it."""
    run_covey("run", "--rcfile=/dev/null", "--job", "slow", "--branch", "--source=pkg", "--data-file", "x", "-m", "pytest", "-q")
    (delivered / "artifacts/slow").mkdir(parents=True)
    (delivered / "x").rename(delivered / "artifacts/slow/.covey")
    (delivered / "artifacts/unit").mkdir()
    (delivered / ".covey").rename(delivered / "artifacts/unit/.covey")
    verdict = ci("--expect", "unit,slow", "artifacts")
    assert [(job["job"], job["state"], job["tests"]) for job in verdict["jobs"]] == [("slow", "delivered", 1), ("unit", "delivered", 1)]


@pytest.fixture
def foreign(delivered, run_python):
    """What coverage.py leaves of the same tests, without a record: parallel data, JSON, XML and LCOV."""
    (delivered / "data").mkdir()
    env = {"COVERAGE_FILE": delivered / "data/.coverage"}
    for _ in range(2):
        arguments = ("run", "--rcfile=/dev/null", "--parallel-mode", "--branch", "--source=pkg", "-m", "pytest", "-q", "-p", "no:covey")
        run_python("-m", "coverage", *arguments, env=env)
    run_python("-m", "coverage", "combine", "--rcfile=/dev/null", "--keep", "-q", "data", env={"COVERAGE_FILE": delivered / ".coverage"})
    for kind in ("json", "xml", "lcov"):
        run_python("-m", "coverage", kind, "--rcfile=/dev/null", "-q", "-o", f"coverage.{kind}", env={"COVERAGE_FILE": delivered / ".coverage"})
    assert len(list((delivered / "data").iterdir())) == 2
    return delivered


@pytest.mark.parametrize("data", ["unit=data", "unit=coverage.json", "unit=coverage.lcov", "unit=coverage.xml"])
def test_other_tools_data(foreign, ci, data, python):
    env = {"PATH": f"{pathlib.Path(python).parent}:/usr/bin:/bin"}
    verdict = ci(data, env=env)
    assert (verdict["status"], [job["job"] for job in verdict["jobs"]]) == (0, ["unit"]), verdict
    ours = ci(".covey")["totals"]
    names = ("num_statements", "missing_lines", "num_branches", "missing_branches")
    assert [verdict["totals"][name] for name in names] == [ours[name] for name in names]


def test_data_without_statements_and_nobody_to_ask(foreign, covey, run):
    alone = foreign / "bin/covey"  # beside it there is no Python
    alone.parent.mkdir()
    shutil.copy(covey, alone)
    env = {"PATH": "/nonexistent", "XDG_CACHE_HOME": foreign / "cache", "COVEY_DATA": "nowhere"}
    done = run([alone, "ci", "--json", "unit=data"], env=env)
    (finding,) = json.loads(done.stdout)["missing"]
    assert (done.returncode, finding["reason"]) == (3, "unreadable")
    assert "covey index" in finding["message"]


def test_nothing_written_is_lost_where_another_output_fails(delivered, run_covey):
    done = run_covey("ci", "--expect", "unit", "--summary", "s.json", "--xml", "pkg/__init__.py/c.xml")
    assert done.returncode == 1 and "pkg/__init__.py" in done.stderr
    assert json.loads((delivered / "s.json").read_text())["verdict"] == "passed"


@pytest.fixture
def changed(project, git, run_covey):
    """A repository whose branch adds three functions, of which a test runs one, and a file; its job `unit` has run."""
    project.write({"pkg/__init__.py": "def old():\n    return 1\n", "test_pkg.py": "import pkg\n\ndef test():\n    pkg.old()\n"})
    project.write({".gitignore": ".covey/\n__pycache__/\n.pytest_cache/\n"})
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("switch", "-qc", "change")
    added = "".join(f"\n\ndef new_{n}(x):\n    x = x + 1\n    return x\n" for n in range(3))
    project.write(
        {
            "pkg/__init__.py": "def old():\n    return 1\n" + added,
            "pkg/new.py": "def other():\n    return 1\n",
            "test_pkg.py": "import pkg\nimport pkg.new\n\ndef test():\n    pkg.old()\n    pkg.new_1(1)\n",
        }
    )
    git("add", "-A")
    git("commit", "-qm", "two")
    done = run_covey("run", "--rcfile=/dev/null", "--job", "unit", "--branch", "--source=pkg", "-m", "pytest", "-q")
    assert (done.returncode, done.stderr) == (0, ""), done
    return project


MENDED_BY = {"pkg/__init__.py": [[6, 7], [16, 17]], "pkg/new.py": [[2, 2]]}


@pytest.mark.parametrize("told", ["--base", "--diff", "the forge"])
def test_changed_lines(changed, git, ci, told):
    base = git("rev-parse", "main")
    (changed / "change.diff").write_text(git("diff", "main") + "\n")
    git("update-ref", "refs/remotes/origin/main", "main")
    options = {"--base": ["--base", "main"], "--diff": ["--diff", "change.diff"], "the forge": []}[told]
    env = {"GITHUB_BASE_REF": "main"} if told == "the forge" else {}
    verdict = ci("--fail-under-diff", "90", "--fail-under-new-file", "50", *options, env=env)
    lines, new_file = verdict["rules"]
    assert (lines["rule"], lines["state"], lines["lines"]) == ("diff", "failed", MENDED_BY)
    assert (new_file["rule"], new_file["path"], new_file["state"], new_file["value"]) == ("new-file", "pkg/new.py", "passed", 50)
    assert (verdict["status"], verdict["base"]) == (2, "" if told == "--diff" else base)
    assert verdict["commit"] == git("rev-parse", "HEAD")


def test_few_changed_lines_are_not_judged(changed, ci):
    (rule,) = ci("--base", "main", "--fail-under-diff", "90", "--diff-min-lines", "50")["rules"]
    assert (rule["state"], "fewer than 50" in rule["message"]) == ("skipped", True)


def test_without_anything_to_compare_with_rules_on_changes_are_skipped(changed, ci):
    verdict = ci("--fail-under-diff", "90", "--fail-under-new-file", "90")
    assert [rule["state"] for rule in verdict["rules"]] == ["skipped", "skipped"]
    assert verdict["status"] == 0 and "no --base" in verdict["rules"][0]["message"]


# What cannot be compared: the options, and what the error says.
NOT_COMPARED = {
    "no such revision": (["--base", "nowhere"], "nowhere"),
    "no such file": (["--diff", "nowhere.diff"], "nowhere.diff: no such file"),
    "no diff": (["--diff", "pkg/__init__.py"], "pkg/__init__.py"),
    "a diff of something else": (["--diff", "other.diff"], "does not apply: pkg/__init__.py:1"),
}


@pytest.mark.parametrize(("options", "said"), NOT_COMPARED.values(), ids=NOT_COMPARED)
def test_what_cannot_be_compared_is_told(changed, run_covey, options, said):
    (changed / "other.diff").write_text("--- a/pkg/__init__.py\n+++ b/pkg/__init__.py\n@@ -1,1 +1,2 @@\n something = else\n+x = 1\n")
    done = run_covey("ci", "--summary", "s.json", "--fail-under-diff", "1", *options)
    assert done.returncode == 1 and said in done.stderr, done
    assert not (changed / "s.json").exists()  # there is no verdict


def test_changed_files_come_first_in_the_comment(changed, ci):
    ci("--base", "main", "--comment", "comment.md")
    text = (changed / "comment.md").read_text()
    assert text.index("Changed files (2)") < text.index("`pkg/new.py`")


@pytest.fixture
def dropped(changed, git, run_covey):
    """`changed`, whose data of now is the baseline, and then a test less: new_1 is lost, and old code moves down."""
    (changed / ".covey").rename(changed / "before")
    text = (changed / "pkg/__init__.py").read_text()
    changed.write({"pkg/__init__.py": "import sys\n\n" + text, "test_pkg.py": "import pkg\nimport pkg.new\n\ndef test():\n    pkg.old()\n"})
    git("commit", "-qam", "three")
    done = run_covey("run", "--rcfile=/dev/null", "--job", "unit", "--branch", "--source=pkg", "-m", "pytest", "-q")
    assert (done.returncode, done.stderr) == (0, ""), done
    return changed


def test_no_drop(dropped, ci, git):
    (rule,) = ci("--no-drop", "--baseline", "before")["rules"]
    assert (rule["rule"], rule["state"], rule["value"], rule["limit"]) == ("no-drop", "failed", 2, 0)
    assert rule["lines"] == {"pkg/__init__.py": [[13, 14]]}
    (rule,) = ci("--no-drop", "--baseline", "before", "--tolerance", "2")["rules"]
    assert (rule["state"], rule["limit"]) == ("passed", 2)


@pytest.mark.parametrize("kind", ["before.json", "before.tar"])
def test_baselines_of_other_kinds(dropped, ci, git, run_covey, kind):
    if kind == "before.tar":
        with tarfile.open(dropped / kind, "w") as archive:
            archive.add(dropped / "before", ".covey")
    else:
        git("checkout", "-q", "HEAD~1", "--", "pkg")
        assert run_covey("json", "-q", "--data-file", "before", "-o", kind).returncode == 0
        git("checkout", "-q", "HEAD", "--", "pkg")
    (rule,) = ci("--no-drop", "--baseline", kind, "--base", "HEAD~1")["rules"]
    assert (rule["state"], rule["lines"]) == ("failed", {"pkg/__init__.py": [[13, 14]]})


def test_only_jobs_in_both_are_compared(dropped, ci, run_covey):
    """`slow` runs new_1, and was not there before: what it covers does not make up for what `unit` lost."""
    dropped.write({"slow.py": "import pkg\npkg.new_1(1)\n"})
    assert run_covey("run", "--rcfile=/dev/null", "--job", "slow", "--branch", "--source=pkg", "slow.py").returncode == 0
    (rule,) = ci("--no-drop", "--baseline", "before")["rules"]
    assert rule["lines"] == {"pkg/__init__.py": [[13, 14]]}


@pytest.mark.parametrize("options", [["--no-drop"], ["--no-drop", "--baseline", "before.json"]])
def test_without_a_baseline_no_drop_is_skipped(dropped, ci, run_covey, options):
    assert run_covey("json", "-q", "-o", "before.json").returncode == 0
    verdict = ci(*options)
    assert ([rule["state"] for rule in verdict["rules"]], verdict["status"]) == (["skipped"], 0)
    verdict = ci(*options, "--require-baseline")
    assert ([rule["state"] for rule in verdict["rules"]], verdict["status"]) == (["failed"], 2)


def test_a_pull_request_does_not_make_its_own_rules(changed, git, run_covey):
    """What decides comes from the base; what the change would change of it is told, and not obeyed."""
    git("switch", "-q", "main")
    changed.write({"pyproject.toml": "[tool.covey.ci]\nexpect = ['unit']\nfail_under = 99\njson = true\n"})
    git("add", "-A")
    git("commit", "-qm", "rules")
    git("update-ref", "refs/remotes/origin/main", "main")
    git("switch", "-q", "change")
    git("rebase", "-q", "main")
    changed.write({"pyproject.toml": "[tool.covey.ci]\nexpect = ['nothing']\nfail_under = 1\nno_drop = true\njson = true\nsummary = 's.json'\n"})
    git("commit", "-qam", "no rules")
    shutil.rmtree(changed / ".covey")
    assert run_covey("run", "--rcfile=/dev/null", "--job", "unit", "--branch", "--source=pkg", "-m", "pytest", "-q").returncode == 0
    alone = json.loads(run_covey("ci").stdout)
    assert (alone["rules_from"], alone["verdict"], alone["changed_rules"]) == ("head", "incomplete", [])
    done = run_covey("ci", env={"GITHUB_BASE_REF": "main"})
    verdict = json.loads(done.stdout)
    assert (verdict["rules_from"], verdict["verdict"], verdict["expected_from"]) == ("base", "failed", "config")
    assert [(rule["rule"], rule["limit"]) for rule in verdict["rules"]] == [("total", 99)]
    assert verdict["changed_rules"] == [
        "expect: unit, changed to nothing",
        "fail-under: 99, changed to 1",
        "no-drop: not set, changed to on",
    ]
    assert "not obeyed" in done.stderr and (changed / "s.json").exists()
    # A limit on the command line is the workflow's.
    assert json.loads(run_covey("ci", "--fail-under", "1", env={"GITHUB_BASE_REF": "main"}).stdout)["verdict"] == "passed"
