"""Processes of the system that a test starts and ends: `whistle run`, or one service alone.

A server is ready when its own routes say so; a test waits for that and never for a fixed time.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx

from contracts.services import SERVICES

__all__ = [
    "LISTENING",
    "ROOT",
    "Server",
    "ServerFailed",
    "free_ports",
    "run_demo",
    "until",
]

ROOT = Path(__file__).parents[1]
_WAIT_S = 60
_POLL_S = 0.02
LISTENING = "listening on "


class ServerFailed(Exception):
    """A server ended, or did not get ready; the message is what it wrote."""


@dataclass
class Server:
    """One process. `command` follows the interpreter; `services` are those that must be ready.

    Without a `url` the process must write a line `listening on URL …`, as `whistle run` does.
    """

    command: Sequence[str]
    services: Sequence[str] = SERVICES
    url: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    """Everything the process wrote on standard error, line by line."""

    def start(self) -> Self:
        """Start the process without waiting for anything."""
        settings = {k: v for k, v in os.environ.items() if not k.startswith("WHISTLE_")}
        self._changed = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=ROOT,
            env={**settings, **self.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def wait_for_line(self, word: str, since: int = 0) -> str:
        """Wait for a line that begins with a word and give the rest of it. Raises: ServerFailed."""

        def found() -> list[str]:
            return [line for line in self.lines[since:] if line.startswith(word)]

        with self._changed:
            self._changed.wait_for(lambda: found() or self._has_ended, _WAIT_S)
            lines = found()
        if not lines:
            self.kill()
            raise ServerFailed("".join(self.lines))
        return lines[0].removeprefix(word).strip()

    def ready(self) -> Self:
        """Wait until every service is ready. Raises: ServerFailed."""
        self.url = self.url or self.wait_for_line(LISTENING).split()[0]
        with httpx.Client(base_url=self.url, trust_env=False, timeout=_WAIT_S) as client:
            until(lambda: all(self._is_ready(client, name) for name in self.services))
        return self

    def _is_ready(self, client: httpx.Client, service: str) -> bool:
        if not self.is_running:
            raise ServerFailed("".join(self.lines))
        try:
            return client.get(f"/{service}/v1/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it at once (SIGKILL), in the middle of its work."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to finish what it accepted (SIGTERM); give its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended; give its exit code. Raises: ServerFailed."""
        try:
            code = self.process.wait(_WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise ServerFailed("it did not stop") from None
        self._reader.join(_WAIT_S)
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    @property
    def is_running(self) -> bool:
        """Say whether the process runs."""
        return self.process.poll() is None


@contextmanager
def run_demo(
    folder: Path, *more: str, env: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[Server]:
    """Run all services in one demonstration process until the block ends."""
    program = "from whistle.cli import app; app()"
    options = ("run", "--demo", "--data", str(folder), "--port", str(port), *more)
    server = Server(("-c", program, *options), env=env or {}).start().ready()
    try:
        yield server
    finally:
        if server.is_running:
            server.stop()


def until(reached: Callable[[], bool], wait_s: float = _WAIT_S) -> None:
    """Poll until a condition is true. Raises: TimeoutError."""
    give_up_at = time.monotonic() + wait_s
    while not reached():
        if time.monotonic() > give_up_at:
            raise TimeoutError
        time.sleep(_POLL_S)


def free_ports(count: int) -> list[int]:
    """Find free ports, all different."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports
