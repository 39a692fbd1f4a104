"""What can happen to the disk that the data lies on, at any moment."""

import json
import os
import shutil

import pytest

pytestmark = pytest.mark.only_on((3, 11), (3, 14), reason="both engines; the others write the same shards")

# What statfs(2) calls file systems on which a reservation promises nothing.
COPYING = {"btrfs": "9123683e", "ZFS": "2fc12fc1", "NFS": "6969", "9P": "1021997", "FUSE": "65735546"}

# What fails, with what: made to happen from the first, second, third … such call of each process on.
FAULTS = {
    "the disk is full": ("fallocate create extend", "ENOSPC"),
    "the quota is used up": ("fallocate create extend", "EDQUOT"),
    "there is room for no new file": ("create", "ENOSPC"),
    "the device fails": ("fallocate extend", "EIO"),
    "nothing is mapped, and the disk is full": ("fallocate pwrite", "ENOSPC"),
}
# The same in all processes, `covey run` too, once the program has come to a moment.
TURNS = {
    "full": ("fallocate create extend write", "ENOSPC"),
    "read-only": ("fallocate create change pwrite write rename", "EROFS"),
    "no longer ours to write to": ("create rename", "EACCES"),
    "beyond the quota": ("fallocate create extend write", "EDQUOT"),
}
MOMENTS = ["import library\n", "total += function", "child = ", "pid = os.fork", "print(os.waitpid", "raise SystemExit"]


@pytest.mark.parametrize("what", FAULTS)
def test_from_any_moment_on(what, measure, check, plain, fault, project):
    """Swept until none of the processes gets that far."""
    calls, code = FAULTS[what]
    lost = []
    for after in [*range(12), *(2**k for k in range(4, 18))]:  # where each point is written, there are thousands
        (project / "failed").unlink(missing_ok=True)
        environment = fault(calls, code, after)
        if "nothing is mapped" in what:
            environment["FAULT_FSTYPE"] = COPYING["NFS"]
        outcome = measure(env=environment)
        if not (project / "failed").exists():
            break
        if not outcome.records[-1]["no_data"]:
            lost.append(len(check(outcome)))
        else:  # no process could begin
            assert len(outcome.said) == 1 and outcome.said[0].startswith("covey: error: no data was collected: ")
            assert outcome.status == plain[0] and outcome.incomplete and outcome.records[-1]["no_data"]
        shutil.rmtree(project / ".covey")
    assert lost and lost == sorted(lost, reverse=True), "later faults lose less"
    assert not check(outcome)


@pytest.mark.parametrize("turn", TURNS)
def test_the_file_system_turns(turn, measure, plain, whole, fault, project):
    calls, code = TURNS[turn]
    source = (project / "main.py").read_text()
    for moment in MOMENTS:
        (project / "now").unlink(missing_ok=True)
        project.write({"main.py": source.replace(moment, "open('now', 'a').close(); " + moment)})
        outcome = measure(env=fault(calls, code, name="", FAULT_WHEN=project / "now"))
        (project / "now").unlink()
        assert outcome.of_program == plain
        assert len(outcome.said) <= 1 and outcome.lines and outcome.lines <= whole.lines
        if whole.lines - outcome.lines:
            assert len(outcome.said) == 1, "lines are missing and nobody says so"
            assert outcome.incomplete or outcome.records[-1]["end"] is None
        shutil.rmtree(project / ".covey")


@pytest.mark.parametrize("code", ["ENOSPC", "EROFS", "EDQUOT"])
def test_the_records_at_the_end(code, measure, check, fault, project):
    """From any moment of `covey run` itself on: before the program starts it refuses, afterwards it keeps what it has."""
    ends = []
    for after in range(200):
        (project / "failed").unlink(missing_ok=True)
        outcome = measure(env=fault("create write rename", code, after, name="covey"))
        if not (project / "failed").exists():
            break
        if outcome.status == 1:
            assert outcome.stdout == "" and len(outcome.said) == 1 and outcome.said[0].startswith("covey: error: /")
            assert not list(project.path.glob(".covey/runs/*")) and not list(project.path.glob(".covey/jobs/*/*"))
        else:
            check(outcome, is_missing=False)
        ends.append(outcome.status)
        shutil.rmtree(project / ".covey", ignore_errors=True)
    assert {1, 3} <= set(ends) and ends == sorted(ends)


def test_data_of_before_the_fault_stays(measure, check, fault, project, run_covey):
    """Another job's, and the same job's of an earlier run where nothing at all comes of this one."""
    measure()
    before = run_covey("report").stdout
    outcome = measure(env=fault("fallocate", "ENOSPC"))
    assert outcome.said == [
        "covey: error: no data was collected: a process is not measured: "
        + str(next(iter(project.path.glob(".covey/jobs/default")))) + "/" + outcome.said[0].split("/default/")[1]
    ]  # fmt: skip
    assert outcome.status == 3 and outcome.records[-1]["no_data"]
    assert run_covey("report").stdout == before


MOUNTS = [f"size={size}k" for size in (60, 64, 72, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 512)]


@pytest.mark.parametrize("options", [*MOUNTS, *(f"nr_inodes={n}" for n in (12, 14, 16, 18, 20, 22, 24, 28, 32))])
def test_a_small_file_system(options, in_mount, check):
    outcome = in_mount(options)
    if outcome.status == 1:
        assert outcome.stdout == "" and len(outcome.said) == 1 and outcome.said[0].startswith("covey: error: /")
    elif outcome.lines:
        check(outcome)
    else:
        assert len(outcome.said) == 1 and outcome.incomplete


def test_a_file_system_that_is_full_when_it_starts(program, in_mount):
    outcome = in_mount("size=16k", before='dd if=/dev/zero of="$PWD/.covey/x" bs=4k 2>/dev/null; true')
    assert (outcome.status, outcome.stdout) == (1, "")
    assert len(outcome.said) == 1 and outcome.said[0].endswith(": no space left on device")


def test_a_full_disk_is_no_bus_error(project, in_mount, plain):
    """Filled by the program itself, while points are set on."""
    fill = "import library\nwith open('.covey/fill', 'wb', 0) as f:\n    try:\n        while True: f.write(b'x' * 4096)\n    except OSError: pass\n"
    source = (project / "main.py").read_text()
    project.write({"main.py": fill + source})
    outcome = in_mount("size=300k")
    assert outcome.of_program == plain
    assert len(outcome.said) == 1 and outcome.incomplete and outcome.lines


REMOVED = {
    "all of it": ("shutil.rmtree('.covey')", "was removed while the program ran: what was measured is lost"),
    "the jobs": ("shutil.rmtree('.covey/jobs')", "could not grow: no such file or directory"),
    "moved away": ("os.rename('.covey', 'moved')", "was removed while the program ran: what was measured is lost"),
    "the records": ("[os.unlink(f) for f in glob.glob('.covey/jobs/*/*/session.json')]", "session.json: was removed while the program ran"),
    "the shards": ("[os.unlink(f) for f in glob.glob('.covey/jobs/*/*/*.shard')]", "could not grow: no such file or directory"),
}


@pytest.mark.parametrize("status", [0, 3])
@pytest.mark.parametrize("what", REMOVED)
def test_removed_under_way(what, status, program, measure, plain, project):
    code, said = REMOVED[what]
    source = (project / "main.py").read_text().replace("SystemExit(3)", f"SystemExit({status})")
    project.write({"main.py": f"import os, glob, shutil\n{code}\n" + source})
    outcome = measure()
    assert outcome.of_program == (status, *plain[1:])
    assert len(outcome.said) == 1 and said in outcome.said[0]
    assert outcome.said[0].startswith("covey: warning: ")
    assert outcome.incomplete or not outcome.records


def test_removed_between_the_processes(program, measure, plain, project):
    """What was moved away before the subprocess starts: that one finds no run, and says nothing."""
    source = (project / "main.py").read_text().replace("child = ", "os.rename('.covey', 'moved')\nchild = ")
    project.write({"main.py": source})
    outcome = measure()
    assert outcome.of_program == plain and len(outcome.said) == 1


@pytest.mark.parametrize("options", [[], ["--branch"]], ids=["lines", "branches"])
@pytest.mark.parametrize("what", ["no shared maps", "no fallocate", *COPYING])
def test_a_file_system_without_maps(what, options, measure, project, fault, plain, run_covey, program):
    """The same numbers, by writing, also of two processes that share a shard."""
    measure(*options)
    expected = json.loads(run_covey("json", "-q", "-o", "-").stdout)["files"]
    if what == "no shared maps":
        environment = fault("map", "ENODEV")
    elif what == "no fallocate":
        environment = fault("fallocate", "EOPNOTSUPP")
    else:
        environment = fault("nothing") | {"FAULT_FSTYPE": COPYING[what]}
    outcome = measure(*options, env=environment)
    assert (outcome.of_program, outcome.said, outcome.incomplete) == (plain, [], None)
    assert json.loads(run_covey("json", "-q", "-o", "-").stdout)["files"] == expected


@pytest.mark.parametrize("options", [[], ["--branch"]], ids=["lines", "branches"])
def test_killed_where_there_are_no_maps(options, measure, project, fault, program):
    project.write({"main.py": "import os\ndef f():\n    x = 1\n    os.kill(os.getpid(), 9)\n    x = 2\nf()\n"})
    outcome = measure(*options, env=fault("map", "ENODEV"))
    assert outcome.status == -9
    assert {line for name, line in outcome.lines if name == "main.py"} == {1, 2, 3, 4, 6}


def test_the_test_contexts_where_there_are_no_maps(project, run_covey, fault):
    project.write({"x_test.py": "def test_a():\n    x = 1\n\ndef test_b():\n    y = 1\n\ntest_a()\ntest_b()\n"})
    environment = fault("map", "ENODEV")
    project.write({".coveragerc": "[run]\ndynamic_context = test_function\nsource = .\n"})
    shown = []
    for env in ({}, environment):
        done = run_covey("run", "x_test.py", env=env)
        assert (done.returncode, done.stderr) == (0, "")
        report = json.loads(run_covey("json", "-q", "-o", "-", "--show-contexts").stdout)
        shown.append(report["files"]["x_test.py"]["contexts"])
    assert shown[0] == shown[1] and len(shown[0]) >= 4


def test_errno_is_the_programs(project, run_covey, fault):
    """Callbacks run inside calls of C code that may look at errno afterwards."""
    project.write(
        {
            "main.py": "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.__errno_location.restype = ctypes.POINTER(ctypes.c_int)\n"
            "number = libc.__errno_location()\nimport fresh\nseen = []\n"
            "for turn in range(40):\n    number[0] = 77\n    fresh.functions[turn]()\n    seen.append(number[0])\nprint(set(seen))\n",
            "fresh.py": "functions = []\n" + "".join(f"def f{i}():\n    return {i}\nfunctions.append(f{i})\n" for i in range(40)),
        }
    )
    for environment in ({}, fault("map", "ENODEV")):
        done = run_covey("run", "--source", ".", "main.py", env=environment)
        assert (done.stdout, done.stderr) == ("{77}\n", "")


def test_the_extension_cannot_be_loaded(program, measure, plain, project):
    """For want of address space, say. The program runs on in silence, and the run says so."""
    project.write({"path/_covey.py": "raise ImportError('failed to map segment')"})
    outcome = measure(env={"PYTHONPATH": project / "path"})
    assert outcome.of_program == plain
    assert len(outcome.said) == 1 and "no data was collected" in outcome.said[0]
    assert outcome.incomplete == "a process is not measured: covey's extension could not be loaded"


def test_a_directory_that_cannot_be_written_to_is_refused(project, program, run, covey):
    data = project / ".covey"
    data.mkdir()
    data.chmod(0o555)
    prefix = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root writes everywhere, and there is no setpriv")
        prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
    done = run([*prefix, covey, "run", "main.py"])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"covey: error: {data}/.gitignore: permission denied\n"
    data.chmod(0o755)
