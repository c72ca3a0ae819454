"""The site as a worker of `manage.py serve` loads it: in a process that lives and ends with its server."""

import ctypes
import multiprocessing
import os
import signal
import sys

__all__ = ["application"]

PR_SET_PDEATHSIG = 1


def end_with_server() -> None:
    """A server that was killed would leave its workers behind, with the port in use and nobody to end them."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    server = multiprocessing.parent_process()
    if server is not None and server.pid != os.getppid():  # killed before this line: no signal will come
        sys.exit("The server of this worker has ended.")


# Ctrl-C reaches every process of the terminal's group. A worker of granian 2.8 that gets it beside the SIGTERM
# of its server never ends; outside of the group it only gets the latter, and finishes what is under way.
if hasattr(os, "setpgid"):
    os.setpgid(0, 0)

end_with_server()

from django.conf import settings  # noqa: E402  # half a second in which the server may be killed

from crampdiary.buffered import Buffered  # noqa: E402
from crampdiary.wsgi import application as wsgi_application  # noqa: E402

application = Buffered(wsgi_application, threads=settings.THREADS)
