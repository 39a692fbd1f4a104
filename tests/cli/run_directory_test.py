"""What `covey run` leaves in the data directory, what it replaces there and what never."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


class Data:
    """A data directory as its files show it."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def folders(self):
        """{(job's folder, run id)}"""
        return {(path.parent.name, path.name) for path in self.path.glob("jobs/*/*")}

    def jobs(self):
        return sorted(slug for slug, _ in self.folders())

    def runs(self):
        return {path.name for path in self.path.glob("runs/*")}

    def sessions(self, job="default"):
        """The session records of a job, by the time they started."""
        records = [json.loads(path.read_text()) for path in self.path.glob(f"jobs/{job}/*/session*.json")]
        return sorted(records, key=lambda record: record["start_unix"])

    def session(self, job="default"):
        [record] = self.sessions(job)
        return record

    def shards(self, job="default"):
        return list(self.path.glob(f"jobs/{job}/*/*.shard"))

    def settings(self):
        """The settings of the only run, as (key, value) pairs."""
        [path] = self.path.glob("runs/*/settings")
        return [tuple(line.split(" ", 1)) for line in path.read_text().splitlines()[1:]]


@pytest.fixture
def data(project):
    return Data(project / ".covey")


@pytest.fixture
def start(project, covey):
    """start(*arguments): a `covey run` that goes on until project/go is written; waits until its program runs."""
    project.write({"wait.py": "import os, time\nopen('begun', 'a').close()\nwhile not os.path.exists('go'): time.sleep(0.01)\n"})
    started = []

    def start(*arguments):
        (project / "begun").unlink(missing_ok=True)
        process = subprocess.Popen([covey, "run", *arguments, "wait.py"], cwd=project.path, env=ENVIRONMENT)
        started.append(process)
        while not (project / "begun").exists():
            time.sleep(0.01)
            assert process.poll() is None
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_the_layout(project, run_covey, data):
    project.write({"x.py": "a = 1"})
    before = time.time()
    assert run_covey("run", "x.py").returncode == 0
    assert sorted(path.name for path in data.path.iterdir()) == [".gitignore", "CACHEDIR.TAG", "jobs", "runs", "tables"]
    [(job, run_id)] = data.folders()
    assert job == "default" and len(run_id) == 16 and data.runs() == {run_id}
    assert len(data.shards()) == 1
    assert "*" in (data.path / ".gitignore").read_text().split()
    record = data.session()
    assert before <= record["start_unix"] <= record["end_unix"] <= time.time()
    assert record["start"].endswith("Z") and record["end"].endswith("Z")
    expected = {
        **{"format": 1, "project": "project", "job": "default", "part": 1, "attempt": 1, "forge_job": None},
        **{"run_id": run_id, "status": 0, "signal": None, "closed_by_run": False, "append": False, "branch": False},
        "command": [str(pathlib.Path(sys.executable).parent / "python"), "x.py"],
    }
    assert {key: record[key] for key in expected} == expected
    assert record["python"]["executable"] == record["command"][0]
    assert record["python"]["version"].startswith("{}.{}.{}".format(*sys.version_info))


@pytest.mark.parametrize(
    "program, status, signal_number",
    [("raise SystemExit(3)", 3, None), ("1 / 0", 1, None), ("import os; os.kill(os.getpid(), 9)", None, 9), ("import os; os.abort()", None, 6)],
)
def test_the_record_says_how_it_ended(project, run_covey, data, program, status, signal_number):
    project.write({"x.py": program})
    run_covey("run", "x.py")
    record = data.session()
    assert (record["status"], record["signal"]) == (status, signal_number)
    assert record["end"] is not None


def test_while_it_runs_the_record_has_no_end(project, run_covey, data):
    project.write({"x.py": "import glob; print(open(glob.glob('.covey/jobs/*/*/session.json')[0]).read())"})
    seen = json.loads(run_covey("run", "x.py").stdout)
    assert (seen["end"], seen["end_unix"], seen["status"], seen["signal"]) == (None, None, None, None)
    assert seen["start"] == data.session()["start"]


def test_what_the_forge_and_git_say(project, run, run_covey, data):
    project.write({"sub/x.py": "a = 1"})
    for command in (
        *(["git", "init", "-q"], ["git", "add", "."], ["git", "remote", "add", "origin", "git@example.org:team/real-name.git"]),
        ["git", "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "c"],
    ):
        assert run(command).returncode == 0
    head = run(["git", "rev-parse", "HEAD"]).stdout.strip()
    forge = {"GITHUB_JOB": "unit", "GITHUB_RUN_ATTEMPT": "3", "GITHUB_SHA": "f" * 40, "COVEY_PART": "2"}
    assert run_covey("run", "x.py", cwd=project / "sub", env=forge).returncode == 0
    record = Data(project / "sub/.covey").session()
    assert [record[key] for key in ("project", "commit", "forge_job", "attempt", "part")] == ["real-name", head, "unit", 3, 2]


@pytest.mark.parametrize("part", ["abc", "0", "2x", "-1", "1000001"])
def test_a_part_that_is_no_number(project, run_covey, part):
    project.write({"x.py": "print('ran')"})
    done = run_covey("run", "x.py", env={"COVEY_PART": part})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "covey: error: COVEY_PART: is no whole number from 1 to 1000000\n"
    assert not (project / ".covey").exists()


@pytest.mark.parametrize(
    "environment, commit", [({}, None), ({"GITHUB_SHA": "a" * 40}, "a" * 40), ({"GITHUB_SHA": "a" * 40, "COVEY_COMMIT": "b" * 40}, "b" * 40)]
)
def test_the_commit_without_a_repository(project, run_covey, data, environment, commit):
    project.write({"x.py": "a = 1"})
    run_covey("run", "x.py", env=environment)
    assert data.session()["commit"] == commit


@pytest.mark.parametrize(
    "pyproject, name, warns",
    [
        ("[tool.covey]\nproject = 'my app'\n", "my app", False),
        ("[tool.other]\n", "project", False),
        ("[tool.covey]\nproject = 1\n", "project", True),
        ("[tool.covey]\nproduct = 'x'\n", "project", True),
    ],
)
def test_the_projects_name(project, run_covey, data, pyproject, name, warns):
    project.write({"x.py": "a = 1", "pyproject.toml": pyproject})
    done = run_covey("run", "x.py")
    assert (done.returncode, "covey: warning: " in done.stderr) == (0, warns)
    assert data.session()["project"] == name


@pytest.mark.parametrize(
    "options, environment, job",
    [
        ([], {}, "default"),
        ([], {"COVEY_JOB": "a", "NOX_CURRENT_SESSION": "b"}, "a"),
        ([], {"NOX_CURRENT_SESSION": "tests(a=3, b='x,y')", "TOX_ENV_NAME": "c"}, "tests(a=3, b='x,y')"),
        ([], {"TOX_ENV_NAME": "py313"}, "py313"),
        (["--job", "x"], {"COVEY_JOB": "a"}, "x"),
        (["--job=Unit Tests"], {}, "Unit Tests"),
        (["--job", "../../up"], {}, "../../up"),
        (["--job", ".."], {}, ".."),
        (["--job", "."], {}, "."),
        (["--job", "zeile\nzwei/größe"], {}, "zeile\nzwei/größe"),
        (["--job", "x" * 1000], {}, "x" * 1000),
        ([], {"COVEY_JOB": ""}, "default"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_jobs_of_any_name(project, run_covey, data, options, environment, job):
    project.write({"x.py": "a = 1"})
    assert run_covey("run", *options, "x.py", env=environment).returncode == 0
    [slug] = data.jobs()
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") and slug not in (".", "..")
    assert data.session(slug)["job"] == job
    assert len(data.shards(slug)) == 1, "the program's own process found another folder"
    assert data.path.is_dir() and not (project.path.parent / "up").exists()


@pytest.mark.parametrize(
    "options, environment, where",
    [
        ([], {}, ".covey"),
        ([], {"COVEY_DATA": "a/b c"}, "a/b c"),
        (["--data-file", "d"], {"COVEY_DATA": "a"}, "d"),
        (["--data-file=x/../d"], {}, "d"),
        (["--data-file", "link/d"], {}, "real/d"),
    ],
    ids=str,
)
def test_where_it_lies(project, run_covey, options, environment, where):
    project.write({"x.py": "a = 1", "x/y": "", "real/y": ""})
    (project / "link").symlink_to("real")
    assert run_covey("run", *options, "x.py", env=environment).returncode == 0
    assert len(Data(project / where).shards()) == 1
    assert where == ".covey" or not (project / ".covey").exists()


def test_a_directory_that_is_not_ours_is_not_hidden_from_git(project, run_covey):
    project.write({"x.py": "a = 1", "mine/file": ""})
    assert run_covey("run", "--data-file", "mine", "x.py").returncode == 0
    assert not (project / "mine/.gitignore").exists()


def unwritable(path):
    """A prefix for a command under which `path` cannot be written to, also by root; None where there is no way."""
    path.chmod(0o555)
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"] if shutil.which("setpriv") else None


def test_an_unwritable_directory_is_named_before_anything_starts(project, run, run_covey, covey):
    project.write({"x.py": "open('started', 'w')", "file": "", "closed/jobs/default/x": "", "closed/runs/x": "", "closed/tables/x": ""})
    cases = {"file": "file: is not a directory", "file/x": "file: is not a directory", "/proc/nowhere": "/proc/nowhere: no such file or directory"}
    for where, error in cases.items():
        done = run_covey("run", "--data-file", where, "x.py")
        error = error if error.startswith("/") else f"{project.path}/{error}"
        assert (done.returncode, done.stderr) == (1, f"covey: error: {error}\n")
    for name in ["closed/runs", "closed/jobs/default", "closed"]:
        prefix = unwritable(project / name)
        if prefix is None:
            pytest.skip("root can write everywhere here")
        where = "closed" if name != "closed" else "closed/new"
        done = run([*prefix, covey, "run", "--data-file", where, "x.py"])
        assert done.returncode == 1
        assert done.stderr.startswith(f"covey: error: {project.path}/{name}") and done.stderr.endswith(": permission denied\n")
        (project / name).chmod(0o755)
        assert not list(project.path.glob("closed/runs/*/lock")), "a run that did not start was left"
    assert not (project / "started").exists()


def test_a_run_replaces_the_one_before(project, run_covey, data):
    project.write({"x.py": "a = 1"})
    run_covey("run", "x.py")
    first = data.folders()
    run_covey("run", "x.py")
    second = data.folders()
    assert len(second) == 1 and second != first
    assert data.runs() == {run_id for _, run_id in second}


@pytest.mark.parametrize(
    "arguments",
    [["-m", "nosuch"], ["-m", "pkg"], ["-m", "pkg.nosuch"], ["bad.py"], ["--source=nodir", "s.py"], ["--", "true"]],
    ids=" ".join,
)
def test_a_run_without_data_replaces_nothing(project, run_covey, data, arguments):
    project.write({"s.py": "x = 1\n", "bad.py": "if:\n", "pkg/__init__.py": "y = 1\n"})
    run_covey("run", "s.py")
    before = run_covey("report").stdout
    done = run_covey("run", *arguments)
    assert done.returncode != 0 and "covey: error:" in done.stderr
    assert data.sessions()[-1]["no_data"] is True
    assert run_covey("report").stdout == before
    run_covey("run", "s.py")
    assert len(data.sessions()) == 1


def test_the_parts_of_a_job_add_up(project, run_covey, data):
    project.write({"x.py": "import sys\nif sys.argv[1] == 'a':\n    a = 1\nelse:\n    b = 1\n"})
    for part, argument in [("1", "b"), ("1", "a"), ("2", "b")]:
        run_covey("run", "--part", part, "x.py", argument)
    assert sorted(session["part"] for session in data.sessions()) == [1, 2]
    assert "100%" in run_covey("report").stdout


def test_append_keeps_what_is_there(project, run_covey, data):
    project.write({"x.py": "a = 1"})
    for options in ([], ["-a"], ["--append"]):
        run_covey("run", *options, "x.py")
    assert [record["append"] for record in data.sessions()] == [False, True, True]
    run_covey("run", "x.py")
    assert len(data.sessions()) == 1


def test_other_jobs_are_left_alone(project, run_covey, data):
    project.write({"x.py": "a = 1"})
    for job in ("a", "b", "a"):
        run_covey("run", "--job", job, "x.py")
    assert data.jobs() == ["a", "b"]
    assert data.sessions("b")[0]["start_unix"] < data.sessions("a")[0]["start_unix"]


@pytest.mark.parametrize("arguments", [["no.py"], ["--source", "no/dir", "x.py"], ["--", "./not-executable"], ["--python", "no", "x.py"]], ids=str)
def test_a_start_that_fails_loses_nothing(project, run_covey, data, arguments):
    project.write({"x.py": "a = 1", "not-executable": ""})
    run_covey("run", "x.py")
    before = sorted(data.path.rglob("*"))
    assert run_covey("run", *arguments).returncode == 1
    assert sorted(data.path.rglob("*")) == before


def test_a_run_that_is_alive_is_never_replaced(project, run_covey, data, start):
    project.write({"x.py": "a = 1"})
    slow = start()
    assert run_covey("run", "x.py").returncode == 0
    assert run_covey("run", "x.py").returncode == 0  # replaces the one before, which has ended
    assert len(data.folders()) == 2
    project.write({"go": ""})
    assert slow.wait(10) == 0
    assert len(data.folders()) == 2, "two at once: both count"
    assert run_covey("run", "x.py").returncode == 0
    assert len(data.folders()) == 1 and len(data.runs()) == 1


def test_a_run_that_died_is_replaced_by_the_next(project, run_covey, data, start):
    project.write({"x.py": "a = 1"})
    process = start()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert data.session()["end"] is None and len(data.shards()) == 1
    assert run_covey("run", "x.py").returncode == 0
    assert data.session()["status"] == 0 and len(data.runs()) == 1


def test_many_at_once(project, covey, data):
    project.write({"x.py": "a = 1"})
    runs = [subprocess.Popen([covey, "run", "x.py"], cwd=project.path, env=ENVIRONMENT) for _ in range(12)]
    assert [process.wait() for process in runs] == [0] * 12
    assert data.folders() and all(record["status"] == 0 for record in data.sessions())
    assert data.runs() == {run_id for _, run_id in data.folders()}


def test_a_start_inside_a_run_joins_it(project, run_covey, data, covey):
    project.write({"in.py": "a = 1", "out.py": f"import subprocess; print(subprocess.call(['{covey}', 'run', 'in.py']))"})
    run_covey("run", "in.py")
    done = run_covey("run", "--source", ".", "out.py")
    assert (done.stdout, done.stderr) == ("0\n", "")
    assert len(data.folders()) == 1
    outer, inner = data.sessions()
    assert outer["run_id"] == inner["run_id"]
    assert (outer["command"][-1], inner["command"][-1]) == ("out.py", "in.py")
    [folder] = data.path.glob("jobs/*/*")
    assert json.loads((folder / "session.json").read_text()) == outer
    assert len(list(data.path.glob("runs/*/settings-????????"))) == 1


def test_a_joined_runs_options(project, run_covey, data, covey):
    """Its own count for it and for what is below it; what it does not say is as the outer run has it."""
    project.write(
        {
            "in.py": "import os; print(open(os.environ['COVEY_RUN']).read())",
            "out.py": f"import subprocess; subprocess.call(['{covey}', 'run', '--omit', 'o/*', '--job', 'inner', 'in.py'])",
        }
    )
    settings = run_covey("run", "--source", ".", "--include=i/*", "--omit=x/*", "out.py").stdout.splitlines()
    assert {"omit o/*", f"source_dir {project.path}"} <= set(settings) and "omit x/*" not in settings
    assert data.jobs() == ["default", "inner"]
    assert data.session("inner")["status"] == 0 and not data.session("inner")["closed_by_run"]
    assert data.shards("inner")


@pytest.mark.parametrize(
    "options, environment, joins",
    [([], {}, True), (["--data-file", ".covey"], {}, True), (["--data-file=other"], {}, False), ([], {"COVEY_DATA": "other"}, False)],
    ids=str,
)
def test_another_data_directory_is_another_run(project, run_covey, data, covey, options, environment, joins):
    arguments = [covey, "run", *options, "in.py"]
    program = f"import os, subprocess; raise SystemExit(subprocess.call({arguments}, env=os.environ | {environment}))"
    project.write({"in.py": "a = 1", "out.py": program})
    assert run_covey("run", "out.py").returncode == 0
    assert (project / "other").exists() != joins
    assert len(data.sessions()) == (2 if joins else 1)


def test_a_relative_covey_data_means_the_same_directory_below(project, run_covey, covey):
    program = f"import subprocess; raise SystemExit(subprocess.call(['{covey}', 'run', 'in.py'], cwd='sub'))"
    project.write({"sub/in.py": "a = 1", "out.py": program})
    assert run_covey("run", "out.py", env={"COVEY_DATA": "data"}).returncode == 0
    assert len(Data(project / "data").sessions()) == 2
    assert not (project / "sub/data").exists()


@pytest.mark.parametrize("left", ["gone", "ended", "not a run"])
def test_what_outlived_its_run_starts_its_own(project, run_covey, data, left):
    project.write({"x.py": "a = 1", "text": "not settings\n"})
    run_covey("run", "--data-file", "old", "x.py")
    [settings] = (project / "old/runs").glob("*/settings")
    named = {"gone": project / "no/such/run", "ended": settings, "not a run": project / "text"}[left]
    done = run_covey("run", "x.py", env={"COVEY_RUN": named})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(data.sessions()) == 1


NOX_LIKE = "import os, subprocess, sys\nfor name in sys.argv[1:]:\n  subprocess.call([sys.executable, 'x.py'], env=os.environ | {'NOX_CURRENT_SESSION': name})\n"


def test_every_session_below_gets_a_record_of_its_own(project, run_covey, data):
    project.write({"x.py": "a = 1", "nox.py": NOX_LIKE + "raise SystemExit(0)"})
    assert run_covey("run", "nox.py", "lint", "Tests(x=1)").returncode == 0
    default, lint, tests = data.jobs()
    assert (default, lint) == ("default", "lint") and tests.startswith("tests-x-1--")
    run_id = data.session("default")["run_id"]
    for job, name in ((lint, "lint"), (tests, "Tests(x=1)")):
        record = data.session(job)
        assert [record[key] for key in ("job", "run_id", "status", "closed_by_run")] == [name, run_id, 0, True]
        assert record["end"] is not None
        assert record["python"]["version"].startswith("{}.{}.{}".format(*sys.version_info))


def test_nobody_saw_how_the_sessions_of_a_failed_program_ended(project, run_covey, data):
    project.write({"x.py": "a = 1", "nox.py": NOX_LIKE + "raise SystemExit(1)"})
    assert run_covey("run", "nox.py", "lint").returncode == 1
    assert data.session("default")["status"] == 1
    assert (data.session("lint")["status"], data.session("lint")["signal"]) == (None, None)
    assert data.session("lint")["end"] is not None


def test_sessions_below_replace_those_of_the_run_before(project, run_covey, data):
    project.write({"x.py": "a = 1", "nox.py": NOX_LIKE})
    run_covey("run", "nox.py", "lint", "unit")
    first = data.session()["run_id"]
    run_covey("run", "nox.py", "unit")
    second = data.session()["run_id"]
    assert data.folders() == {("default", second), ("lint", first), ("unit", second)}
    assert data.runs() == {first, second}
    run_covey("run", "--append", "nox.py", "unit", "lint")
    assert len(data.sessions("unit")) == 2 and len(data.sessions("lint")) == 2


def test_a_session_below_in_which_nothing_ran_replaces_nothing(project, run_covey, data):
    project.write({"x.py": "import os\nif os.environ.get('EMPTY') != os.environ['NOX_CURRENT_SESSION']:\n    import y\n", "y.py": "", "nox.py": NOX_LIKE})
    run_covey("run", "--include", "y.py,nox.py", "nox.py", "lint", "unit")
    first = data.session()["run_id"]
    assert run_covey("run", "--include", "y.py,nox.py", "nox.py", "lint", "unit", env={"EMPTY": "lint"}).returncode == 0
    second = data.session()["run_id"]
    assert ("lint", first) in data.folders() and ("unit", first) not in data.folders()
    assert {path.parent.name: json.loads(path.read_text())["no_data"] for path in data.path.glob("jobs/lint/*/session.json")} == {first: False, second: True}


def test_an_explicit_job_holds_for_everything_below(project, run_covey, data):
    project.write({"x.py": "a = 1", "nox.py": NOX_LIKE})
    run_covey("run", "--job", "ci", "nox.py", "lint", "unit")
    assert data.jobs() == ["ci"]
    assert len(data.shards("ci")) == 3


def test_settings_are_written_down(project, run_covey, data):
    project.write({"x.py": "a = 1", "src/m.py": "", "pkg/__init__.py": ""})
    options = ["--source=src,.", "--source-pkgs", "pkg", "--omit", "a b/*", "--include", "i", "--branch"]
    run_covey("run", *options, "x.py")
    [run_id] = data.runs()
    assert data.settings() == [
        *(("run_id", run_id), ("data_dir", str(data.path)), ("root", str(project.path)), ("project", "project")),
        *(("forge_job", ""), ("context", ""), ("attempt", "1"), ("save_signal", "0"), ("saver", "0")),
        *(("branch", "1"), ("cover_pylib", "0"), ("test_contexts", "0"), ("append", "0")),
        *(("part_forks", "0"), ("forks_inherit", "0"), ("namespace_packages", "0")),
        *(("source_dir", f"{project.path}/src"), ("source_dir", str(project.path)), ("source_package", "pkg")),
        *(("include", "i"), ("omit", "a b/*")),
    ]


def test_a_directory_that_is_gone_before_the_end_is_told(project, run_covey):
    project.write({"x.py": "import shutil; shutil.rmtree('.covey'); raise SystemExit(5)"})
    done = run_covey("run", "x.py")
    assert done.returncode == 5
    assert done.stderr == f"covey: warning: {project.path}/.covey: was removed while the program ran: what was measured is lost\n"
