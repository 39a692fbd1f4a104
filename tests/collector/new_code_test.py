"""However code comes to be, it is measured: not only where it was compiled for the file that it is measured as."""

import sysconfig

import pytest

MODULE = "def f(n):\n    def g():\n        return n\n    return g()\n\n\nclass C:\n    def m(self):\n        return [x for x in (1,)]\n"
LINES = [1, 2, 3, 4, 7, 8, 9]
USE = "f(1)\nC().m()\n"
SOURCE = "import os\npath = os.path.abspath('mod.py')\nsource = open(path).read()\n"
LIBRARY = sysconfig.get_path("stdlib")

WAYS = {
    "imported": "from mod import f, C\n",
    "its byte code says it is another's": "import py_compile\n"
    f"py_compile.compile('mod.py', dfile='{LIBRARY}/mod.py')\n"
    "import mod\nfrom mod import f, C\n",
    "its byte code was compiled elsewhere": "import py_compile\npy_compile.compile('mod.py', dfile='/build/mod.py')\nfrom mod import f, C\n",
    "imported under another name": "import importlib.util, sys\n"
    "spec = importlib.util.spec_from_file_location('json.tool2', 'mod.py')\nm = importlib.util.module_from_spec(spec)\n"
    "spec.loader.exec_module(m)\nf, C = m.f, m.C\n",
    "run by path": "import runpy\nspace = runpy.run_path('mod.py')\nf, C = space['f'], space['C']\n",
    "run as a module": "import runpy\nspace = runpy.run_module('mod')\nf, C = space['f'], space['C']\n",
    "compiled": SOURCE + "exec(compile(source, path, 'exec'))\n",
    "compiled by a relative name": SOURCE + "exec(compile(source, 'mod.py', 'exec'))\n",
    "compiled as nobody's, its file put in": SOURCE
    + "import types\ndef named(code):\n"
    "    constants = tuple(named(c) if isinstance(c, types.CodeType) else c for c in code.co_consts)\n"
    "    return code.replace(co_filename=path, co_consts=constants)\n"
    "exec(named(compile(source, '<nobody>', 'exec')))\n",
    "marshalled": SOURCE + "import marshal\nexec(marshal.loads(marshal.dumps(compile(source, path, 'exec'))))\n",
    "made of constants": SOURCE
    + "import types\nmodule = compile(source, path, 'exec')\n"
    "(code,) = [c for c in module.co_consts if isinstance(c, types.CodeType) and c.co_name == 'f']\n"
    "exec(module)\nf = types.FunctionType(code, {})\n",
    "given to a function": SOURCE
    + "space = {}\nexec(compile(source, path, 'exec'), space)\nC = space['C']\ndef f(n): pass\nf.__code__ = space['f'].__code__\n",
    "of another's file, its name made of pieces": SOURCE
    + f"code = compile(source, '{LIBRARY}/mod.py', 'exec')\n"
    "space = {'__file__': path, '__name__': 'mod'}\n"
    "exec(code.replace(co_name=''.join(['<mod', 'ule>'])), space)\nf, C = space['f'], space['C']\n",
    "in a thread": SOURCE
    + "import threading\nthread = threading.Thread(target=exec, args=(compile(source, path, 'exec'), globals()))\nthread.start()\nthread.join()\n",
    "by a tree": SOURCE + "import ast\nexec(compile(ast.parse(source), path, 'exec'))\n",
    # 3.11 has no tools.
    "after another tool came": "import sys\nm = getattr(sys, 'monitoring', None)\n"
    "m and (m.use_tool_id(3, 'x'), m.set_events(3, m.events.CALL))\nfrom mod import f, C\n",
    "after all code was armed again": "import sys\nm = getattr(sys, 'monitoring', None)\nm and m.restart_events()\nfrom mod import f, C\n",
}


@pytest.mark.parametrize("options", [[], ["--branch"]], ids=["lines", "branches"])
@pytest.mark.parametrize("way", WAYS)
def test_ways(measure, way, options):
    measured = measure({"main.py": WAYS[way] + USE, "mod.py": MODULE}, "main.py", options=options)
    assert measured.executed("mod.py") == LINES


NAMED = {
    "in a file of its name": ("pkg", "import pkg\nfrom pkg import f, C\n", "pkg.py"),
    "in a directory of its name": ("pkg", "from pkg import f, C\n", "pkg/__init__.py"),
    "a part of it": ("pkg.mod", "from pkg.mod import f, C\n", "pkg/mod.py"),
    "in a file of another name": (
        "pkg",
        "import importlib.util\nspec = importlib.util.spec_from_file_location('pkg', 'odd.py')\n"
        "m = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(m)\nf, C = m.f, m.C\n",
        "odd.py",
    ),
}


@pytest.mark.parametrize("where", NAMED)
def test_packages_that_were_named(measure, where):
    package, program, file = NAMED[where]
    files = {"main.py": program + USE, "pkg/__init__.py": "", file: MODULE}
    if file == "pkg.py":
        del files["pkg/__init__.py"]
    measured = measure(files, "main.py", options=["--source-pkgs", package], check=False)
    assert measured.executed(file) == LINES


@pytest.mark.since(3, 12, reason="3.11 traces")
def test_code_that_is_not_measured_is_left_as_it_is(project, run_covey):
    """Each code object that has an event of ours the interpreter instruments, which is most of what we cost."""
    program = (
        "import json, sys\ndef f():\n    return json.dumps([1])\nf()\nm = sys.monitoring\nprint(m.get_tool(1), m.get_events(1) & m.events.PY_START, "
        "m.get_local_events(1, json.dumps.__code__), m.get_local_events(1, f.__code__) != 0)\n"
    )
    project.write({"main.py": program})
    for options in ([], ["--branch"], ["--source=."], ["--source-pkgs=main"]):
        done = run_covey("run", *options, "main.py")
        assert done.stdout == "covey 0 0 True\n", done.stderr

