"""The cases recorded from coverage.py's own tests: reading them, those known to differ, and the table of what came of them."""

import collections
import json
import os
import pathlib
import re
import subprocess
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DIFFERENCES = ROOT / "docs/differences.md"


def directory():
    """Where the cases are, as COVEY_CASES says; None where it says nothing."""
    return pathlib.Path(os.environ["COVEY_CASES"]) if os.environ.get("COVEY_CASES") else None


def versions():
    """The CPythons of the recordings at hand: 3.11 for py311.json.zst."""
    names = sorted(directory().glob("py3*.json.zst")) if directory() else []
    return [re.sub(r"py3(\d+)\..*", r"3.\1", name.name) for name in names]


def read_cases(version):
    """The cases of one CPython but those of command lines, which are calls of coverage.py's API."""
    path = directory() / f"py{version.replace('.', '')}.json.zst"
    text = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout
    return [case for case in json.loads(text)["cases"] if case["kind"] != "cmdline"]


class Known(NamedTuple):
    """A row of docs/differences.md: cases that are not as recorded."""

    kind: str
    versions: str  # "all", or some with commas between
    test: str  # the name of one, or the beginning of several before a `*`

    def holds(self, version, case):
        """Whether the row is about this case."""
        name, many = (self.test[:-1], True) if self.test.endswith("*") else (self.test, False)
        same = case["test"].startswith(name) if many else case["test"] == name
        return same and case["kind"] == self.kind and (self.versions == "all" or version in self.versions.split(", "))


def known_differences():
    """The rows of the table below "Recorded cases"."""
    _, _, section = DIFFERENCES.read_text().partition("\n## Recorded cases\n")
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| (\w+) \| ([\d., al]+) \| `([^`]+)` \|", section, re.MULTILINE)
    return [Known(*row) for row in rows]


class Tally:
    """What came of the cases, by kind and version."""

    def __init__(self):
        self.known = known_differences()
        self.counts = collections.defaultdict(lambda: [0, 0, 0])  # as recorded, listed, failed
        self.needed, self.tried = set(), set()  # (row, version) with a case that differs; with a case

    def add(self, version, case, difference):
        """Counts a case; `difference` is None where it is as recorded. Prints what is not and is not listed."""
        rows = {(row, version) for row in self.known if row.holds(version, case)}
        self.tried |= rows
        if difference is not None:
            self.needed |= rows
        outcome = 0 if difference is None else 1 if rows else 2
        self.counts[case["kind"], version][outcome] += 1
        if outcome == 2:
            print(f"{version} {case['kind']} {case['test']}\n{difference}", flush=True)

    def summary(self):
        """Prints the table; returns whether all cases are as recorded or listed, and all that are listed differ."""
        stale = sorted(self.tried - self.needed)
        for row, version in stale:
            print(f"docs/differences.md: as recorded on {version}, and yet listed: {row.kind} {row.test}")
        print(f"\n{'kind':24}{'CPython':>8}{'as recorded':>13}{'listed':>8}{'failed':>8}")
        for (kind, version), row in sorted(self.counts.items()):
            print(f"{kind:24}{version:>8}{row[0]:13}{row[1]:8}{row[2]:8}")
        good, listed, failed = (sum(row[i] for row in self.counts.values()) for i in range(3))
        total = good + listed + failed
        print(f"{'all':24}{'':8}{good:13}{listed:8}{failed:8}   {100 * (listed + failed) / max(total, 1):.2f} % not as recorded")
        return not failed and not stale and total > 0
