"""Imported where the extension cannot be loaded in a process of a run, for want of memory, say: tells the run's losses.

The program is none of those that look at what Python says as it starts: nothing is printed.
"""

import os

# Of src/covey/shard/losses.cpp: where a process that has not the extension leaves its mark.
_NOT_LOADED = 4092

try:
    with open(os.path.join(os.path.dirname(os.environ["COVEY_RUN"]), "losses"), "r+b", buffering=0) as losses:
        losses.seek(_NOT_LOADED)
        losses.write(b"\1")
except (KeyError, OSError):  # without the variable it is no process of a run, as far as can be told
    pass
