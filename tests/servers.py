"""The system's own processes, started and ended by a test: `whistle run`, or one service alone.

A server is ready when its own routes say so; a test waits for that and never for a span of time.
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

__all__ = [
    "LISTENING",
    "ROOT",
    "SERVICES",
    "Server",
    "ServerFailed",
    "free_ports",
    "run_demo",
    "until",
]

ROOT = Path(__file__).parents[1]
SERVICES = ("intake", "dispatch", "enforcement", "feedback")
_WAIT_S = 60
_POLL_S = 0.02
LISTENING = "listening on "


class ServerFailed(Exception):
    """A server ended, or did not get ready; the message is what it wrote."""


@dataclass
class Server:
    """One process. `command` follows the interpreter; `services` are those that have to be ready.

    With `url` known in advance nothing but the ready routes is asked; without, the process has to
    write a line `listening on URL …`, as `whistle run` does.
    """

    command: Sequence[str]
    services: Sequence[str] = SERVICES
    url: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """Everything the process wrote on standard error, line by line."""

    def start(self) -> Self:
        """Start the process without waiting for anything."""
        settings = {k: v for k, v in os.environ.items() if not k.startswith("WHISTLE_")}
        self._news = threading.Condition()
        self._silent = False
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
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.said.append(line)
                self._news.notify_all()
        with self._news:
            self._silent = True
            self._news.notify_all()

    def hear(self, word: str, since: int = 0) -> str:
        """Wait for a line that begins with a word and give the rest of it. Raises: ServerFailed."""

        def heard() -> list[str]:
            return [line for line in self.said[since:] if line.startswith(word)]

        with self._news:
            self._news.wait_for(lambda: heard() or self._silent, _WAIT_S)
            found = heard()
        if not found:
            self.kill()
            raise ServerFailed("".join(self.said))
        return found[0].removeprefix(word).strip()

    def tell(self, line: str) -> None:
        """Write a line on its input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ready(self) -> Self:
        """Wait until every service does its work. Raises: ServerFailed."""
        self.url = self.url or self.hear(LISTENING).split()[0]
        with httpx.Client(base_url=self.url, trust_env=False, timeout=_WAIT_S) as client:
            until(lambda: all(self._is_ready(client, name) for name in self.services))
        return self

    def _is_ready(self, client: httpx.Client, service: str) -> bool:
        if not self.is_running:
            raise ServerFailed("".join(self.said))
        try:
            return client.get(f"/{service}/v1/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it at once (SIGKILL), wherever it is."""
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
        self._listener.join(_WAIT_S)
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    @property
    def is_running(self) -> bool:
        """Say whether the process is there."""
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
    """Ask again until it is so. Raises: TimeoutError."""
    give_up_at = time.monotonic() + wait_s
    while not reached():
        if time.monotonic() > give_up_at:
            raise TimeoutError
        time.sleep(_POLL_S)


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on, all different."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports
