"""What parser_corpus.py and parser_cases.py share: the program that tells what Covey makes of a Python text, and the
comparison of its facts with those expected.
"""

from __future__ import annotations

import json
import subprocess


class StructureTool:
    """One running covey_structure_dump."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **job: object) -> dict[str, object]:
        """The facts of one text; see structure_dump.cpp for what a job may hold."""
        empty = {"raw": [], "exclude": [], "partial": [], "arcs": [], "lines": []}
        self._process.stdin.write(json.dumps(empty | job) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline() or '{"error": "the tool died"}')


def differences(expected: dict[str, object], found: dict[str, object]) -> list[str]:
    """One line a fact that is not as expected, with the first items that differ."""
    if "error" in found:
        return [f"refused: {found['error']}"]
    out = []
    for fact, value in expected.items():
        if value == found[fact]:
            continue
        if isinstance(value, list):
            missing = [item for item in value if item not in found[fact]][:5]
            extra = [item for item in found[fact] if item not in value][:5]
            out.append(f"{fact}: missing {missing}, extra {extra}")
        else:
            out.append(f"{fact}: {found[fact]!r} instead of {value!r}")
    return out
