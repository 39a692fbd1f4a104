"""Code objects as no compiler makes them: any program can. They run as without Covey, and what else ran is reported.

Not exception tables: with some, CPython dies of any tool that asks sys.monitoring for lines."""

import pytest

PROGRAM = """\
import types

def f(n):
    total = 0
    for i in range(n):
        try:
            if i % 2:
                total += i
            else:
                total -= 1
        finally:
            total += 1
    return total

def number(value):  # as line tables write them
    table = bytearray()
    while value > 63:
        table.append(64 | value & 63)
        value >>= 6
    return table + bytes([value])

def ran(**parts):
    try:
        code = f.__code__.replace(**parts)
    except (ValueError, OverflowError):  # this CPython does not make it
        return
    assert types.FunctionType(code, {"range": range})(5) == f(5)

for line in (0, 1, 5, -1, -(2**31), 2**24, 2**31 - 1, 2**31 - 4):
    ran(co_firstlineno=line)
units = len(f.__code__.co_code) // 2
for line in (0, 1, 2**24, 2**30, 2**31 - 1):
    far = bytes([0x80 | 13 << 3 | 7]) + number(line << 1)
    ran(co_linetable=bytes(far) + b"\\xff" * (units // 8 + 1))
ran(co_linetable=number.__code__.co_linetable)
ran(co_linetable=b"\\xff" * units)
ran(co_name="\\ud800", co_qualname="\\ud800")
for name in ("", "\\udcff", "x" * 5000, "../" * 99 + "x.py", "<x>", "x\\ny.py", "/", "/dev/null", "/dev/full"):
    ran(co_filename=name)
print("done")
"""


@pytest.mark.since(3, 12, reason="with some line tables CPython 3.11 dies of any trace function")
@pytest.mark.parametrize("options", [[], ["--branch"], ["--branch", "--contexts=test"]], ids=["lines", "branches", "contexts"])
def test_what_no_compiler_makes(project, run_covey, options):
    project.write({"main.py": PROGRAM, ".coveragerc": "[run]\ndynamic_context = test_function\n" if "--contexts=test" in options else ""})
    options = [option for option in options if option != "--contexts=test"]
    done = run_covey("run", "--source=.", *options, "main.py")
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    report = run_covey("report", "--include=main.py", "-i")
    assert report.returncode == 0 and "main.py" in report.stdout, report.stderr
