"""`covey check`: whether what the tests' jobs left is whole. Each finding by a case of its own, on data that a real run left."""

import json
import shutil

import pytest

pytestmark = pytest.mark.only_on((3, 14), reason="the binary's work, and no Python's")

FILES = {
    "pkg/__init__.py": "def double(x):\n    if x:\n        return 2 * x\n    return 0\n",
    "pkg/other.py": "def never():\n    return 1\n",
    "test_pkg.py": """import pkg, pytest

def test_double():
    assert pkg.double(2) == 4

def test_zero():
    assert pkg.double(0) == 0

@pytest.mark.skip
def test_not_now():
    pass
""",
}
LOG = """nox > Running session unit
============================= test session starts ==============================
test_pkg.py ..s                                                          [100%]
========================= 2 passed, 1 skipped in 0.02s =========================
nox > Session unit was successful in a second.
"""


@pytest.fixture
def delivered(deliver):
    """A project whose job `unit` has run its tests, to be spoilt."""
    return deliver("check", FILES)


@pytest.fixture
def check(run_covey):
    """check("--expect", "unit"): the verdict, with its exit status as "status" and findings as (job, reason) as "found"."""

    def check(*arguments, **options):
        done = run_covey("check", "--json", *arguments, **options)
        assert done.stdout, done.stderr
        verdict = json.loads(done.stdout)
        verdict["status"] = done.returncode
        verdict["found"] = [(finding["job"], finding["reason"]) for finding in verdict["missing"]]
        assert done.returncode == (3 if verdict["missing"] else 0)
        assert all(finding["message"] and finding["fix"] for finding in verdict["missing"])
        return verdict

    return check


def record_of(project, job="unit"):
    (path,) = (project / ".covey").glob(f"jobs/{job}/*/session.json")
    return path


def change_record(project, **fields):
    """Fields of the session record of job `unit`; None takes one away."""
    path = record_of(project)
    record = json.loads(path.read_text()) | fields
    path.write_text(json.dumps({name: value for name, value in record.items() if value is not None}))


def test_whole_data_passes_and_is_counted(delivered, check):
    verdict = check("--expect", "unit")
    assert verdict["verdict"] == "passed"
    assert verdict["expected_from"] == "flag"
    (job,) = verdict["jobs"]
    assert (job["job"], job["part"], job["attempt"], job["state"], job["tests"]) == ("unit", 1, 1, "delivered", 3)
    assert 0 < job["seconds"] < 60


# What is spoilt in the session record, and what that is called.
RECORDS = {
    "exit status": ({"status": 1}, "session-failed"),
    "pytest found no tests": ({"status": 5, "pytest": [{"pid": 1, "start_unix": 1, "end_unix": 2, "collected": 0, "counts": {}, "exit_status": 5}]}, "no-tests"),
    "killed": ({"status": None, "signal": 9}, "session-aborted"),
    "interrupted from the keyboard": ({"status": None, "signal": 2}, "session-interrupted"),
    "never ended": ({"end": None, "end_unix": None, "status": None}, "no-end"),
    "something lost": ({"incomplete": "no room"}, "shard-incomplete"),
    "another commit": ({"commit": "1" * 40}, "other-commit"),
}


@pytest.mark.parametrize(("fields", "reason"), RECORDS.values(), ids=RECORDS)
def test_what_a_record_says(delivered, check, fields, reason):
    change_record(delivered, **fields)
    verdict = check("--expect", "unit", "--commit", "2" * 40 if "commit" in fields else "")
    assert verdict["found"] == [("unit", reason)]


def test_a_record_that_is_no_record_is_unreadable_and_nothing_else(delivered, check):
    record_of(delivered).write_text("{")
    assert [reason for _, reason in check()["found"]] == ["unreadable"]


def test_a_damaged_shard_is_unreadable(delivered, check):
    shard = next((delivered / ".covey").glob("jobs/unit/*/*.shard"))
    shard.write_bytes(b"covey" + bytes(100))
    assert ("unit", "unreadable") in check()["found"]


def test_a_job_that_left_nothing(delivered, check):
    verdict = check("--expect", "unit, slow*2")
    assert verdict["found"] == [("slow", "no-data"), ("slow", "no-data")]
    assert [(job["job"], job["part"], job["state"]) for job in verdict["jobs"]] == [
        ("slow", 1, "missing"),
        ("slow", 2, "missing"),
        ("unit", 1, "delivered"),
    ]


def test_a_job_may_be_allowed_to_be_missing_and_every_output_says_so(delivered, check, run_covey):
    verdict = check("--expect", "unit,slow", "--allow-missing", "slow")
    assert (verdict["status"], verdict["allow_missing"]) == (0, ["slow"])
    assert [finding["reason"] for finding in verdict["allowed"]] == ["no-data"]
    assert "may be missing: slow" in run_covey("check", "--expect", "unit,slow", "--allow-missing", "slow").stdout


def test_nothing_at_all_is_no_pass(project, check):
    assert check()["found"] == [("", "no-data")]
    assert check("--allow-missing", "unit", "--expect", "unit")["status"] == 3


def test_without_an_expectation_one_line_says_what_cannot_be_seen(delivered, check, run_covey):
    assert check()["expected_from"] == "found"
    assert "one that left nothing at all cannot be seen" in run_covey("check").stdout


# Of the precedence of expectations: what is given, and where the verdict says that it comes from.
NEEDS = json.dumps({"unit": {"result": "success", "outputs": {}}, "lint": {"result": "skipped", "outputs": {}}})
NOX_LIST = json.dumps([{"session": "unit", "name": "unit", "python": None, "tags": [], "description": None}])
SOURCES = {
    "flag before all": (["--expect", "unit", "--needs", NEEDS, "--nox-list", "list.json"], "flag", []),
    "needs before nox": (["--needs", NEEDS, "--nox-list", "list.json"], "needs", [("lint", "session-skipped")]),
    "nox": (["--nox-list", "list.json"], "nox-list", []),
}


@pytest.mark.parametrize(("arguments", "source", "found"), SOURCES.values(), ids=SOURCES)
def test_where_the_expectation_comes_from(delivered, check, arguments, source, found):
    delivered.write({"list.json": NOX_LIST})
    verdict = check(*arguments)
    assert (verdict["expected_from"], verdict["found"]) == (source, found)


def test_the_configuration_says_what_to_expect(delivered, check):
    delivered.write({"pyproject.toml": '[tool.covey.ci]\nexpect = ["unit", "slow"]\nfail_under = 80\n'})
    verdict = check("--needs", NEEDS)
    assert (verdict["expected_from"], verdict["found"]) == ("config", [("slow", "no-data")])
    assert check("--expect", "unit")["found"] == []


# What the forge says of a job, and what that is called.
RESULTS = {
    "failure": [("unit", "session-failed")],
    "skipped": [("unit", "session-skipped")],
    "cancelled": [("unit", "session-interrupted")],
    "success": [],
}


@pytest.mark.parametrize("result", RESULTS)
def test_what_the_forge_says(delivered, check, result):
    assert check("--needs", json.dumps({"unit": {"result": result, "outputs": {}}}))["found"] == RESULTS[result]


# A log against the data: what it says in place of LOG, and what that is called.
LOGS = {
    "agrees": (LOG, []),
    "with colours and a runner's timestamps": (
        "".join(f"2026-04-13T06:53:37.1234567Z \x1b[36m{line}\x1b[0m\n" for line in LOG.splitlines()),
        [],
    ),
    "more tests than the data": (LOG.replace("2 passed", "3 passed"), [("unit", "fewer-tests")]),
    "other tests than the data": (LOG.replace("2 passed, 1 skipped", "1 passed, 2 skipped"), [("unit", "log-contradicts")]),
    "failed": (LOG.replace("2 passed", "2 failed").replace("was successful in a second", "failed"), [("unit", "session-failed")]),
    "aborted": (LOG.replace("was successful in a second", "aborted: no more"), [("unit", "session-aborted")]),
    "a test that starts pytest": (
        LOG.replace("test_pkg.py", f"{'=' * 20} test session starts {'=' * 20}\n{'=' * 20} 7 passed in 1s {'=' * 20}\ntest_pkg.py"),
        [],
    ),
}


@pytest.mark.parametrize(("log", "found"), LOGS.values(), ids=LOGS)
def test_a_log_against_the_data(delivered, check, log, found):
    delivered.write({"unit.log": log})
    assert check("--expect", "unit", "--log", "unit.log")["found"] == found


def test_the_usual_log_is_read_where_it_lies(delivered, check):
    delivered.write({"build/nox-unit-tests-output.log": LOG.replace("2 passed", "3 passed")})
    assert check()["found"] == [("unit", "fewer-tests")]


def test_noxs_report(delivered, check):
    report = {"result": 0, "sessions": [{"name": "unit", "result": "aborted", "result_code": -1, "reason": None, "args": {}}]}
    delivered.write({"nox.json": json.dumps(report)})
    assert check("--nox-report", "nox.json")["found"] == [("unit", "session-aborted")]


def test_a_source_that_is_not_what_ran(delivered, check):
    (delivered / "pkg/__init__.py").write_text("def double(x):\n    return 2 * x\n")
    verdict = check()
    assert verdict["found"] == [("", "source-changed")]
    assert verdict["missing"][0]["path"] == "pkg/__init__.py"


def test_lines_and_branches_do_not_mix(delivered, check, run_covey):
    done = run_covey("run", "--job", "lines", "--source=pkg", "-m", "pytest", "-q")
    assert done.returncode == 0
    assert check()["found"] == [("", "mixed-branch-line")]


def test_a_package_that_nobody_imported(delivered, check, run_covey):
    done = run_covey("run", "--job", "unit", "--branch", "--source=pkg,nowhere_to_be_found", "-m", "pytest", "-q")
    assert done.returncode == 0
    assert check()["found"] == [("", "source-not-imported")]


def copy_data(delivered, name, **fields):
    """The data directory once more, as `name`, with fields of its record changed and shards of other names."""
    shutil.copytree(delivered / ".covey", delivered / name)
    for shard in (delivered / name).glob("jobs/unit/*/*.shard"):
        shard.rename(shard.with_name("0123456789abcdef.shard"))
    (path,) = (delivered / name).glob("jobs/unit/*/session.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_one_part_twice(delivered, check):
    copy_data(delivered, "again")
    assert check(".covey", "again")["found"] == [("unit", "duplicate-part")]
    shutil.copytree(delivered / ".covey", delivered / "copy")
    assert check(".covey", "copy")["found"] == []


def test_the_highest_attempt_counts(delivered, check):
    copy_data(delivered, "again", attempt=2)
    change_record(delivered, status=1)
    verdict = check(".covey", "again")
    assert (verdict["found"], verdict["jobs"][0]["attempt"]) == ([], 2)
    assert verdict["superseded"] == ["unit, attempt 1: .covey"]


def test_evidence_that_is_named_and_not_there_is_an_error(delivered, run_covey):
    for option in ("--log", "--nox-report", "--nox-list"):
        done = run_covey("check", option, "nothing.txt")
        assert (done.returncode, done.stderr) == (1, "covey: error: nothing.txt: no such file or directory\n")
    for option, text in (("--needs", "{"), ("--expect", "a(")):
        done = run_covey("check", option, text)
        assert done.returncode == 1 and done.stderr.startswith(f"covey: error: {option}"), done.stderr


def test_an_unknown_key_is_named(delivered, run_covey):
    delivered.write({"pyproject.toml": "[tool.covey.ci]\nexpects = 'unit'\n"})
    done = run_covey("check")
    assert (done.returncode, done.stderr) == (
        1,
        "covey: error: pyproject.toml: [tool.covey.ci] has expects, which is no option (covey ci --help)\n",
    )
