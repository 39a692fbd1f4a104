"""Lines that run where coverage.py does not look, beside the same lines of functions where it does."""

import _thread
import atexit
import time

done = []


@atexit.register
def at_exit():
    done.append("at exit")


def in_a_thread():
    done.append("thread")


def start():
    _thread.start_new_thread(in_a_thread, ())
    while not done:
        time.sleep(0.001)


def both():
    return 1


atexit.register(both)
