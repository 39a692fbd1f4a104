"""Recorded cases of path patterns, path mapping and combining, through the program covey_path_cases.

A pattern's case records the regular expression that coverage.py made: Covey must match what it matches, tried on paths
made from the pattern.
"""

import collections
import itertools
import json
import random
import re
import subprocess

KINDS = ("globs_to_regex", "glob_match", "path_alias_map", "combine")

# What was made neutral in the cases' paths, but not in the expressions made from them.
SLASH = r"\[/\\\\\]"  # as it stands in them
WHERE_RECORDED = [
    (rf"{SLASH}work{SLASH}scratch{SLASH}cov-tests", r"[/\\]src[/\\]coverage"),
    (rf"{SLASH}work{SLASH}scratch", r"[/\\]src"),
    (rf"{SLASH}t{SLASH}pytest-\d+{SLASH}", r"[/\\]t[/\\]"),
]


def subjects_of(patterns):
    """Paths near the patterns: their own text, wildcards filled in, and both cut, joined and misspelt."""
    made = {"", "a", "/", "a/b.py", "dir\\foo.py"}
    fills = [("", "", "x"), ("abc", "d", "a"), ("x/y", "/", "g"), ("a\nb", "\\", "F")]
    for pattern, (star, mark, member) in itertools.product(patterns, fills):
        text = re.sub(r"\*+", lambda _: star, pattern).replace("?", mark)
        made.add(re.sub(r"\[.*?\]", lambda _: member, text))
    for text in sorted(made):
        made |= {f"/x/{text}", f"sub/{text}", f"{text}/z.py", f"{text}x", text[1:], text[:-1]}
        made |= {text.upper(), text.replace("/", "\\"), text.replace("\\", "/"), text + text, f"{text}/{text}/é.py"}
    rng = random.Random(1)
    for text in sorted(made):
        if text:
            at = rng.randrange(len(text))
            made.add(text[:at] + rng.choice("a/\\.xé\n") + text[at + 1 :])
    return sorted(made)


def job_of(case):
    kind = case["kind"]
    if kind == "path_alias_map":
        return {"kind": kind, **case["args"]}
    if kind == "combine":
        # Files below neutral paths are nowhere: those exist that coverage.py mapped something to.
        exists = dict.fromkeys(case.get("after", {}).get("files", {}), True)
        target = re.search(r"but data file '(.*)' did", case.get("error", ["", ""])[1])
        return {**case, "exists": exists, "name": target[1] if target else "", "inputs": other_inputs(case)}
    patterns, ignore_case, partial = case["args"] if kind == "globs_to_regex" else (case["args"][0], False, False)
    subjects = subjects_of(patterns) if kind == "globs_to_regex" else [case["args"][1]]
    return {"kind": "globs", "patterns": patterns, "ignore_case": ignore_case, "partial": partial, "subjects": subjects}


def other_inputs(case):
    """Without the data file itself: one that is named as in parallel mode, but without the hash that ends it."""
    return {name: rows for name, rows in case["inputs"].items() if not re.search(r"\.pid\d+\.X\w{6}x$", name)}


def expected(case, job):
    """All answers that are right: more than one only for `combine`, whose cases do not say whether it was --append."""
    if "error" in case:
        return [{"error": case["error"][1]}]
    if case["kind"] == "globs_to_regex":
        text = case["result"]["pattern"]
        for recorded, neutral in WHERE_RECORDED:
            text = re.sub(recorded, lambda _, neutral=neutral: neutral, text)
        found = (re.compile(text, case["result"]["flags"]).match(subject) for subject in job["subjects"])
        return [{"result": [match and match.end() for match in found]}]
    if case["kind"] == "glob_match":
        return [{"result": [len(case["args"][1]) if case["result"] else None]}]
    if case["kind"] == "combine":
        return [{"result": {**without_line_0(case["after"]), "message": "".join(case["messages"])}}]
    return [{"result": case["result"]}]


def without_line_0(rows):
    """Covey keeps lines from 1 on; the line 0 of some cases is made up by their test (docs/differences.md)."""
    files = rows["files"].items()
    return {**rows, "files": {f: {c: [n for n in lines if n != 0] for c, lines in v.items()} for f, v in files}}


def jobs_of(case):
    job = job_of(case)
    empty = {"contexts": [], "files": {}, "has_arcs": False, "tracers": {}}
    replacing = case["kind"] == "combine" and job["inputs"] and case["before"] != empty
    return [job, {**job, "before": empty}] if replacing else [job]


def compare_paths(tool, cases):
    """Yields (case, difference): None where one of the right answers is given."""
    jobs = [(case, job) for case in cases for job in jobs_of(case)]
    text = "".join(json.dumps(job) + "\n" for _, job in jobs)
    done = subprocess.run([tool], input=text, stdout=subprocess.PIPE, text=True, check=True)
    answers = collections.defaultdict(list)
    for (case, job), line in zip(jobs, done.stdout.splitlines(), strict=True):
        answers[id(case)].append((json.loads(line), job))
    for case in cases:
        right = any(answer in expected(case, job) for answer, job in answers[id(case)])
        yield case, None if right else f"    case: {json.dumps(case)[:2000]}\n    Covey: {str(answers[id(case)][0][0])[:2000]}"
