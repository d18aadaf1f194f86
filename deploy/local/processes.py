"""Processes of the machine: started with a log file, waited for, and ended.

Everything that cannot be started says so in one sentence that also says what to do (`NotStarted`).
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
    """Something did not start; the message is a sentence for the person who wanted it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A process to be: what to call, and where it writes what it says."""

    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of whoever starts it, less what that one has set of `WHISTLE_…`."""
    folder: Path | None = None
    """Where it works; None is where its parent does."""
    stays: bool = True
    """Whether it outlives whoever starts it, and Ctrl-C at that one's terminal."""


def start(spec: Spec) -> "subprocess.Popen[bytes]":
    """Start a process without waiting for anything."""
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
    """Ask a process of ours to end, and end it if it has not done so in time."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    """Say whether there is such a process (a zombie is none)."""
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
    """Say whether nobody listens on a port of this machine."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def wait_until(reached: Callable[[], bool], within_s: float) -> bool:
    """Ask again until it is so; say whether it came about in time."""
    give_up_at = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(_POLL_S)
    return True


def last_lines(log: Path) -> str:
    """Give the end of a log, on one line, and where the log is."""
    text = ""
    if log.exists():
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()][-_LINES:]
    return f"its log {log} ends: {' | '.join(lines) or '(nothing was written)'}"
