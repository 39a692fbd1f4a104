"""`python -m covey …` is `covey …` with this interpreter."""

import os
import sys
import sysconfig


def main():
    binary = os.path.join(sysconfig.get_path("scripts"), "covey")
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        arguments[1:1] = ["--python", sys.executable]
    try:
        os.execv(binary, [binary, *arguments])
    except OSError as error:
        sys.exit(f"covey: error: {binary}: {error.strerror}")


if __name__ == "__main__":
    main()
