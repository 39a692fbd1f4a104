"""`covey ci --post`: what a coverage job tells the forge, and what becomes of the verdict where that fails."""

import json

import pytest

pytestmark = pytest.mark.only_on((3, 14), reason="the binary's work, and no Python's")

NUMBER = 5


@pytest.fixture
def job(forge, project, git, run_covey):
    """job("--fail-under", "90"): `covey ci --post` in a repository whose job `unit` has run, as a pull request's CI would
    have it; the verdict, with "status" and "said". It posts as `robot`."""
    project.write({"pkg.py": "def f(x):\n    if x:\n        return 1\n    return 2\n", "test_pkg.py": "import pkg\n\ndef test():\n    pkg.f(1)\n"})
    project.write({".gitignore": ".covey/\n__pycache__/\n.pytest_cache/\n"})
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    forge.commits.add(git("rev-parse", "HEAD"))
    done = run_covey("run", "--rcfile=/dev/null", "--job", "unit", "--branch", "--source=pkg", "-m", "pytest", "-q")
    assert (done.returncode, done.stderr) == (0, ""), done

    def job(*arguments, token="secret", **options):
        where = ("--post", forge.kind, "--api", forge.url, "--repo", "o/r", "--pr", str(NUMBER))
        env = {"COVEY_TOKEN": token} | options.pop("env", {})
        done = run_covey("ci", "--json", "--expect", "unit", *where, *arguments, env=env, **options)
        assert done.stdout, done.stderr
        assert token not in done.stdout + done.stderr
        return json.loads(done.stdout) | {"exit": done.returncode, "said": done.stderr}

    return job


# What the verdict is, and the status that the commit gets.
OUTCOMES = {"passed": ([], 0, "success"), "failed": (["--fail-under", "99"], 2, "failure"), "incomplete": (["--expect", "slow"], 3, "error")}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_comment_and_a_status(job, forge, git, outcome):
    arguments, exit_status, state = OUTCOMES[outcome]
    verdict = job(*arguments)
    assert (verdict["exit"], verdict["verdict"]) == (exit_status, outcome)
    (comment,) = forge.comments
    project = verdict["project"]
    assert comment["body"].startswith(f"<!-- covey:{project} -->\n### ")
    assert f"Coverage {outcome}" in comment["body"]
    (status,) = forge.statuses
    assert (status["state"], status["context"]) == (state, f"covey/{project}")
    assert verdict["posted"]["status"] == state and verdict["posted"]["comment"].startswith("http")
    job(*arguments)
    assert len(forge.comments) == 1


WHEN = [("always", [], True), ("change", [], False), ("failure", [], False), ("failure", ["--fail-under", "99"], True)]


@pytest.mark.parametrize(("when", "arguments", "posted"), WHEN)
def test_when_to_comment(job, forge, when, arguments, posted):
    verdict = job("--comment-when", when, *arguments)
    assert (len(forge.comments) == 1) == posted
    assert (verdict["posted"]["comment"] is not None) == posted
    assert len(forge.statuses) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
def test_a_failed_post_is_a_warning(job, forge, project, status):
    for method in ("GET", "POST"):
        forge.fail(method, ".*", status=status, times=99)
    verdict = job("--summary", "summary.json")
    assert (verdict["exit"], verdict["verdict"]) == (0, "passed")
    assert verdict["posted"]["status"].startswith("failed: ") and str(status) in verdict["posted"]["status"]
    assert "covey: warning: not posted: " in verdict["said"]
    assert json.loads((project / "summary.json").read_text())["verdict"] == "passed"
    forge.fail("GET", ".*", status=status, times=99)
    forge.fail("POST", ".*", status=status, times=99)
    assert job("--strict-post")["exit"] == 1


def test_the_cis_own_words(job, forge, project, git):
    """Without options, repository, pull request and API are the event's."""
    head = git("rev-parse", "HEAD")
    event = {
        "number": NUMBER,
        "pull_request": {
            "number": NUMBER,
            "head": {"sha": head, "ref": "topic", "repo": {"full_name": "o/r"}},
            "base": {"sha": head, "ref": "main", "repo": {"full_name": "o/r"}},
        },
        "repository": {"full_name": "o/r"},
    }
    project.write({"event.json": json.dumps(event)})
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": project / "event.json",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_API_URL": forge.url,
        "GITHUB_SERVER_URL": forge.url.removesuffix("/api/v1"),
        "GITHUB_RUN_ID": "12",
        "GITHUB_RUN_NUMBER": "3",
        "GITHUB_SHA": head,
    }
    if forge.kind == "forgejo":
        env["FORGEJO_ACTIONS"] = "true"
    verdict = job(env=env)
    assert (verdict["exit"], verdict["head"], verdict["base"]) == (0, head, head)
    assert len(forge.comments) == 1 and len(forge.statuses) == 1


# Options that are none: nothing is done.
WRONG = {"--post": "gitlab", "--repo": "o", "--comment-when": "never", "--api": "ftp://x"}


@pytest.mark.parametrize("option", WRONG)
def test_wrong_options(run_covey, project, option):
    done = run_covey("ci", option, WRONG[option], "--summary", "s.json")
    assert done.returncode == 1 and done.stderr.startswith(f"covey: error: {option}"), done.stderr
    assert not (project / "s.json").exists()
