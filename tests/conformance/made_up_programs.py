#!/usr/bin/env python3
"""Write Python programs that nobody would: every statement in every other, on one line, over several, in constant tests.

    python tests/conformance/made_up_programs.py FOLDER COUNT [SEED]

They are for parser_corpus.py, which reads folders; the same seed makes the same programs.
"""

from __future__ import annotations

import pathlib
import random
import sys

TESTS = (
    *("x", "x and 1", "not x", "f(\n 1)", "(x\n and y)", "x == 0", "1 if x else y", "lambda: 0", "(yield_)", "f'{x}'"),
    *("True", "False", "None", "__debug__", "0", "1", "0.0", "1e-400", "0j", "0x_0", "''", "'a'", "b''", "...", "()"),
    *("not 0", "not (not '')", "1 and 0", "0 or (1 and not None)", "(0)", "((\n True))", "'' 'b'", "'' f''", "1_0"),
    *("True and x", "0 or x", "1 == 1", "-1", "not 1 == 2", "[0]", "'\\\n'", "r'\\\n'", "'''\n'''", "True.x", "(0,)",),
)
SIMPLE = (
    *("x = 1", "f(x)", "pass", "x: int", "x = [\n 1,\n 2]", "x = {\n **y}", "(\n x)", "'doc'", "'''a\nb'''", "1"),
    *("import x", "global g", "del x", "assert x, (\n y)", "x = y = (\n 1)", "x \\\n = 1", "raise", "raise E(\n x)"),
    *("x; y", "x; raise", "...", "f'{x}'", "x: (\n int) = 1", "x = '''\n'''; y = (\n 2)"),
)
NO_CODE = ("global g", "x: int")
PATTERNS = ("1", "(1 |\n 2)", "[a, _]", "_ if y", "{'a': 1}", "A(\n x)", "1 as x", "_, y")
LAST_PATTERNS = (*PATTERNS, "_", "x", "x as y", "1 | _", "(_)", "(_ as z)")
MARKS = ("", "", "", "", "", "", "  # pragma: no cover", "  # pragma: no branch", "  # a comment")


class Author:
    def __init__(self, seed: int) -> None:
        self._pick = random.Random(seed)
        self._names = 0

    def program(self) -> str:
        return "\n".join(self._block(0, frozenset(), self._pick.randrange(1, 6))) + "\n"

    def _one_of(self, choices: tuple[str, ...]) -> str:
        return self._pick.choice(choices)

    def _simple(self, inside: frozenset[str]) -> str:
        jumps = [jump for jump, needs in (("return", "def"), ("break", "loop"), ("continue", "loop")) if needs in inside]
        jumps += ["return (\n x)", "x = yield", "return; return"] if "def" in inside else []
        if jumps and self._pick.random() < 0.3:
            return self._one_of(tuple(jumps))
        statement = self._one_of(SIMPLE)
        # coverage.py fails on a with statement whose body is nothing to the compiler.
        return "pass" if "with" in inside and statement in NO_CODE else statement

    def _block(self, depth: int, inside: frozenset[str], length: int) -> list[str]:
        lines = []
        for _ in range(length):
            if self._pick.random() < 0.05:
                lines += ["", "# between"]
            deep = depth < 6 and self._pick.random() < 0.65 - depth * 0.07
            lines += self._compound(depth, inside) if deep else [self._simple(inside) + self._one_of(MARKS)]
        return lines

    def _suite(self, header: str, depth: int, inside: frozenset[str]) -> list[str]:
        if self._pick.random() < 0.25:
            return [f"{header}: {self._simple(inside)}"]
        body = self._block(depth + 1, inside, self._pick.choice((1, 1, 2, 3)))
        between = ["", " # first"] if self._pick.random() < 0.05 else []
        return [f"{header}:{self._one_of(MARKS)}", *between, *(" " + line for line in body)]

    def _compound(self, depth: int, inside: frozenset[str]) -> list[str]:
        kinds = (self._if, self._loop, self._try, self._with, self._match, self._definition)
        return self._pick.choice(kinds)(depth, inside)

    def _maybe(self, chance: float, header: str, depth: int, inside: frozenset[str]) -> list[str]:
        return self._suite(header, depth, inside) if self._pick.random() < chance else []

    def _if(self, depth: int, inside: frozenset[str]) -> list[str]:
        lines = self._suite(f"if {self._one_of(TESTS)}", depth, inside)
        while self._pick.random() < 0.3:
            lines += self._suite(f"elif {self._one_of(TESTS)}", depth, inside)
        return lines + self._maybe(0.4, "else", depth, inside)

    def _loop(self, depth: int, inside: frozenset[str]) -> list[str]:
        head = self._one_of(("for x in y", "for (\n x) in (\n y)", f"while {self._one_of(TESTS)}"))
        return self._suite(head, depth, inside | {"loop"}) + self._maybe(0.3, "else", depth, inside)

    def _try(self, depth: int, inside: frozenset[str]) -> list[str]:
        lines = self._suite("try", depth, inside)
        n_handlers = self._pick.choice((0, 1, 1, 2))
        for _ in range(n_handlers):
            lines += self._suite(self._one_of(("except A", "except (\n A, B) as e")), depth, inside)
        if n_handlers:
            lines += self._maybe(0.3, "except", depth, inside) + self._maybe(0.3, "else", depth, inside)
        return lines + self._maybe(0.4 if n_handlers else 1, "finally", depth, inside)

    def _with(self, depth: int, inside: frozenset[str]) -> list[str]:
        heads = ("with a", "with a as b, c", "with (\n a as b,\n c\n )", "with a(\n 1), \\\n c")
        return self._suite(self._one_of(heads), depth, inside | {"with"})

    def _match(self, depth: int, inside: frozenset[str]) -> list[str]:
        lines = [self._one_of(("match x:", "match (\n x):", "match x, y:"))]
        for last in (*[False] * self._pick.randrange(3), True):
            head = "case " + self._one_of(LAST_PATTERNS if last else PATTERNS)
            lines += (" " + line for line in self._suite(head, depth + 1, inside))
        return lines

    def _definition(self, depth: int, inside: frozenset[str]) -> list[str]:
        self._names += 1
        lines = ["@" + self._one_of(("d", "d(\n 1)", "(\n d)")) for _ in range(self._pick.choice((0, 0, 1, 2)))]
        if self._pick.random() < 0.6:
            head = self._one_of(("def {}()", "async def {}(x,\n y=1)", "def {}(\n) -> (\n int)"))
            return lines + self._suite(head.format(f"f{self._names}"), depth, frozenset({"def"}))
        return lines + self._suite(f"class C{self._names}" + self._one_of(("", "(A)", "(\n A)")), depth, frozenset())


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for number in range(int(sys.argv[2])):
        (folder / f"made_up_{number}.py").write_text(Author(seed * 1_000_000 + number).program())


if __name__ == "__main__":
    main()
