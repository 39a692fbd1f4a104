#!/usr/bin/env python3
"""Writes Python programs that run, and do nothing: branches, loops, exceptions, generators and coroutines at random.

    tests/conformance/runnable_programs.py FOLDER COUNT [SEED]

Modules `program_N.py` and what they stand on, `ground.py`, for made_up_runs.py; the same seed and CPython make the same
ones. Which way a condition goes is drawn as the program runs, from a stream of numbers that is the same each time.
"""

import pathlib
import random
import sys
import warnings

GROUND = '''
import asyncio, inspect, random

class Spent(BaseException):
    """A program has run long enough."""

class Own(Exception):
    pass

draw = random.Random()
fuel = 0

def begin(seed):
    global fuel
    draw.seed(seed)
    fuel = 1500

def burn():
    global fuel
    fuel -= 1
    if fuel < 0:
        raise Spent

def c(*_):
    burn()
    return draw.choice((0, 1, 0, 1, None, 2))

def may(*_):
    burn()
    if draw.random() < 0.3:
        raise draw.choice((ValueError, KeyError, Own))
    return draw.choice((0, 1))

def fail(*_):
    raise draw.choice((ValueError, KeyError, Own))

def same(*arguments, **_):
    return arguments

def several(n):
    for i in range(n or 0):
        burn()
        yield i

async def later(n):
    for i in range(n or 0):
        burn()
        if i:
            await asyncio.sleep(0)
        yield i

async def soon():
    burn()
    return await asyncio.sleep(0)

class Manager:
    def __init__(self, *_, swallows=False, fails=False):
        self.swallows, self.fails = swallows, fails
    def __enter__(self):
        return self
    def __exit__(self, kind, *_):
        if self.fails and draw.random() < 0.5:
            raise Own
        return self.swallows and kind is not None and issubclass(kind, Exception)
    async def __aenter__(self):
        return self
    async def __aexit__(self, *raised):
        await asyncio.sleep(0)
        return self.__exit__(*raised)

def keeps(*_):
    return Manager()

def swallows(*_):
    return Manager(swallows=True)

def breaks(*_):
    return Manager(fails=True)

def plain(function):
    return function

def made(*_):
    return plain

def finish(started):
    """Runs a generator or coroutine to its end, or to somewhere in its middle."""
    if inspect.iscoroutine(started):
        steps = lambda: started.send(None)
    elif inspect.isgenerator(started):
        steps = lambda: next(started)
    elif inspect.isasyncgen(started):
        steps = lambda: started.__anext__().send(None)
    else:
        return
    try:
        for _ in range(draw.choice((1, 3, 40))):
            steps()
        if draw.random() < 0.3 and not inspect.isasyncgen(started):
            started.throw(draw.choice((ValueError, Own)))
    except (StopIteration, StopAsyncIteration):
        pass
    finally:
        if not inspect.isasyncgen(started):
            started.close()

depth = 0

def call(function, *arguments):
    global depth
    if depth > 3:
        return
    depth += 1
    try:
        for _ in range(3 if depth < 2 else 1):
            try:
                finish(function(*arguments))
            except Exception:
                pass
    finally:
        depth -= 1
'''

CONDITIONS = ("c()", "c()", "c()", "may()", "not c()", "c() == 1", "None is c()", "c() is not None", "c() < 1 < 2")
CONSTANTS = ("1", "0", "True", "not 0", "__debug__", "1 and 2", "None", "''", "...", "0 or c()", "True and c()")
VALUES = ("c()", "may()", "1", "x", "'s'", "lambda: 0")
SIMPLE = (
    *("x = c()", "pass", "same(1)", "fail()", "may()", "may()", "x = 1; x = 2", "...", "'doc'", "assert c() or 1", "x: int = 3"),
    *("import os", "x = (1 if c() else\n may())", "same(\n may(),\n 2)", "same(c() and c())", "x = c() or may()"),
)
ITERATED = ("range(2)", "()", "several(2)", "several(c())", "(1,\n 2)", "several(\n 2\n)", "may() or ()", "[q for q in (1, 2) if c()]")
MANAGERS = (
    *("keeps()", "swallows()", "breaks() as z", "swallows() as z, keeps()", "(keeps() as z,\n breaks())", "keeps(\n 1), \\\n swallows()"),
    *("(\n keeps(),\n swallows() as z,\n )", "keeps(c() and may())"),
)
PATTERNS = ("0", "1", "None", "0 | 1", "[a, b]", "int()", "str() as z", "{'k': v}", "[0,\n 1]", "(0\n | 1)")
GUARDS = ("", "", "", " if c()", " if c() and may()", " if (c()\n or c())", " if False", " if True")
CAUGHT = ("ValueError", "(ValueError,\n KeyError) as e", "KeyError as e", "Own", "Exception")
MARKS = ("  # pragma: no cover", "  # pragma: no branch", "  # a comment")


class Author:
    """One program. `inside` says what surrounds a statement: l(oop), f(unction), g(enerator), a(sync), and nothing of a class."""

    def __init__(self, seed):
        self._pick = random.Random(seed)
        self._lines = []
        self._left = 60  # compound statements and the like
        self._names = 0

    def program(self):
        self._line(0, "from ground import *")
        self._line(0, "x = 1")
        while self._left > 0:
            self._function(0, 1) if self._chance(0.6) else self._statement(0, "", 1)
        return "\n".join(self._lines) + "\n"

    def _chance(self, chance):
        return self._pick.random() < chance

    def _one_of(self, *choices):
        return self._pick.choice(choices)

    def _line(self, depth, text):
        """A statement's first line and its others."""
        first, *others = text.split("\n")
        mark = self._one_of(*MARKS) if self._chance(0.03) else ""
        if others and first.endswith("\\"):
            mark = ""
        self._lines.append("    " * depth + first + mark)
        self._lines += ["    " * depth + "   " + other for other in others]

    def _condition(self, depth=0):
        kind = self._pick.randrange(12)
        if depth > 2 or kind < 6:
            return self._one_of(*CONDITIONS)
        gap = self._one_of(" ", "\n ") if depth else " "
        if kind < 8:
            return f"({self._condition(depth + 1)}{gap}and {self._condition(depth + 1)})"
        if kind < 10:
            return f"({self._condition(depth + 1)}{gap}or {self._condition(depth + 1)})"
        if kind == 10:
            return f"({self._condition(depth + 1)}{gap}if c() else {self._condition(depth + 1)})"
        return f"not ({self._condition(depth + 1)})"

    def _test(self):
        if self._chance(0.1):
            return self._one_of(*CONSTANTS)
        return f"(\n {self._condition(1)})" if self._chance(0.1) else self._condition()

    def _value(self):
        kind = self._pick.randrange(9)
        return (
            self._one_of(*VALUES) if kind < 4
            else f"[q for q in (1, 2)\n if {self._condition(1)}]" if kind == 4
            else f"({self._one_of(*VALUES)}\n if c() else {self._one_of(*VALUES)})" if kind == 5
            else f"same(\n {self._one_of(*VALUES)}, k={self._one_of(*VALUES)})" if kind == 6
            else f"({self._condition(1)} or {self._one_of(*VALUES)})" if kind == 7
            else "{\n q: c()\n for q in (1, 2)}"
        )  # fmt: skip

    def _simple(self, inside):
        choices = [*SIMPLE, f"x = {self._value()}", f"x = {self._value()}"]
        if "l" in inside:
            choices += ["break", "continue"] * 3
        if "f" in inside:
            choices += ["return", "return c()", f"return ({self._value()})", "return may()", "return None"]
        if "g" in inside:
            choices += ["yield", "yield may()", "x = yield 2", "yield from several(2)", "yield from (1, 2)"] * 2
        if "a" in inside:
            choices += ["await soon()", "x = await soon()"] * 3
        if self._chance(0.3):
            choices += ["raise ValueError", "raise KeyError(may())", "raise Own from None", "raise"] * 3
        return self._one_of(*choices)

    def _suite(self, depth, header, inside, level):
        """A header and what belongs to it, behind it or below it."""
        self._left -= 1
        simple = self._simple(inside)
        if self._chance(0.3):
            tail = f"; {self._one_of('x = 2', 'may()', 'pass')}" if self._chance(0.15) else ""
            return self._line(depth, f"{header} {simple}{tail}")
        self._line(depth, header)
        for _ in range(self._one_of(1, 1, 2, 3) if level < 4 else 1):
            self._statement(depth + 1, inside, level)

    def _statement(self, depth, inside, level):
        self._left -= 1
        if level > 4 or self._left < 0 or self._chance(0.35):
            return self._line(depth, self._simple(inside))
        kinds = (self._if, self._if, self._loop, self._while, self._try, self._try, self._with, self._match, self._definition)
        self._one_of(*kinds)(depth, inside, level + 1)

    def _if(self, depth, inside, level):
        self._suite(depth, f"if {self._test()}:", inside, level)
        while self._chance(0.3):
            self._suite(depth, f"elif {self._test()}:", inside, level)
        if self._chance(0.4):
            self._suite(depth, "else:", inside, level)

    def _maybe_async(self, inside):
        return "async " if "a" in inside and self._chance(0.5) else ""

    def _loop(self, depth, inside, level):
        head = self._maybe_async(inside)
        over = self._one_of("later(2)", "later(0)", "later(\n c())") if head else self._one_of(*ITERATED)
        self._suite(depth, f"{head}for i in {over}:", inside + "l", level)
        if self._chance(0.3):
            self._suite(depth, "else:", inside, level)

    def _while(self, depth, inside, level):
        self._line(depth, f"while {self._one_of('True', '1', self._test(), self._test())}:")
        self._line(depth + 1, "burn()")
        self._statement(depth + 1, inside + "l", level)
        if self._chance(0.6):
            self._suite(depth + 1, f"if {self._condition()}:", inside + "l", 9)
        if self._chance(0.3):
            self._suite(depth, "else:", inside, level)

    def _try(self, depth, inside, level):
        self._suite(depth, "try:", inside, level)
        n_handlers = self._one_of(0, 1, 1, 2)
        star = "*" if n_handlers and self._chance(0.2) else ""
        for _ in range(n_handlers):
            caught = self._one_of(*CAUGHT)
            self._suite(depth, f"except{star} {caught}:", inside.translate({108: "", 102: ""}) if star else inside, level)
        if n_handlers and self._chance(0.3):
            self._suite(depth, "else:", inside, level)
        if not n_handlers or self._chance(0.4):
            self._suite(depth, "finally:", inside.translate({108: "", 102: ""}), level)

    def _with(self, depth, inside, level):
        head = self._maybe_async(inside)
        self._suite(depth, f"{head}with {self._one_of(*MANAGERS)}:", inside, level)

    def _match(self, depth, inside, level):
        self._line(depth, self._one_of("match c():", "match x:", "match [c(), may()]:"))
        for _ in range(self._one_of(1, 2, 3)):
            self._suite(depth + 1, f"case {self._one_of(*PATTERNS)}{self._one_of(*GUARDS)}:", inside, level)
        if self._chance(0.5):
            self._suite(depth + 1, self._one_of("case _:", "case z:", "case _ if c():"), inside, level)

    def _definition(self, depth, inside, level):
        (self._function if self._chance(0.7) else self._class)(depth, level)

    def _decorators(self, depth):
        for _ in range(self._one_of(0, 0, 0, 1, 2)):
            self._line(depth, self._one_of("@plain", "@made(1)", "@made(\n 1,\n 2)", "@made(lambda: 1)"))

    def _function(self, depth, level):
        self._names += 1
        name = f"f{self._names}"
        head = self._one_of("", "", "", "async ")
        arguments = self._one_of("", "", "a=1", "a=c()", "a=1,\n b=2", "a: int = 1, *, k: str = 's'")
        self._decorators(depth)
        inside = {"": self._one_of("f", "f", "fg"), "async ": self._one_of("fa", "fa", "ga")}[head]
        self._suite(depth, f"{head}def {name}({arguments}){self._one_of('', ' -> int')}:", inside, level)
        self._line(depth, f"call({name})")

    def _class(self, depth, level):
        self._names += 1
        name = f"C{self._names}"
        self._decorators(depth)
        if self._chance(0.2):
            return self._line(depth, f"class {name}: {self._one_of('pass', 'x = 1', 'y = may()')}")
        self._line(depth, f"class {name}{self._one_of('', '(Manager)')}:")
        methods = []
        for _ in range(self._one_of(1, 2)):
            self._names += 1
            methods.append(f"m{self._names}")
            self._decorators(depth + 1)
            self._suite(depth + 1, f"def {methods[-1]}(self{self._one_of('', ', a=1', ', a=c()')}):", "f", level + 1)
            if self._chance(0.4):
                self._statement(depth + 1, "", level + 1)
        for method in methods:
            self._line(depth, f"call({name}.{method}, {name}())")


def program(seed):
    """The text of the seed's program: the first one it makes that compiles."""
    for attempt in range(1000):
        text = Author(f"{seed} {attempt}").program()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(text, "program", "exec")
            return text
        except SyntaxError:
            continue
    sys.exit(f"no program of seed {seed} compiles")


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ground.py").write_text(GROUND.lstrip("\n"))
    for seed in range(first, first + count):
        (folder / f"program_{seed}.py").write_text(program(seed))


if __name__ == "__main__":
    main()
