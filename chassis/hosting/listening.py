"""A process that answers on a port, on one core, until it is stopped."""

import gc
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

__all__ = ["bind", "keep_to_one_core", "listen"]

_GRACE_S = 10


def keep_to_one_core() -> None:
    """Let all threads of this process, those to come included, share the core it runs on now.

    The interpreter lets one of them run at a time. On several cores they spend as much again on
    waking one another (docs/architecture/performance.md). Where the system cannot do it, nothing
    happens.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {_current_core()})


def _current_core() -> int:
    # The 37th field after the name of the program: proc(5), "processor".
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[36])


def bind(host: str, port: int) -> socket.socket:
    """Take an address; port 0 takes any free one. Raises: OSError when it is taken."""
    return socket.create_server((host, port), backlog=1024)


def listen(app: ASGIApp, bound: socket.socket) -> None:
    """Serve until stopped; requests under way are finished first.

    uvicorn raises SIGTERM again when it has ended; leaving by `SystemExit` then lets the writers
    finish and the databases close.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # What a process starts with stays: walking it in every full collection stops all threads.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        log_level="critical",  # errors are logged by the edge, without their messages
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_S,
    )
    uvicorn.Server(config).run(sockets=[bound])
