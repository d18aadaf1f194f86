"""Four real service processes that can be told where to die, and that come back.

Each stands on SQLite in its folder or on a PostgreSQL database. People send every command under its
own key again and again until there is an answer, as whoever loses a connection has to.
"""

import json
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

__all__ = ["Patient", "Precinct", "standing"]

_KILLED = -9
_WATCH_S = 0.05


class Patient(People):
    """People who send again when the connection breaks or the server is not itself."""

    def send(self, method: str, actor: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        """Send until there is an answer that says something."""
        answers: list[httpx.Response] = []

        def is_answered() -> bool:
            try:
                answers.append(super(Patient, self).send(method, actor, path, **options))
            except httpx.TransportError:
                return False
            return answers[-1].status_code < httpx.codes.INTERNAL_SERVER_ERROR

        until(is_answered)
        return answers[-1]


@dataclass
class Precinct:
    """The processes, and how often each died of what it was told to."""

    folder: Path
    databases: Mapping[str, str] = field(default_factory=dict)
    """Per service the address of its PostgreSQL database; without one it is on SQLite."""
    env: Mapping[str, str] = field(default_factory=dict)
    """What every process is told besides."""
    dooms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Per service the moments to die at, one life each; then it lives on."""
    servers: dict[str, Server] = field(default_factory=dict)
    died: dict[str, list[str]] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self._left = {name: list(self.dooms.get(name, ())) for name in SERVICES}
        self._armed = dict.fromkeys(SERVICES, "")
        for name in SERVICES:
            self.start(name)
        self._watch = threading.Thread(target=self._bring_back, daemon=True)
        self._watch.start()

    def url_of(self, path: str) -> str:
        """Say where a path is served."""
        return f"http://127.0.0.1:{self._ports[path.split('/')[1]]}"

    def token_of(self, actor: str) -> str:
        """Give a demonstration token."""
        return f"demo.{actor}"

    def start(self, name: str) -> None:
        """Start one process, with the next doom if one is left."""
        self._armed[name] = doom = self._left[name].pop(0) if self._left[name] else ""
        peers = {one: f"http://127.0.0.1:{port}" for one, port in self._ports.items()}
        env = {
            "WHISTLE_DEMO": "true",
            "WHISTLE_DATA": str(self.folder / name),
            "WHISTLE_PORT": str(self._ports[name]),
            "WHISTLE_PEERS": json.dumps(peers),
            "WHISTLE_TOKEN": "demo.service.system.mesh",
            "WHISTLE_DATABASE": self.databases.get(name, ""),
            "WHISTLE_CRASH_AT": doom,
            **self.env,
        }
        program = ("-m", f"services.{name}")
        self.servers[name] = Server(program, (name,), peers[name], env).start()

    def _bring_back(self) -> None:
        while not self._ended.wait(_WATCH_S):
            for name, server in list(self.servers.items()):
                if server.process.poll() == _KILLED and not self._ended.is_set():
                    server.wait()
                    self.died.setdefault(name, []).append(self._armed[name])
                    self.start(name)

    def ready(self) -> None:
        """Wait until all do their work."""
        until(lambda: all(self._is_ready(name) for name in SERVICES))

    def _is_ready(self, name: str) -> bool:
        try:
            return self.servers[name].ready().is_running
        except Exception:  # noqa: BLE001  # it died of its doom meanwhile
            return False

    def unmet(self) -> dict[str, list[str]]:
        """Give the moments at which nobody has died yet."""
        left = {
            name: [*([self._armed[name]] if self._armed[name] else []), *self._left[name]]
            for name in SERVICES
        }
        return {name: dooms for name, dooms in left.items() if dooms}

    def stop(self) -> None:
        """End all."""
        self._ended.set()
        self._watch.join()
        for server in self.servers.values():
            if server.is_running:
                server.stop()


@contextmanager
def standing(
    folder: Path,
    databases: Mapping[str, str],
    dooms: Mapping[str, Sequence[str]],
    env: Mapping[str, str] | None = None,
) -> Iterator[tuple[Precinct, Patient]]:
    """Run the four of them until the block ends."""
    precinct = Precinct(folder, databases, env or {}, dooms)
    people = Patient(precinct.url_of, precinct.token_of)
    try:
        yield precinct, people
    finally:
        people.close()
        precinct.stop()
