"""Four real service processes that kill themselves at named moments, and are started again.

Each is on SQLite in its folder or on a PostgreSQL database. People send every command under its own
key until there is an answer, as a client has to that loses its connection.
"""

import json
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from contracts.services import SERVICES
from tests.people import People
from tests.servers import Server, free_ports, until

__all__ = ["Installation", "RetryingPeople", "run_installation"]

_WATCH_S = 0.05


class RetryingPeople(People):
    """People who send again when the connection breaks or the server answers with a fault."""

    def send(self, method: str, actor: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        """Send until there is an answer that is no fault."""
        answers: list[httpx.Response] = []

        def is_answered() -> bool:
            try:
                answers.append(super(RetryingPeople, self).send(method, actor, path, **options))
            except httpx.TransportError:
                return False
            return answers[-1].status_code < httpx.codes.INTERNAL_SERVER_ERROR

        until(is_answered)
        return answers[-1]


@dataclass
class Installation:
    """The processes, and the moments at which each was killed."""

    folder: Path
    databases: Mapping[str, str] = field(default_factory=dict)
    """Per service the address of its PostgreSQL database; without one it is on SQLite."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Settings of every process besides."""
    failpoints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Per service the moments to be killed at, one for each process; the last goes on."""
    servers: dict[str, Server] = field(default_factory=dict)
    killed_at: dict[str, list[str]] = field(default_factory=dict)
    _is_stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self._left = {name: list(self.failpoints.get(name, ())) for name in SERVICES}
        self._armed = dict.fromkeys(SERVICES, "")
        for name in SERVICES:
            self.start(name)
        self._watch = threading.Thread(target=self._start_killed, daemon=True)
        self._watch.start()

    def url_of(self, path: str) -> str:
        """Give the address that serves a path."""
        return f"http://127.0.0.1:{self._ports[path.split('/')[1]]}"

    def token_of(self, actor: str) -> str:
        """Give a demonstration token."""
        return f"demo.{actor}"

    def start(self, name: str) -> None:
        """Start one process, with the next failpoint if one is left."""
        self._armed[name] = failpoint = self._left[name].pop(0) if self._left[name] else ""
        peers = {one: f"http://127.0.0.1:{port}" for one, port in self._ports.items()}
        env = {
            "WHISTLE_DEMO": "true",
            "WHISTLE_DATA": str(self.folder / name),
            "WHISTLE_PORT": str(self._ports[name]),
            "WHISTLE_PEERS": json.dumps(peers),
            "WHISTLE_TOKEN": "demo.service.system.mesh",
            "WHISTLE_DATABASE": self.databases.get(name, ""),
            "WHISTLE_CRASH_AT": failpoint,
            **self.env,
        }
        program = ("-m", f"services.{name}")
        self.servers[name] = Server(program, (name,), peers[name], env).start()

    def _start_killed(self) -> None:
        while not self._is_stopping.wait(_WATCH_S):
            for name, server in list(self.servers.items()):
                is_killed = server.process.poll() == -signal.SIGKILL
                if is_killed and not self._is_stopping.is_set():
                    server.wait()
                    self.killed_at.setdefault(name, []).append(self._armed[name])
                    self.start(name)

    def ready(self) -> None:
        """Wait until all services are ready."""
        until(lambda: all(self._is_ready(name) for name in SERVICES))

    def _is_ready(self, name: str) -> bool:
        try:
            return self.servers[name].ready().is_running
        except Exception:  # noqa: BLE001  # it was killed at its failpoint meanwhile
            return False

    def left(self) -> dict[str, list[str]]:
        """Give the moments at which no process was killed yet."""
        left = {
            name: [*([self._armed[name]] if self._armed[name] else []), *self._left[name]]
            for name in SERVICES
        }
        return {name: failpoints for name, failpoints in left.items() if failpoints}

    def stop(self) -> None:
        """Stop all processes."""
        self._is_stopping.set()
        self._watch.join()
        for server in self.servers.values():
            if server.is_running:
                server.stop()


@contextmanager
def run_installation(
    folder: Path,
    databases: Mapping[str, str],
    failpoints: Mapping[str, Sequence[str]],
    env: Mapping[str, str] | None = None,
) -> Iterator[tuple[Installation, RetryingPeople]]:
    """Run the four processes until the block ends."""
    installation = Installation(folder, databases, env or {}, failpoints)
    people = RetryingPeople(installation.url_of, installation.token_of)
    try:
        yield installation, people
    finally:
        people.close()
        installation.stop()
