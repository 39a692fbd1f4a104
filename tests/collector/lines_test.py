"""Which lines a program ran, construct by construct."""

import pytest

PROGRAMS = {
    "plain functions": """
        def taken(x):
            if x:
                return 1
            return 2  # missing
        def never():
            return 3  # missing
        taken(1)
        """,
    # cpython#155992: with LINE events alone, CPython 3.13 loses the body that stands on its def's line.
    "bodies on the line of their def": """
        def one(): return 1
        two = lambda: 2
        class Three: x = 3
        if one() + two() + Three.x != 6:
            raise AssertionError  # missing
        """,
    "a generator, started and closed half-way": """
        def numbers():
            yield 1
            yield 2
            yield 3  # missing
        g = numbers()
        next(g)
        next(g)
        g.close()
        """,
    "coroutines": """
        import asyncio
        async def inner(x):
            await asyncio.sleep(0)
            if x:
                return 1
            return 2  # missing
        async def outer():
            async with asyncio.timeout(10):
                return await inner(True)
        asyncio.run(outer())
        """,
    "exceptions and finally": """
        def f(x):
            try:
                return 1 // x
            except ZeroDivisionError:
                return 0
            except ValueError:  # missing
                return 2  # missing
            finally:
                x = None
        f(0)
        """,
    "exception groups": """
        try:
            raise ExceptionGroup("g", [ValueError()])
        except* ValueError:
            x = 1
        except* KeyError:
            x = 2  # missing
        """,
    "match": """
        def f(x):
            match x:
                case 1:
                    return 1  # missing
                case {"a": a}:
                    return a
                case _:  # missing
                    return 3  # missing
        f({"a": 1})
        """,
    "comprehensions and conditional expressions": """
        a = [x
             for x in range(3)
             if x]
        b = (1 if a
             else 2)
        """,
    "decorators and classes": """
        def passing(f):
            return f
        @passing
        class C:
            '''Not a statement.'''
            @passing
            def used(self):
                '''Nor this.'''
                return 1
            @staticmethod
            def unused():
                return 2  # missing
        C().used()
        """,
    "multi-line statements count once": """
        x = dict(
            a=1,
            b=2,
        )
        if x and (
            not x
        ):
            y = (  # missing
                1 +
                2
            )
        """,
    "code made by exec in the real file's name": """
        import sys
        code = compile("\\n\\n\\nx = 1\\n", sys.argv[0], "exec")
        exec(code)
        if not x:
            pass  # missing
        """,
    "a module executed twice": """
        import importlib, sys
        if "again" in sys.argv:
            second = True  # missing
        for turn in range(2):
            namespace = {"turn": turn}
            exec(compile("if turn:\\n    a = 1\\nelse:\\n    a = 2\\n", "<string>", "exec"), namespace)
        """,
    "threads": """
        import threading
        def work():
            x = 1
            return x
        t = threading.Thread(target=work)
        t.start()
        t.join()
        """,
    "a function whose code is replaced": """
        def f():
            return 1  # missing
        def g():
            return 2
        f.__code__ = g.__code__
        f()
        """,
    "code that lies about its lines": """
        def f():
            return 1
        f.__code__ = f.__code__.replace(co_firstlineno=1000)
        f()
        f.__code__ = f.__code__.replace(co_firstlineno=2**31 - 2)  # no line of any file, and no damage to the data
        f()
        def g():
            return 2
        g()
        f.__code__ = f.__code__.replace(co_linetable=b"")
        f()
        """.replace("return 1", "return 1  # missing"),
    "a very large literal": "x = {\n" + "".join(f"    {i}: [{i}, {i}],\n" for i in range(5000)) + "}\nif not x:\n    pass  # missing\n",
}


def dedent(source):
    lines = source.strip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "".join(line[indent:].rstrip(" ") + "\n" if line.strip() else "\n" for line in lines).rstrip("\n") + "\n"


@pytest.mark.parametrize("what", PROGRAMS)
def test_lines(measure, what):
    measure({"program.py": dedent(PROGRAMS[what])}, "program.py")


@pytest.mark.since(3, 12, reason="3.11 traces only threads that `threading` starts, as coverage.py does")
def test_threads_of_any_origin(measure):
    measure(
        {
            "program.py": dedent("""
        import _thread, time
        done = []
        def work():
            done.append(1)
        _thread.start_new_thread(work, ())
        while not done:
            time.sleep(0.001)
        """)
        },
        "program.py",
    )


@pytest.mark.since(3, 14, reason="annotations are evaluated later since 3.14")
def test_deferred_annotations_are_not_measured(measure):
    measured = measure(
        {
            "program.py": dedent("""
        class C:
            x: int
            y: str = ""
        C.__annotations__
        """)
        },
        "program.py",
    )
    assert measured.executed("program.py") == [1, 3, 4]


def test_an_annotation_in_a_function_is_no_statement(measure):
    measured = measure({"program.py": "def f():\n    x: int\n    return 1\nf()\n"}, "program.py")
    assert measured.executed("program.py") == [1, 3, 4]


@pytest.mark.since(3, 12, reason="on 3.11 the collector is a trace function itself: see tracing_test.py")
def test_a_trace_function_that_comes_and_goes(measure):
    measure(
        {
            "program.py": dedent("""
        import sys
        def f(x):
            return x
        before = sys.gettrace()
        sys.settrace(lambda *event: None)
        f(1)
        sys.settrace(before)
        """)
        },
        "program.py",
    )
