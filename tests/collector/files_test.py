"""Which files are measured: those that coverage.py would measure."""

import json
import os
import pathlib
import sys

import pytest

PACKAGE = {
    "main.py": "import pkg.used\nimport other\nimport json\n",
    "pkg/__init__.py": "",
    "pkg/used.py": "x = 1\n",
    "pkg/unused.py": "y = 1\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/deep.py": "z = 1\n",
    "pkg/notapackage/script.py": "z = 1\n",
    "other.py": "z = 1\n",
    ".hidden/secret.py": "z = 1\n",
}

CASES = {
    "nothing chosen: all that ran but libraries": ([], {"main.py", "pkg/__init__.py", "pkg/used.py", "other.py"}),
    "a directory, with what it has of packages that did not run": (
        ["--source", "pkg"],
        {"pkg/__init__.py", "pkg/used.py", "pkg/unused.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"},
    ),
    "a package": (
        ["--source-pkgs", "pkg"],
        {"pkg/__init__.py", "pkg/used.py", "pkg/unused.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"},
    ),
    "the current directory": (["--source", "."], set(PACKAGE) - {"pkg/notapackage/script.py", ".hidden/secret.py"}),
    "a source that is no directory is a package": (["--source", "other"], {"other.py"}),
    "several": (["--source", "pkg/sub,other"], {"pkg/sub/__init__.py", "pkg/sub/deep.py", "other.py"}),
    "patterns": (["--include", "pkg/*"], {"pkg/__init__.py", "pkg/used.py"}),
    "patterns left out": (["--omit", "*/used.py,main.py"], {"pkg/__init__.py", "other.py"}),
    "left out of a source, whether it ran or not": (
        ["--source", "pkg", "--omit", "pkg/u*.py"],
        {"pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"},
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_files(measure, what):
    options, files = CASES[what]
    stderr = "covey: warning: {project}/pkg/sub: nothing in this source ever ran\n" if what == "several" else ""
    assert set(measure(PACKAGE, "main.py", options=options, check=False, stderr=stderr).files) == files


@pytest.mark.parametrize("what", CASES)
def test_coverage_py_measures_the_same_files(run_python, project, what):
    """The table above is coverage.py's own behaviour."""
    options, files = CASES[what]
    project.write(PACKAGE)
    # A source package is an option of the configuration there.
    configuration = "[run]\n" + (f"source_pkgs = {options[1]}\n" if options[:1] == ["--source-pkgs"] else "")
    project.write({".coveragerc": configuration})
    options = [] if options[:1] == ["--source-pkgs"] else options
    assert run_python("-m", "coverage", "run", *options, "main.py").returncode == 0
    run_python("-m", "coverage", "json", "-q", "-o", "coverage.json")
    assert set(json.loads((project / "coverage.json").read_text())["files"]) == files


def test_code_without_a_file_is_not_measured(measure):
    source = "exec(compile('a = 1', '<string>', 'exec'))\nexec(compile('a = 1', 'memory:x', 'exec'))\neval('1')\n"
    assert set(measure({"main.py": source}, "main.py", options=[]).files) == {"main.py"}


def test_a_relative_name_is_found_from_the_directory_at_the_time(measure):
    sources = {
        "main.py": "import os\nos.chdir('sub')\nexec(compile(open('part.py').read(), 'part.py', 'exec'))\nos.chdir('/')\n",
        "sub/part.py": "x = 1\nif not x:\n    pass  # missing\n",
    }
    assert set(measure(sources, "main.py", options=[]).files) == {"main.py", "sub/part.py"}


def test_a_linked_source_has_its_real_name(measure, project):
    project.write({"real/mod.py": "x = 1\n"})
    (project / "linked").symlink_to("real")
    measured = measure({"main.py": "import sys\nsys.path.insert(0, 'linked')\nimport mod\n"}, "main.py", options=[])
    assert set(measured.files) == {"main.py", "real/mod.py"}


def test_what_is_installed_is_left_out_below_a_source_too(measure, project):
    """A virtual environment in the project is not the project's."""
    site = f"env/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    project.write({"env/pyvenv.cfg": "home = /nowhere\n", f"{site}/installed.py": "x = 1\n"})
    main = f"import sys\nsys.path.insert(0, {str(project / site)!r})\nimport installed\n"
    assert set(measure({"main.py": main}, "main.py").files) == {"main.py"}


def test_installed_packages_are_those_of_sysconfig(run_python, project):
    """The collector works out natively what sysconfig says: a file in each of its directories is left out."""
    probe = (
        "import sysconfig, site\n"
        "places = {sysconfig.get_paths(s)[k] for s in sysconfig.get_scheme_names() if not s.startswith(('nt', 'osx'))\n"
        "          for k in ('stdlib', 'platstdlib', 'purelib', 'platlib', 'scripts')}\n"
        "import _covey\n"
        "print(sorted(p for p in places if _covey.measures(p + '/x.py')))\n"
    )
    done = run_python("-c", probe)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("path", [b"m\xe9.py", b"d\xe9/m.py"])
def test_a_name_that_is_not_utf_8_is_said_to_be_missing(project, run_covey, path):
    """Neither can coverage.py keep such a name."""
    module = os.path.join(os.fsencode(project), path)
    os.makedirs(os.path.dirname(module), exist_ok=True)
    with open(module, "wb") as file:
        file.write(b"x = 1\n")
    project.write({"main.py": f"import runpy, os\nrunpy.run_path(os.fsdecode({path!r}))\nexec(compile('1', '<\\udce9>', 'exec'))\n"})
    done = run_covey("run", "main.py")
    assert done.returncode == 0
    where = os.path.join(str(pathlib.Path(project)), repr(path)[2:-1])
    (warning,) = done.stderr.splitlines()
    assert warning.endswith(f"not measured, for its name is not UTF-8: {where}"), warning
    assert run_covey("report").returncode == 0
