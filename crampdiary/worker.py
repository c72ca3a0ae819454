"""The site as a worker of `manage.py serve` loads it: in a process that lives and ends with its server."""

import ctypes
import os
import signal
import sys

from crampdiary.wsgi import application

__all__ = ["application"]

PR_SET_PDEATHSIG = 1

# Ctrl-C reaches every process of the terminal's group. A worker of granian 2.8 that gets it beside the SIGTERM
# of its server never ends; outside of the group it only gets the latter, and finishes what is under way.
if hasattr(os, "setpgid"):
    os.setpgid(0, 0)

# A server that was killed would leave its workers behind, with the port in use and nobody to end them.
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
