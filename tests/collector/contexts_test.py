"""In which contexts lines run: static ones, test functions, pytest's tests; in threads, processes and generators."""

import json
import textwrap

import pytest

LIBRARY = """
    def half(number):
        if number % 2:
            return None
        return number // 2

    one_line = lambda number: number + 1

    def steps():
        first = 1
        yield first
        second = 2
        yield second
"""

TESTS = """
    import threading
    import unittest
    import library

    def test_even():
        assert library.half(4) == 2

    def test_odd():
        assert library.half(5) is None
        assert library.one_line(1) == 2

    def test_again():
        for _ in range(500):
            library.half(4)
        assert library.one_line(1) == 2

    def test_thread():
        thread = threading.Thread(target=library.half, args=(5,))
        thread.start()
        thread.join()

    class Methods(unittest.TestCase):
        def setUp(self):
            library.half(8)

        def test_method(self):
            self.assertEqual(library.half(6), 3)
"""

MODES = pytest.mark.parametrize("options", [(), ("--branch",)], ids=["lines", "branches"])


@pytest.fixture
def contexts(project, run_covey):
    """contexts(sources, *arguments of `covey run`) → {file: {line's text: contexts}}, of lines that differ in their text."""

    def contexts(sources, *arguments, status=0):
        project.write({name: textwrap.dedent(text).lstrip("\n") for name, text in sources.items()})
        done = run_covey("run", "--source", ".", *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        report = run_covey("json", "-q", "--show-contexts", "-o", "-")
        assert report.returncode == 0, report.stderr
        shown = {}
        for name, file in json.loads(report.stdout)["files"].items():
            lines = (project.path / name).read_text().splitlines()
            shown[name] = {lines[int(number) - 1].strip(): names for number, names in file["contexts"].items()}
        return shown

    return contexts


def test_a_static_context_is_that_of_all_that_runs(contexts):
    shown = contexts({"main.py": "x = 1\n", ".coveragerc": "[run]\ncontext = nightly\n"}, "main.py")
    assert shown == {"main.py": {"x = 1": ["nightly"]}}
    shown = contexts({"main.py": "x = 1\n"}, "--context", "weekly", "main.py")
    assert shown == {"main.py": {"x = 1": ["weekly"]}}


@MODES
def test_each_test_function_is_a_context(contexts, options):
    rcfile = "[run]\ndynamic_context = test_function\n"
    main = "import test_it, unittest\n" + "".join(f"test_it.test_{n}()\n" for n in ("even", "odd", "again", "thread"))
    main += "unittest.main('test_it', exit=False)\nimport library; library.half(2)\n"
    shown = contexts({"library.py": LIBRARY, "test_it.py": TESTS, "main.py": main, ".coveragerc": rcfile}, *options, "main.py")
    library = shown["library.py"]
    even, method = "test_it.test_even", "test_it.Methods.test_method"
    again, odd, thread = "test_it.test_again", "test_it.test_odd", "test_it.test_thread"
    assert library["def half(number):"] == [""]
    assert library["if number % 2:"] == ["", method, again, even, odd, thread]
    assert library["return None"] == [odd, thread]
    assert library["return number // 2"] == ["", method, again, even]
    assert library["one_line = lambda number: number + 1"] == ["", again, odd]
    assert shown["test_it.py"]["library.half(8)"] == [""]  # setUp is no test


@MODES
def test_each_part_of_a_pytest_test_is_a_context(contexts, options):
    fixture = """
        import pytest, library

        @pytest.fixture
        def number():
            library.half(2)
            yield 6
            library.half(3)

        def test_with(number):
            assert library.half(number) == 3

        @pytest.mark.parametrize("n", [2, 4])
        def test_each(n):
            assert library.half(n)
    """
    sources = {"library.py": LIBRARY, "test_it.py": fixture}
    shown = contexts(sources, *options, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:cov", "--cov-context=test")
    library, tests = shown["library.py"], shown["test_it.py"]
    base = "test_it.py::test_with"
    each = ["test_it.py::test_each[2]|run", "test_it.py::test_each[4]|run"]
    assert library["return None"] == [f"{base}|teardown"]
    assert library["return number // 2"] == [*each, f"{base}|run", f"{base}|setup"]
    assert tests["library.half(2)"] == [f"{base}|setup"]
    assert tests["library.half(3)"] == [f"{base}|teardown"]
    assert tests["assert library.half(n)"] == each
    # coverage.py knows lines by arcs where it measures branches, and one begins here in the teardown.
    assert tests["yield 6"] == ([f"{base}|setup", f"{base}|teardown"] if options else [f"{base}|setup"])


@MODES
def test_hot_code_is_seen_in_every_context_that_it_runs_in(contexts, options):
    main = """
        def hot(limit):
            n = 0
            while n < limit:
                n += 1
            if limit == 3:
                n = 0
            return n

        for test in range(40):
            exec(f"def test_{test}(limit): hot(limit)")
            globals()[f"test_{test}"](3 if test % 4 == 0 else 500)
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    tests = [f"__main__.test_{test}" for test in range(40)]
    assert shown["n += 1"] == shown["return n"] == sorted(tests)
    assert shown["if limit == 3:"] == sorted(tests)


def test_a_step_between_lines_that_have_several_places_is_seen(project, run_covey):
    """A decorated function's line stands in the code before and after its decorator's call."""
    source = "def deco(f):\n    return f\n\nclass K:\n    @deco\n    def p(self): return 1\n    x = 1\n\ndef test_it():\n    K().p()\n\ntest_it()\n"
    project.write({"main.py": source, ".coveragerc": "[run]\ndynamic_context = test_function\n"})
    assert run_covey("run", "--branch", "main.py").returncode == 0
    report = json.loads(run_covey("json", "-q", "-o", "-").stdout)
    assert report["files"]["main.py"]["executed_branches"] == [[6, -5], [6, 7]]


@MODES
def test_a_line_that_ran_last_in_one_context_did_not_run_in_the_next(contexts, options):
    """Frames that end by an exception, generators left half way, code whose events are off: none leads into the next test."""
    main = """
        def numbers():
            while True:
                if left:
                    yield 1
                else:
                    break

        def hot(limit):
            for n in range(1000):
                if n > limit:
                    raise ValueError

        def test_first():
            next(numbers())
            try:
                hot(500)
            except ValueError:
                caught = 1

        def test_second():
            nothing = list(numbers())
            hot(1000)

        left = True
        test_first()
        left = False
        test_second()
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    first, second = "__main__.test_first", "__main__.test_second"
    assert shown["if left:"] == shown["if n > limit:"] == [first, second]
    assert shown["yield 1"] == shown["raise ValueError"] == [first]
    assert shown["break"] == [second]


@MODES
def test_a_line_that_an_exception_kept_from_running_is_in_no_context(contexts, options):
    main = """
        def check(good):
            if not good:
                raise ValueError

        def work(a, b):
            try:
                check(a is None or b is None)
                done = 1
            except ValueError:
                failed = 1

        def test_good():
            work(None, 2)

        def test_bad():
            work(1, 2)

        test_good()
        test_bad()
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    assert shown["done = 1"] == ["__main__.test_good"]
    assert shown["failed = 1"] == ["__main__.test_bad"]


@pytest.mark.since(3, 14, reason="annotations are deferred since")
@pytest.mark.parametrize("options", [("--branch",), ()], ids=["branches", "lines"])
def test_deferred_annotations_run_in_contexts(contexts, options):
    main = """
        import typing

        class Pair(typing.NamedTuple):
            first: int
            second: str

        def test_it():
            return Pair(1, "2")

        test_it()
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    assert shown["first: int"] == shown["second: str"] == [""]


@MODES
def test_the_context_goes_on_in_a_forked_child(contexts, options):
    main = """
        import os

        def before():
            pass

        def after():
            pass

        def test_fork():
            before()
            child = os.fork()
            if child == 0:
                before()
                after()
                os._exit(0)
            os.waitpid(child, 0)

        test_fork()
        after()
    """
    rcfile = "[run]\ndynamic_context = test_function\ncontext = forks\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    assert shown["child = os.fork()"] == shown["os._exit(0)"] == ["forks|__main__.test_fork"]
    assert shown["test_fork()"] == shown["after()"][:1] == ["forks"]


@MODES
def test_a_process_that_is_killed_keeps_its_contexts(contexts, options):
    main = "import os\n\ndef test_it():\n    x = 1\n    os.kill(os.getpid(), 9)\n\ntest_it()\n"
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py", status=-9)["main.py"]
    assert shown["x = 1"] == shown["os.kill(os.getpid(), 9)"] == ["__main__.test_it"]


@MODES
def test_a_coroutine_is_a_test_only_while_it_runs(contexts, options):
    main = """
        import asyncio

        async def other():
            await asyncio.sleep(0)
            seen = 1

        async def test_it():
            x = 1
            await asyncio.sleep(0.01)
            y = 2

        async def main():
            await asyncio.gather(test_it(), other())

        asyncio.run(main())
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, *options, "main.py")["main.py"]
    assert shown["x = 1"] == shown["y = 2"] == ["__main__.test_it"]
    assert shown["seen = 1"] == [""]


def test_names_are_those_of_coverage_py(contexts):
    main = """
        class Base:
            def test_inherited(self):
                a = 1
            @staticmethod
            def test_static():
                b = 1
            @classmethod
            def test_class(cls):
                c = 1
        class Derived(Base):
            pass
        def test_nested():
            def test_inner():
                d = 1
            test_inner()
        def runTest():
            e = 1
        def outer():
            def test_local():
                f = 1
            test_local()
        Derived().test_inherited(); Base.test_static(); Derived.test_class(); test_nested(); runTest(); outer()
        def test_raises():
            g = 1
            raise ValueError
        try:
            test_raises()
        except ValueError:
            h = 1
    """
    rcfile = "[run]\ndynamic_context = test_function\n"
    shown = contexts({"main.py": main, ".coveragerc": rcfile}, "main.py")["main.py"]
    assert {text: shown[text] for text in ("a = 1", "b = 1", "c = 1", "d = 1", "e = 1", "f = 1", "g = 1", "h = 1")} == {
        "a = 1": ["__main__.Base.test_inherited"],
        "b = 1": ["__main__.Base.test_static"],
        "c = 1": ["__main__.Base.test_class"],
        "d = 1": ["__main__.test_nested"],
        "e = 1": ["__main__.runTest"],
        "f = 1": [""],
        "g = 1": ["__main__.test_raises"],
        "h = 1": [""],
    }


def test_a_dynamic_context_that_there_is_not_is_refused(project, run_covey):
    project.write({"main.py": "x = 1\n", ".coveragerc": "[run]\ndynamic_context = test_class\n"})
    done = run_covey("run", "main.py")
    assert done.returncode == 1
    assert "Don't understand dynamic_context setting: 'test_class'" in done.stderr


@MODES
def test_reports_filter_by_context(contexts, run_covey, options):
    rcfile = "[run]\ndynamic_context = test_function\n"
    main = "import test_it\ntest_it.test_even()\ntest_it.test_odd()\n"
    contexts({"library.py": LIBRARY, "test_it.py": TESTS, "main.py": main, ".coveragerc": rcfile}, *options, "main.py")
    report = run_covey("json", "-q", "-o", "-", "--contexts", "odd", "--show-contexts", "library.py")
    file = json.loads(report.stdout)["files"]["library.py"]
    lines = [line.strip() for line in LIBRARY.strip("\n").splitlines()]
    ran = {lines[number - 1] for number in file["executed_lines"]}
    assert {"if number % 2:", "return None"} <= ran
    assert "return number // 2" not in ran
    if options:
        assert file["executed_branches"] and file["missing_branches"]
