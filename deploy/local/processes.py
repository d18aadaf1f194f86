"""Starts processes with a log file, waits for them, and ends them.

`NotStarted` says in one sentence why something cannot be started, and what to do.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["NotStarted", "Spec", "end", "is_alive", "is_free", "last_lines", "start", "wait_until"]

_POLL_S = 0.05
_TAIL_BYTES = 8_192
_LINES = 5


class NotStarted(Exception):
    """Something did not start; the message is a sentence for the person who started it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A process to start: its command, and the log of its output."""

    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of this process, without the `WHISTLE_…` variables of that."""
    folder: Path | None = None
    """Its working folder; None: that of this process."""
    stays: bool = True
    """Whether it outlives this process, and Ctrl-C at its terminal."""


def start(spec: Spec) -> "subprocess.Popen[bytes]":
    """Start a process without waiting for it."""
    spec.log.parent.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if "WHISTLE_" not in name}
    with spec.log.open("ab") as log:
        return subprocess.Popen(
            spec.command,
            env={**inherited, **spec.env},
            cwd=spec.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=spec.stays,
        )


def end(process: "subprocess.Popen[bytes]", grace_s: float) -> None:
    """Ask a process to end, and kill it if it has not ended in time."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    """Say whether there is such a process (a zombie does not count)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return not Path("/proc/self").exists()
    return not state.rpartition(")")[2].startswith(" Z")


def is_free(port: int) -> bool:
    """Say whether a port of this machine is free."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def wait_until(reached: Callable[[], bool], within_s: float) -> bool:
    """Poll a condition; say whether it became true in time."""
    give_up_at = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(_POLL_S)
    return True


def last_lines(log: Path) -> str:
    """Give the end of a log on one line, and the path of the log."""
    text = ""
    if log.exists():
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()][-_LINES:]
    return f"its log {log} ends: {' | '.join(lines) or '(nothing was written)'}"
