"""Covey's part in pytest: `--covey`, and pytest-cov's options where pytest-cov is not there.

pytest loads this in every environment that has Covey in it: so it imports nothing that pytest has not, and does nothing
where nobody asks for anything. What is measured, and every report, is the business of the extension `_covey` and of the
program `covey`; this only tells them when. docs/pytest.md has the options and how they differ from pytest-cov's.

PYTEST_DONT_REWRITE: it asserts nothing, and rewriting it took three times as long as compiling it.
"""

import argparse
import importlib.util
import os
import sys
import time

import pytest

REPORTS = ("term", "term-missing", "annotate", "html", "xml", "json", "markdown", "markdown-append", "lcov")
WITH_DESTINATION = REPORTS[2:]
# Options that say what is measured, and so must be known before anything is.
MEASURING = ("--cov", "--covey", "--cov-branch", "--cov-config", "--cov-append", "--cov-reset")
# What an earlier start of this process found out: see _start_anew.
OPTIONS_VARIABLE = "COVEY_PYTEST_OPTIONS"
# Set by the outermost pytest of a job for those below it, which leave recording to it.
OUTERMOST_VARIABLE = "COVEY_PYTEST"
# Set by the pytest of --looponfail for those that it starts.
LOOP_VARIABLE = "COVEY_PYTEST_LOOP"
# The run that a process is part of, as the file of its settings.
RUN_VARIABLE = "COVEY_RUN"
# A run that is over, for all that a process finds: it measures nothing, and looks for no other run among its ancestors.
NO_RUN = "/dev/null/no_cover"


# ---- Options -----------------------------------------------------------------------------------------------------


def pytest_addoption(parser, pluginmanager):
    group = parser.getgroup("cov", "coverage, measured by Covey")
    group.addoption(
        "--covey", action="append", default=[], metavar="SOURCE", nargs="?", const=True, dest="covey_source",
        help="Measure this directory or package (can be given several times), or what the configuration says. "
        "The data is kept in .covey.",
    )  # fmt: skip
    if _has_pytest_cov(pluginmanager):
        return  # it has the others
    pluginmanager.register(_Fixtures(), "covey_fixtures")
    group.addoption(
        "--cov", action="append", default=[], metavar="SOURCE", nargs="?", const=True, dest="cov_source",
        help="The same, and coverage.py's file .coverage is written. --cov= measures everything but what is installed.",
    )  # fmt: skip
    group.addoption("--cov-reset", action="store_const", const=[], dest="cov_source", help="Forget the --cov before this one.")
    group.addoption(
        "--cov-report", action=_StoreReport, default={}, metavar="TYPE", type=_report,
        help=f"What to report: {', '.join(REPORTS)} (can be given several times); term and term-missing may be followed "
        'by ":skip-covered", the others by ":DEST". --cov-report= asks for none.',
    )  # fmt: skip
    group.addoption("--cov-config", metavar="PATH", help="The configuration file; .coveragerc and the like otherwise.")
    group.addoption("--no-cov-on-fail", action="store_true", default=False, help="Report nothing where a test failed.")
    group.addoption("--no-cov", action="store_true", default=False, help="Neither measure nor report.")
    group.addoption("--cov-fail-under", metavar="MIN", type=_percentage, help="Fail where the total is less than MIN.")
    group.addoption("--cov-append", action="store_true", default=False, help="Add to the data that there is.")
    group.addoption("--cov-branch", action="store_true", default=None, help="Measure branches as well as lines.")
    group.addoption("--cov-precision", type=int, default=None, help="Decimals of the percentages.")
    group.addoption("--cov-context", metavar="CONTEXT", type=_context, help='Dynamic contexts to use. "test" for now.')


def _has_pytest_cov(pluginmanager):
    return importlib.util.find_spec("pytest_cov") is not None and not pluginmanager.is_blocked("pytest_cov")


def _report(text):
    kind, colon, modifier = text.partition(":")
    if kind not in ("", *REPORTS):
        raise argparse.ArgumentTypeError(f'invalid choice: "{text}" (choose from "{list(REPORTS)}")')
    if colon and kind not in WITH_DESTINATION and modifier != "skip-covered":
        raise argparse.ArgumentTypeError(f'output specifier not supported for: "{text}" (choose from "{list(WITH_DESTINATION)}")')
    return kind, modifier


class _StoreReport(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        kind, modifier = values
        reports = namespace.cov_report = {**namespace.cov_report, kind: modifier}
        both = [reports.get(kind) or "coverage.md" for kind in ("markdown", "markdown-append") if kind in reports]
        if len(both) == 2 and both[0] == both[1]:
            parser.error(
                f"markdown and markdown-append options cannot point to the same file: '{both[0]}'. "
                "Please redirect one of them using :DEST (e.g. --cov-report=markdown:dest_file.md)"
            )


def _number(text):
    """An int where the text is one, so that what is said of it has no decimals; else a float, or ValueError."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def _percentage(text):
    try:
        value = _number(text)
    except ValueError:
        raise argparse.ArgumentTypeError("An integer or float value is required.") from None
    if value > 100:
        raise argparse.ArgumentTypeError("The maximum value is 100.")
    return value


def _context(text):
    if text != "test":
        raise argparse.ArgumentTypeError('The only supported value is "test".')
    return text


class _Options:
    """The options of one pytest; those that pytest-cov has taken are as if they were not given."""

    def __init__(self, config):
        namespace = config.known_args_namespace
        theirs = _has_pytest_cov(config.pluginmanager)
        ours = lambda name, default: default if theirs else getattr(namespace, name, default)  # noqa: E731
        self.covey = namespace.covey_source
        self.cov = ours("cov_source", [])
        self.reports = ours("cov_report", {})
        self.config = ours("cov_config", None)
        self.branch = bool(ours("cov_branch", None))
        self.append = ours("cov_append", False)
        self.fail_under = ours("cov_fail_under", None)
        self.precision = ours("cov_precision", None)
        self.off = getattr(namespace, "no_cov", False)
        self.not_on_fail = ours("no_cov_on_fail", False)
        self.context = getattr(namespace, "cov_context", None)

    @property
    def asked(self):
        return bool(self.cov or self.covey) and not self.off

    def measuring(self):
        """The options that say what is measured, as words."""
        words = ["--cov" if source is True else f"--cov={source}" for source in self.cov]
        words += ["--covey" if source is True else f"--covey={source}" for source in self.covey]
        words += [f"--cov-config={self.config}"] if self.config else []
        return words + ["--cov-branch"] * self.branch + ["--cov-append"] * self.append

    def reporting(self):
        """All of them, as words."""
        reports = {kind: to for kind, to in self.reports.items() if kind} if self.reports else {"term": ""}
        words = [f"--cov-report={kind}:{to}" if to else f"--cov-report={kind}" for kind, to in reports.items()]
        words += [] if self.fail_under is None else [f"--cov-fail-under={self.fail_under!r}"]
        return self.measuring() + words + ([] if self.precision is None else [f"--cov-precision={self.precision}"])


# ---- The start ---------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, args):
    """Before conftests, and before pytest captures what is written."""
    _begin(early_config, list(map(str, args)))
    return (yield)


def _begin(config, args):
    options = _Options(config)
    may_start_anew = _is_first()
    said = ""
    only_watches = _only_watches(config)
    if (options.off or only_watches) and may_start_anew:
        _leave_own_run()
    if only_watches:
        os.environ[LOOP_VARIABLE] = "1"
        return
    if options.off and _is_asked_in_vain(args):
        config.pluginmanager.register(_SwitchedOff(), "covey_switched_off")
    if options.asked and not _is_worker(config):
        if may_start_anew and _was_told_less(config, args):
            _start_anew(options.measuring())
        collector = _collector()
        if collector is not None:
            late = collector.run() is None
            said = collector.begin(options.measuring())
            said += _imported_before(collector) if late else ""
    collector = sys.modules.get("_covey")
    run = collector.run() if collector else None
    if run is None:
        if options.asked:
            config.pluginmanager.register(_NotMeasured(said), "covey_not_measured")
        return
    if options.context == "test":
        config.pluginmanager.register(_Contexts(collector.switch_context), "covey_contexts")
    config.pluginmanager.register(_NoCover(collector), "covey_no_cover")
    if _is_worker(config) or os.environ.get(OUTERMOST_VARIABLE):
        return
    config.pluginmanager.register(_Session(collector, run, options, said), "covey_session")


_came_here = []


def _is_first():
    """Whether this pytest is the first of its process: a later one (pytest.main again, pytester's) has no command line of
    its own, and what came before it must not be done twice."""
    _came_here.append(True)
    return len(_came_here) == 1


def _is_worker(config):
    """Whether this is a worker of pytest-xdist: the process that started it reports."""
    return hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ


def _collector():
    try:
        import _covey
    except ImportError:  # Covey's files without the extension for this Python
        return None
    return _covey


def _was_told_less(config, args):
    """Whether the command line alone, by which covey.pth began the run, says less than it does with addopts."""
    collector = sys.modules.get("_covey")
    run = collector.run() if collector else None
    if run is None or not run[2] or os.environ.pop(OPTIONS_VARIABLE, None):
        return False
    given = list(map(str, config.invocation_params.args))
    return any(word.partition("=")[0] in MEASURING for word in args[: len(args) - len(given)])


def _only_watches(config):
    """Whether this is the pytest of --looponfail: it runs no tests, but starts pytests that do, and measure themselves."""
    return getattr(config.known_args_namespace, "looponfail", False) and not os.environ.pop(LOOP_VARIABLE, None)


def _is_asked_in_vain(args):
    """Whether --no-cov comes first, in addopts say, and then options that ask for what it prevents."""
    after = args[args.index("--no-cov") + 1 :] if "--no-cov" in args else []
    return any(word.startswith("--cov") for word in after)


def _leave_own_run():
    """Has this process begin once more without measuring, where its command line began what is not wanted after all."""
    os.environ.pop(OPTIONS_VARIABLE, None)
    collector = sys.modules.get("_covey")
    run = collector.run() if collector else None
    if run is not None and run[2]:
        _covey(collector.binary(), "abandon", *run[:2])
        _start_anew(["--no-cov"])


def _start_anew(words):
    """Has this process begin once more, and know these options before it imports anything."""
    os.environ[OPTIONS_VARIABLE] = "\n".join(words)
    os.environ.pop(RUN_VARIABLE, None)
    for name in ("PYTEST_VERSION", "PYTEST_PLUGINS"):
        if name not in _environment_at_start():
            os.environ.pop(name, None)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)


def _environment_at_start():
    with open("/proc/self/environ", "rb") as file:
        return {os.fsdecode(entry.partition(b"=")[0]) for entry in file.read().split(b"\0")}


def _imported_before(collector):
    """What is to be said of measured modules whose first lines ran before measuring began."""
    names = []
    for name, module in sorted(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and collector.is_measured(os.path.realpath(path), name):
            names.append(name)
    if not names:
        return ""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (
        f"covey: warning: imported before measuring began, so what that ran is missing: {', '.join(names[:5])}{more} "
        "(--cov and --covey on the command line begin earlier than those in addopts)\n"
    )


# ---- While tests run ---------------------------------------------------------------------------------------------


class _Contexts:
    """Names contexts as pytest-cov does."""

    def __init__(self, switch_context):
        self.switch_context = switch_context
        switch_context("")  # what is imported before the first test is measured as contexts want it

    def pytest_runtest_setup(self, item):
        self.switch_context(f"{item.nodeid}|setup")

    def pytest_runtest_call(self, item):
        self.switch_context(f"{item.nodeid}|run")

    def pytest_runtest_teardown(self, item):
        self.switch_context(f"{item.nodeid}|teardown")

    def pytest_sessionfinish(self):
        self.switch_context("")


class _NoCover:
    """The marker and the fixture no_cover: what such a test runs is not measured, nor the processes that it starts."""

    def __init__(self, collector):
        self.collector = collector

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if not item.get_closest_marker("no_cover") and "no_cover" not in getattr(item, "fixturenames", ()):
            return (yield)
        before = os.environ.get(RUN_VARIABLE)
        os.environ[RUN_VARIABLE] = NO_RUN
        self.collector.pause()
        try:
            return (yield)
        finally:
            self.collector.resume()
            if before is not None:
                os.environ[RUN_VARIABLE] = before
            else:
                os.environ.pop(RUN_VARIABLE, None)


class _Coverage:
    """What the fixture `cov` gives a test: of coverage.py's object what a test may ask of the run that it is in."""

    def __init__(self, collector):
        self.stop = collector.pause
        self.start = collector.resume
        self.switch_context = collector.switch_context


class _Fixtures:
    @pytest.fixture
    def no_cover(self):
        """What a test with this fixture runs is not measured."""

    @pytest.fixture
    def cov(self):
        """The measuring that is going on, or None: stop(), start() and switch_context(name)."""
        collector = sys.modules.get("_covey")
        return _Coverage(collector) if collector and collector.run() else None


def pytest_configure(config):
    config.addinivalue_line("markers", "no_cover: disable coverage for this test.")


# ---- The end -----------------------------------------------------------------------------------------------------


class _SwitchedOff:
    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.write_sep("=", "tests coverage")
        terminalreporter.write("WARNING: Coverage disabled via --no-cov switch!\n", red=True, bold=True)


class _NotMeasured:
    def __init__(self, said):
        self.said = said or "covey: warning: this Python is not measured\n"

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.write_sep("=", "tests coverage")
        terminalreporter.write(self.said, red=True, bold=True)


BELOW = 2  # exit status of `covey session report` where all went well but for the total


class _Session:
    """The outermost pytest of a job: its record, and the reports it is asked for."""

    def __init__(self, collector, run, options, said):
        self.collector = collector
        self.settings, self.folder, self.own = run
        self.options = options
        self.said = said  # to be told at the end
        self.report = self.no_report = self.verdict = ""
        self.failed = False
        self.record = {"settings": self.settings, "pid": os.getpid(), "start_unix": time.time(), "collected": None,
                       "counts": None, "exit_status": None, "end_unix": None}  # fmt: skip
        self.record_path = os.path.join(self.folder, f"pytest-{os.urandom(8).hex()}.json")
        self.cwd = os.getcwd()
        os.environ[OUTERMOST_VARIABLE] = str(os.getpid())
        self._note()

    def _note(self):
        import json

        aside = os.path.join(self.folder, f".covey-{os.urandom(8).hex()}")
        try:
            with open(aside, "w", encoding="utf-8") as file:
                json.dump(self.record, file)
            os.replace(aside, self.record_path)
        except OSError as error:
            self.said += f"covey: warning: {error.filename}: {error.strerror}: what pytest counts is not in the record\n"
            self._note = lambda: None

    def _covey(self, verb, *words):
        return _covey(self.collector.binary(), verb, self.settings, self.folder, *words, cwd=self.cwd)

    def pytest_collection_finish(self, session):
        self.record["collected"] = len(session.items)
        self._note()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        self.record["collected"] = len(ids)  # every worker collects the same

    # Around the loop of tests: once pytest has begun to end it asks no more whether any failed.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session):
        result = yield
        if self.options.asked:
            quiet = self.options.not_on_fail and session.testsfailed
            if self._write_reports(quiet) and not session.config.option.collectonly:
                session.testsfailed += 1
        return result

    def _write_reports(self, quiet):
        """Whether the total is too low. Where `quiet`, the data file is all that is written."""
        words = [*self.options.measuring(), "--cov-fail-under=0"] if quiet else self.options.reporting()
        status, output, said = self._covey("report", "--", *words)
        self.report, _, verdict = output.partition("\f")
        self.verdict, _, failure = verdict.partition("\n")
        self.failure = failure.strip()
        self.failed = bool(self.failure)
        if status not in (0, BELOW):
            said, _, why = said.rpartition("covey: error: ")
            self.no_report = f"WARNING: Failed to generate report: {why.strip()}\n"
        self.said += said
        return self.failed or bool(self.no_report and self.options.fail_under)

    def pytest_terminal_summary(self, terminalreporter):
        if not (self.report or self.no_report or self.verdict or self.said):
            return
        terminalreporter.write_sep("=", "tests coverage")
        if self.report:
            version = "{}.{}.{}-{}-{}".format(*sys.version_info)
            terminalreporter.write_sep("_", f"coverage: platform {sys.platform}, python {version}")
            terminalreporter.write("\n" + self.report)
        if self.said:
            terminalreporter.write(self.said, yellow=True)
        if self.no_report:
            terminalreporter.write(self.no_report, red=True, bold=True)
        if self.failed:
            terminalreporter.write(f"ERROR: {self.failure}\n", red=True, bold=True)
        if self.verdict:
            colour = {"red": True, "bold": True} if self.failed else {"green": True}
            terminalreporter.write(self.verdict + "\n", **colour)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus):
        result = yield
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        self.record["counts"] = _counts(reporter)
        self.record["exit_status"] = int(session.exitstatus)
        self.record["end_unix"] = time.time()
        self._note()
        return result

    def pytest_unconfigure(self):
        os.environ.pop(OUTERMOST_VARIABLE, None)
        if self.own:
            status = self.record["exit_status"]
            self._covey("finish", "--status", str(1 if status is None else status))


def _covey(binary, verb, settings, folder, *words, cwd=None):
    """(exit status, standard output, what was said) of the program covey, which does `verb` with a run."""
    import subprocess

    command = [binary, "session", verb, "--settings", settings, "--folder", folder, *words]
    environment = {n: v for n, v in os.environ.items() if n not in (RUN_VARIABLE, OUTERMOST_VARIABLE)}
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    except (OSError, TypeError) as error:
        return 1, "", f"covey: error: {error}\n"
    return done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr)


def _counts(reporter):
    """{"passed": 3, "failed": 1}: as pytest's last line counts them."""
    counted = lambda report: getattr(report, "count_towards_summary", True)  # noqa: E731
    stats = getattr(reporter, "stats", None) or {}
    return {word: n for word, reports in stats.items() if word and (n := sum(map(counted, reports)))}
