"""Whatever names data and reports hold, and whatever lies in the place of what a command writes: nothing outside the
project changes, and nothing of it is started."""

import json
import os
import pathlib
import shutil
import tempfile

import pytest
from hostile_data import REPORTS, write_data_file

pytestmark = pytest.mark.only_on((3, 14), reason="the binary knows no versions")

SOURCE = "x = 1\ny = 2\n"

# The name of a file in the data. OUTSIDE is a directory beside the project, which has x.py in it.
NAMES = {
    "absolute": "OUTSIDE/x.py",
    "above": "../outside/x.py",
    "above by a detour": "main.py/../../outside/x.py",
    "far above": "../" * 40 + "etc/hosts",
    "through a link": "link/x.py",
    "a link": "link.py",
    "a NUL": "main.py\0",
    "a NUL in an outer name": "OUTSIDE/x.py\0/../main.py",
    "a NUL at first": "\0",
    "a newline": "main\n.py",
    "a backslash": "..\\outside\\x.py",
    "a drive": "c:/x.py",
    "a host": "//host/share/x.py",
    "a long part": "x" * 300 + ".py",
    "a long path": "x/" * 3000 + "x.py",
    "not UTF-8": "\udcff\udc80.py",
    "nothing": "",
    "a dot": ".",
    "two dots": "..",
    "the root": "/",
    "a home": "~/x.py",
    "an option": "-d.py",
    "a variable": "$HOME/x.py",
}

COMMANDS = [
    *(["report", "-i"], ["html", "-i"], ["annotate", "-i"], ["annotate", "-i", "-d", "copies"]),
    *(["json", "-i"], ["xml", "-i"], ["lcov", "-i"], ["index"], ["debug", "data"]),
    *(["convert", ".coverage", "-o", "new.json"], ["combine", "--keep", ".coverage"]),
]


@pytest.fixture
def place(project):
    """The project, with a directory outside of it and links that lead there."""
    outside = project.path.parent / "outside"
    outside.mkdir()
    (outside / "x.py").write_text(SOURCE)
    project.write({"main.py": SOURCE, "main\n.py": SOURCE, "-d.py": SOURCE})
    (project / "link").symlink_to(outside)
    (project / "link.py").symlink_to(outside / "x.py")
    return project


def below(directory, but=None):
    """What lies there, with the bytes of files and the targets of links."""
    found = {}
    for folder, folders, files in os.walk(directory):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)
            if but is None or not (path + "/").startswith(f"{but}/"):
                found[path] = os.readlink(path) if os.path.islink(path) else open(path, "rb").read() if os.path.isfile(path) else None
    return found


@pytest.fixture
def confined(place, run_covey):
    """run_covey that fails where anything outside the project changes or it ends by a signal."""
    home = place.path.parent

    def confined(*arguments, **options):
        before = below(home, place.path)
        done = run_covey(*arguments, env={"XDG_CACHE_HOME": place / "cache"}, errors="surrogateescape", **options)
        assert below(home, place.path) == before, arguments
        assert done.returncode in (0, 1, 2), (arguments, done.stderr)
        return done

    return confined


def named(place, name):
    return name.replace("OUTSIDE", str(place.path.parent / "outside"))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_data_file(place, confined, name):
    sources = {path: (place / path).read_text() for path in ("main.py", "main\n.py", "-d.py")}
    for command in COMMANDS:
        write_data_file(place / ".coverage", [named(place, NAMES[name]), str(place / "main.py")])
        confined(*command)
        assert {path: (place / path).read_text() for path in sources} == sources, command
    for made in "htmlcov", "copies":
        assert all(path.is_file() for path in (place / made).glob("*")) and not (place / made).is_symlink()


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_report(place, confined, name, report):
    try:
        place.write({report: REPORTS[report](named(place, NAMES[name]))})
    except UnicodeEncodeError:
        pytest.skip("the format cannot hold the name")
    for output in "b.json", "b.xml", "b.lcov", "b.coverage":
        confined("convert", report, "-o", output)
    if (place / "b.coverage").exists():
        for command in ["html", "-i"], ["annotate", "-i"]:
            confined(*command, "--data-file=b.coverage")


def test_an_annotated_source_lies_below_the_current_directory_or_where_d_says(place, confined):
    outer = place.path.parent / "outside/x.py"
    write_data_file(place / ".coverage", [str(outer), str(place / "link/x.py"), str(place / "main.py")])
    done = confined("annotate")
    why = "is not below the current directory, so nothing is written beside it (-d names a directory)"
    assert (done.returncode, done.stderr) == (1, f"covey: error: {outer}: {why}\n")
    assert (place / "main.py,cover").read_text() == "> x = 1\n! y = 2\n"
    done = confined("annotate", "-d", "copies")
    assert done.returncode == 0 and len(list((place / "copies").iterdir())) == 2


def test_a_name_with_a_nul_is_refused(place, confined):
    write_data_file(place / ".coverage", ["main.py\0"])
    done = confined("report")
    assert done.returncode == 1 and "it names a file with a NUL" in done.stderr


# Links in the place of what is written: its name, and the command.
PLANTED = {
    **{f"htmlcov/{name}": ["html"] for name in ("index.html", "function_index.html", "main_py.html", ".gitignore", "style.css")},
    "main.py,cover": ["annotate"],
    "copies/main.py,cover": ["annotate", "-d", "copies"],
    "coverage.json": ["json"],
    "coverage.xml": ["xml"],
    "coverage.lcov": ["lcov"],
    "new.json": ["convert", ".coverage", "-o", "new.json"],
    "new.coverage": ["convert", ".coverage", "-o", "new.coverage"],
}


@pytest.mark.parametrize("target", ["x.py", "missing"])
@pytest.mark.parametrize("name", PLANTED)
def test_a_link_in_a_file_s_place_is_not_followed(place, confined, name, target):
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).symlink_to(place.path.parent / "outside" / target)
    write_data_file(place / ".coverage", [str(place / "main.py")])
    done = confined(*PLANTED[name])
    assert done.returncode == 0, done.stderr


@pytest.fixture
def ran(place, confined):
    """The project with a data directory. What is outside has folders named as runs are."""
    (place.path.parent / "outside" / "0123456789abcdef").mkdir()
    done = confined("run", "--source=.", "--rcfile=/dev/null", "main.py")
    assert done.returncode == 0, done.stderr
    return place


@pytest.mark.parametrize("part", ["jobs", "runs", "tables", "analysis", "jobs/default", "jobs/default/*", "jobs/+combined", "runs/*", "tables/*"])
def test_a_link_in_a_data_directory_is_refused(ran, confined, part):
    assert confined("report").returncode == 0
    part = ran / ".covey" / part
    if part.name == "*":
        (part,) = part.parent.iterdir()
    if part.exists():
        shutil.rmtree(part)
    part.symlink_to(ran.path.parent / "outside")
    for command in ["report"], ["html"], ["combine"], ["combine", "--append", "--keep"], ["index"], ["erase"], ["run", "main.py"]:
        done = confined(*command)
        assert done.returncode == 1 and "is a symbolic link" in done.stderr, (command, done.stderr)
        assert part.is_symlink()
    other = ran.path.parent / "project/artifacts"
    other.mkdir()
    (ran / ".covey").rename(other / "data")
    assert "is a symbolic link" in confined("combine", "artifacts").stderr


# What a session record claims.
RECORDS = {
    "slug": "../../../outside",
    "job": "../../../outside",
    "run_id": "../../../../outside",
    "combined": ["../../outside/0123456789abcdef", "/", "default/../.."],
    "project": "../../outside",
    "command": ["\0", "../outside"],
    "part": -(2**31),
}


@pytest.mark.parametrize("key", RECORDS)
def test_a_session_record_names_no_place(ran, confined, key):
    (path,) = ran.path.glob(".covey/jobs/*/*/session.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: RECORDS[key]}))
    for command in ["report"], ["run", "main.py"], ["combine"], ["report"], ["combine", "--append"], ["erase"]:
        confined(*command)


def shard_of(project):
    (path,) = (path for path in project.path.glob(".covey/jobs/*/*/*.shard") if b"main.py" in path.read_bytes())
    return path


def in_place_of(old, new):
    """`new`, an absolute path, with as many bytes as `old` has."""
    old, new = os.fsencode(old), os.fsencode(new)
    assert len(new) <= len(old), "the test's directory must lie deeper"
    return b"/" * (len(old) - len(new)) + new


def test_a_path_in_a_shard(ran, confined):
    shard = shard_of(ran)
    old, outer = ran / "main.py", ran.path.parent / "outside/x.py"
    shard.write_bytes(shard.read_bytes().replace(os.fsencode(old), in_place_of(old, outer)))
    assert str(outer) in confined("report", "-i").stdout
    for command in ["html", "-i"], ["annotate", "-i"], ["combine"], ["annotate", "-i"]:
        confined(*command)


def test_an_interpreter_in_a_shard_is_not_started(ran, confined, python):
    """Shards may be anyone's: what they name is started only if a run here has started it before."""
    with tempfile.TemporaryDirectory() as directory:  # of a short name
        program, marker = pathlib.Path(directory) / "p", pathlib.Path(directory) / "started"
        program.write_text(f"#!/bin/sh\necho started >{marker}\n")
        program.chmod(0o755)
        shard = shard_of(ran)
        data = shard.read_bytes()
        assert os.fsencode(python) in data
        shard.write_bytes(data.replace(os.fsencode(python), in_place_of(python, program)))
        shutil.rmtree(ran / ".covey/tables")
        for command in ["report"], ["index"], ["html"], ["combine"], ["report"]:
            shutil.rmtree(ran / ".covey/analysis", ignore_errors=True)
            done = confined(*command)
            assert done.returncode == 0, done.stderr  # by the interpreter beside covey
        assert not marker.exists()
