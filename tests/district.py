"""The four real services on one folder, without a thread: a test delivers every event itself.

The clock stands still until it is moved, and keys are drawn from one constant, so that two
districts which were told the same hold the same bytes, however it was told.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from chassis.clock import FixedClock
from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed, LogFeed
from chassis.hosting.process import ServiceDefinition
from chassis.http.application import Gateway, build_app
from chassis.http.identity import DemoTokens
from chassis.http.problem import install_problems
from chassis.service import Service
from chassis.store.opening import open_store
from chassis.ticker import Ticker
from chassis.unit_of_work.unit_of_work import Item, Outcome, UnitOfWork, system_actor
from chassis.unit_of_work.writer import CommitSignal, Handler, Writer
from chassis.vault import Vault
from chassis.views.versions import prepare
from contracts.catalogue import FileCatalogue
from services.dispatch.app import definition as dispatch
from services.enforcement.app import definition as enforcement
from services.feedback.app import definition as feedback
from services.intake.app import definition as intake

__all__ = ["MONDAY", "District", "open_district"]

MONDAY = datetime(2026, 9, 28, 0, 30, tzinfo=UTC)
"""A working morning in Shanghai."""

_ROUNDS_MAX = 200
"""Rounds of listening after which a district that is still not quiet never will be."""


class _AtOnce(Writer):
    """Executes what is submitted in the caller's own thread, as one batch."""

    def __init__(self, name: str, handler: Handler, commit_signal: CommitSignal) -> None:
        super().__init__(name, handler, commit_signal)
        self._door = handler

    def submit(self, items: Sequence[Item]) -> list[Future[Outcome]]:
        """Execute now."""
        futures: list[Future[Outcome]] = []
        for outcome in self._door.handle(items) if items else []:
            future: Future[Outcome] = Future()
            future.set_result(outcome)
            futures.append(future)
        return futures


def _same_bytes(count: int) -> bytes:
    return b"\x2a" * count


@dataclass
class District:
    """The services by name, and one client that may be anybody."""

    folder: Path
    databases: Mapping[str, str] = field(default_factory=dict)
    """Of services on PostgreSQL; the others have a file in the folder."""
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    services: dict[str, Service] = field(default_factory=dict)
    units_of_work: dict[str, UnitOfWork] = field(default_factory=dict)
    apps: dict[str, FastAPI] = field(default_factory=dict)

    def __post_init__(self) -> None:
        catalogue, commit_signal = FileCatalogue(), CommitSignal()
        defined = {
            d(catalogue).name: d(catalogue) for d in (intake, dispatch, enforcement, feedback)
        }
        for definition in defined.values():
            self._open(definition, commit_signal)
        self.feeds: dict[str, Feed] = {n: LogFeed(s.store) for n, s in self.services.items()}
        for name, service in self.services.items():
            own = {source: self.feeds[source] for source in service.model.sources}
            prepare(service.store, service.model, own)
            service.consumer = Consumer(name, service.store, service.writer, own, commit_signal)
            self.apps[name] = build_app(
                service, DemoTokens(), defined[name].routers(service), defined[name].title
            )
        elsewhere = FastAPI(openapi_url=None)
        install_problems(elsewhere)
        gateway = Gateway(self.apps, elsewhere)
        transport = ASGITransport(gateway, raise_app_exceptions=False)
        self._client = AsyncClient(transport=transport, base_url="http://district.test")
        self._runner = asyncio.Runner()

    def _open(self, definition: ServiceDefinition, commit_signal: CommitSignal) -> None:
        name, model = definition.name, definition.model
        store = open_store(name, self.folder, self.databases.get(name, ""))
        vault = Vault(b"k" * 32, _same_bytes)
        service = Service(model, store, vault, self.clock, commit_signal)
        unit_of_work = UnitOfWork(model, store, self.clock, vault)
        service.writer = _AtOnce(name, unit_of_work, commit_signal)
        service.ticker = Ticker(store, service.writer, self.clock, system_actor(name))
        self.services[name], self.units_of_work[name] = service, unit_of_work

    def ask(self, actor: str, path: str, **query: str | int) -> Response:
        """Read as `<role>.<unit>.<person>`."""
        return self.send("GET", actor, path, params=query or None)

    def tell(
        self, actor: str, path: str, body: object = None, key: str = "", **headers: str
    ) -> Response:
        """Command as `<role>.<unit>.<person>`; a header `if_match` is written `If-Match`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Idempotency-Key": key} if key else {}
        return self.send("POST", actor, path, json=body, headers=named)

    def send(self, method: str, actor: str, path: str, **options: Any) -> Response:  # noqa: ANN401  # httpx's own
        """Send any request; without an actor there is no token."""
        token = {"Authorization": f"Bearer demo.{actor}"} if actor else {}
        options["headers"] = {**token, **options.get("headers", {})}
        return self._runner.run(self._client.request(method, path, **options))

    def listen(self) -> None:
        """Let everybody hear everything, until nobody has anything more to say."""
        for _ in range(_ROUNDS_MAX):
            consumers = [one.consumer for one in self.services.values() if one.consumer]
            # What a test delivered by hand may be held without its consumer knowing.
            moved = [(one.drain_once(), one.release()) for one in consumers]
            if not any(map(any, moved)):
                return
        raise AssertionError("the services never stop talking")

    def wait_until(self, moment: datetime) -> None:
        """Move the clock, and have every deadline that passes noticed."""
        self.clock.moment = moment
        for service in self.services.values():
            while service.ticker.tick():
                pass

    def close(self) -> None:
        """Let go of the files."""
        self._runner.run(self._client.aclose())
        self._runner.close()
        for service in self.services.values():
            service.store.close()


@contextmanager
def open_district(folder: Path, databases: Mapping[str, str] | None = None) -> Iterator[District]:
    """Open a district until the block ends."""
    opened = District(folder, databases or {})
    try:
        yield opened
    finally:
        opened.close()
