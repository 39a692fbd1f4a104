"""Calls the room forge: tests/forge_api/driver.cpp, which `make unit` and `make python-tests` build, or the one that COVEY_FORGE_DRIVER names."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DRIVER = pathlib.Path(os.environ.get("COVEY_FORGE_DRIVER", ROOT / "build/ci/tests/forge_api/covey_forge_driver"))


class Driver:
    """Calls the room forge about one forge."""

    def __init__(self, forge, token="secret", **variables):
        self.forge = forge
        self.variables = {"TOKEN": token} | variables

    def start(self, *arguments):
        assert DRIVER.exists(), f"{DRIVER}: no such file; `make unit` builds it"
        # A proxy of the machine's has no business between a test and its own server.
        environment = {n: v for n, v in os.environ.items() if not n.lower().endswith("_proxy")} | self.variables
        command = [DRIVER, self.forge.kind, self.forge.url, "o/r", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    @staticmethod
    def finish(process):
        out, err = process.communicate(timeout=60)
        assert err == ""
        assert process.returncode in (0, 1), out
        return out.splitlines()

    def __call__(self, *arguments):
        """The lines that it prints."""
        return self.finish(self.start(*arguments))
