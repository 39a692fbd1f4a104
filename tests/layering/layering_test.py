#!/usr/bin/env python3
"""Holds the rules of ARCHITECTURE.md about rooms and includes, and the file lengths of the style.

    python3 tests/layering/layering_test.py [ROOMS.TXT]

ROOMS.TXT is what covey_room() wrote when CMake configured (build/ci/rooms.txt unless given). Needs no package.
"""

import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROOMS_TXT = ROOT / "build/ci/rooms.txt"

# C headers of the system. The standard C++ ones have neither a dot nor a slash; whatever else is included and is not ours
# is third-party.
SYSTEM = re.compile(r"(sys|linux|netinet|arpa)/.*|(dirent|dlfcn|errno|fcntl|fnmatch|glob|limits|link|poll|pthread|pwd"
                    r"|sched|signal|spawn|stdint|stdio|stdlib|string|strings|syscall|termios|time|unistd|wait)\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)

# Third-party headers that several .cpp of a room may include, and why.
SHARED = {
    "fmt/": "formatting text is no library's business to own",
    "tl/expected.hpp": "Result is made of it; only base may",
    "nlohmann/": "each JSON document is written in the file that knows it",
}
LONGEST = {".cpp": 600, ".hpp": 200, ".py": 600}


def documented_rooms(text):
    """room -> (floor, rooms it may include), from the table in ARCHITECTURE.md."""
    rows = re.findall(r"^\| (\d) \| (\w+) \|.*\|([\w ]*)\|$", text, re.MULTILINE)
    return {room: (int(floor), set(allowed.split())) for floor, room, allowed in rows}


def built_rooms(text):
    """room -> rooms it may include, from the lines "room: room room" of rooms.txt."""
    return {name: set(allowed.split()) for name, _, allowed in (line.partition(":") for line in text.split("\n")) if name}


def third_party(header):
    return not header.startswith("covey/") and ("." in header or "/" in header) and not SYSTEM.fullmatch(header)


def include_offences(source, rooms):
    """What breaks the rules on includes below `source`, src/covey or its like, as "file: what"."""
    owners, offences = {}, []
    for file in sorted(source.glob("*/*.[ch]pp")):
        room, name = file.parent.name, str(file.relative_to(source))
        if room not in rooms:
            offences.append(f"{name}: room {room} is not in the build")
            continue
        for header in INCLUDE.findall(file.read_text()):
            if header.startswith("covey/"):
                other = header.split("/")[1]
                if other != room and other not in rooms[room]:
                    offences.append(f"{name}: {room} may not include <{header}>")
                elif not (source / header.removeprefix("covey/")).exists():
                    offences.append(f"{name}: <{header}> does not exist")
            elif header == "Python.h" or header.startswith(("cpython/", "internal/")):
                if room != "collector":
                    offences.append(f"{name}: only collector may include <{header}>")
            elif header.startswith("tl/"):
                if room != "base":
                    offences.append(f"{name}: only base may include <{header}>")
            elif third_party(header):
                if file.suffix == ".hpp" and room != "collector":
                    offences.append(f"{name}: a header may not include <{header}>")
                if not header.startswith(tuple(SHARED)):
                    owner = owners.setdefault((room, header.split("/")[0]), name)
                    if owner != name:
                        offences.append(f"{name}: <{header}> is {owner}'s to include")
    return offences


class Layering(unittest.TestCase):
    def setUp(self):
        self.documented = documented_rooms((ROOT / "ARCHITECTURE.md").read_text())
        self.built = built_rooms(ROOMS_TXT.read_text())

    def test_the_build_has_the_rooms_that_the_architecture_has(self):
        self.assertEqual({room: allowed for room, (_, allowed) in self.documented.items()}, self.built)

    def test_rooms_only_build_on_lower_floors(self):
        upward = [f"{room} ({floor}) -> {other} ({self.documented[other][0]})"
                  for room, (floor, allowed) in self.documented.items()
                  for other in allowed if self.documented[other][0] >= floor]
        self.assertEqual([], upward)

    def test_includes_keep_to_the_rooms(self):
        self.assertEqual([], include_offences(ROOT / "src/covey", self.built))

    def test_files_are_not_too_long(self):
        files = [file for folder in ("src", "tests", "bench", "python") for file in (ROOT / folder).rglob("*")]
        counted = [(file, len(file.read_text().splitlines())) for file in files if file.suffix in LONGEST]
        self.assertGreater(len(counted), 10)
        self.assertEqual([], [f"{file.relative_to(ROOT)}: {n} lines" for file, n in counted if n > LONGEST[file.suffix]])


class TheTestItself(unittest.TestCase):
    """A checker that sees nothing passes too: each kind of offence, planted."""

    ROOMS = {"base": set(), "gate": {"base"}, "collector": {"base"}}

    def offences(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder)
            for name, includes in {"base/a.hpp": [], "base/a.cpp": ["covey/base/a.hpp", "vector"], **files}.items():
                (source / name).parent.mkdir(exist_ok=True)
                (source / name).write_text("".join(f"#include <{header}>\n" for header in includes))
            return include_offences(source, self.ROOMS)

    def test_what_is_allowed(self):
        self.assertEqual([], self.offences(**{"gate/b.cpp": ["covey/base/a.hpp", "sys/mman.h", "pcre2.h", "fmt/core.h"],
                                              "gate/c.cpp": ["fmt/core.h"], "collector/d.hpp": ["Python.h"]}))

    def test_what_is_not(self):
        for files, offence in [
            ({"base/b.cpp": ["covey/gate/c.hpp"]}, "base/b.cpp: base may not include <covey/gate/c.hpp>"),
            ({"gate/b.cpp": ["covey/base/b.hpp"]}, "gate/b.cpp: <covey/base/b.hpp> does not exist"),
            ({"gate/b.cpp": ["Python.h"]}, "gate/b.cpp: only collector may include <Python.h>"),
            ({"gate/b.cpp": ["tl/expected.hpp"]}, "gate/b.cpp: only base may include <tl/expected.hpp>"),
            ({"gate/b.hpp": ["pcre2.h"]}, "gate/b.hpp: a header may not include <pcre2.h>"),
            ({"gate/b.cpp": ["pcre2.h"], "gate/c.cpp": ["pcre2.h"]}, "gate/c.cpp: <pcre2.h> is gate/b.cpp's to include"),
            ({"attic/b.cpp": []}, "attic/b.cpp: room attic is not in the build"),
        ]:
            with self.subTest(offence):
                self.assertEqual([offence], self.offences(**files))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        ROOMS_TXT = pathlib.Path(sys.argv.pop(1))
    unittest.main()
