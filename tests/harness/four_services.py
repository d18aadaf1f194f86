"""The four real services on one folder, without a thread: a test delivers every event itself.

The clock stands still until it is moved, and keys are made of one constant, so that two harnesses
which get the same commands hold the same bytes, whatever transport or database is between.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import Response

from chassis.commit_signal import CommitSignal
from chassis.feeds.feed import Feed, LogFeed
from chassis.hosting.assembly import Ground, assemble
from chassis.http.application import Gateway, build_app
from chassis.http.identity import DemoTokens
from chassis.http.problem import install_problems
from chassis.service import Service
from chassis.store.opening import open_store
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.vault import Vault
from chassis.views.versions import prepare
from contracts.catalogue import FileCatalogue
from services.intake.relay_numbers import DemoRelayNumbers, RelayNumbers
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.inline_writer import InlineWriter
from whistle.composition import definitions

__all__ = ["MONDAY", "FourServices", "open_four_services"]

MONDAY = datetime(2026, 9, 28, 0, 30, tzinfo=UTC)
"""A working morning in Shanghai."""

_ROUNDS_MAX = 200
"""Rounds of reading after which the services will never come to an end."""


def _same_bytes(count: int) -> bytes:
    return b"\x2a" * count


@dataclass
class FourServices:
    """The services by name, and one client that can be any actor."""

    folder: Path
    databases: Mapping[str, str] = field(default_factory=dict)
    """Of services on PostgreSQL; the others have a file in the folder."""
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    relay: RelayNumbers | None = field(default_factory=DemoRelayNumbers)
    services: dict[str, Service] = field(default_factory=dict)
    apps: dict[str, FastAPI] = field(default_factory=dict)

    def __post_init__(self) -> None:
        commit_signal = CommitSignal()
        defined = {one.name: one for one in definitions(FileCatalogue(), self.relay)}
        grounds = {name: self.ground(name, commit_signal) for name in defined}
        feeds: dict[str, Feed] = {name: LogFeed(one.store) for name, one in grounds.items()}
        self.feeds = feeds
        for name, definition in defined.items():
            own = {source: feeds[source] for source in definition.model.sources}
            service = assemble(definition.model, grounds[name], own, InlineWriter)
            prepare(service.store, service.model, own)
            routers = definition.routers(service)
            self.services[name] = service
            self.apps[name] = build_app(service, DemoTokens(), routers, definition.title)
        elsewhere = FastAPI(openapi_url=None)
        install_problems(elsewhere)
        self.client = HttpClient(Gateway(self.apps, elsewhere))

    def ground(self, name: str, commit_signal: CommitSignal) -> Ground:
        """Open what a service stands on."""
        store = open_store(name, self.folder, self.databases.get(name, ""))
        return Ground(store, Vault(b"k" * 32, _same_bytes), self.clock, commit_signal)

    def unit_of_work(self, name: str) -> UnitOfWork:
        """Give what executes in a service."""
        return self.services[name].unit_of_work

    def ask(self, actor: str, path: str, **query: str | int) -> Response:
        """Read as `<role>.<unit>.<person>`."""
        return self.client.ask(actor, path, **query)

    def tell(
        self, actor: str, path: str, body: object = None, key: str = "", **headers: str
    ) -> Response:
        """Command as `<role>.<unit>.<person>`; a header `if_match` is written `If-Match`."""
        return self.client.tell(actor, path, body, key, **headers)

    def send(self, method: str, actor: str, path: str, **options: Any) -> Response:  # noqa: ANN401  # httpx's own
        """Send any request; without an actor there is no token."""
        return self.client.send(method, actor, path, **options)

    def listen(self) -> None:
        """Let every service read the logs of the others, until no event is left."""
        for _ in range(_ROUNDS_MAX):
            consumers = [one.consumer for one in self.services.values()]
            # What a test delivered by hand may be held without its consumer knowing.
            moved = [(one.drain_once(), one.release()) for one in consumers]
            if not any(map(any, moved)):
                return
        raise AssertionError("the logs have no end")

    def wait_until(self, moment: datetime) -> None:
        """Move the clock, and notice every deadline that passes."""
        self.clock.moment = moment
        for service in self.services.values():
            while service.ticker.tick():
                pass

    def close(self) -> None:
        """Close the client and the files."""
        self.client.close()
        for service in self.services.values():
            service.store.close()


@contextmanager
def open_four_services(
    folder: Path, databases: Mapping[str, str] | None = None
) -> Iterator[FourServices]:
    """Open the services until the block ends."""
    opened = FourServices(folder, databases or {})
    try:
        yield opened
    finally:
        opened.close()
