"""One service on a folder of its own, driven by the test: no thread, and a clock that waits."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.commit_signal import CommitSignal
from chassis.feeds.feed import Feed
from chassis.heartbeat import Monotonic
from chassis.hosting.assembly import MakeWriter, assemble, open_ground
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.inbox.inbound_event import InboundEvent
from chassis.service import Service
from chassis.store.reading import read_after
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.work import Origin
from chassis.views.versions import prepare
from contracts.envelope import Actor, Recorded
from contracts.event import Event, parse_event
from contracts.readings import ReadingFacts
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.inline_writer import InlineWriter

__all__ = ["OFFICER", "START", "ServiceHarness", "command_id", "refused_code"]

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/tests")
OFFICER = Actor(person="p-officer", unit="street-lighting", role="officer")


def command_id(key: str) -> UUID:
    """Name a command."""
    return uuid5(_NAMESPACE, key)


@dataclass
class ServiceHarness:
    """A service, its clock, and short words for what a test does with it."""

    folder: Path
    model: ServiceModel
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    database: str = ""
    """Of PostgreSQL; empty: a file in the folder."""
    make_writer: MakeWriter = InlineWriter
    """`Writer` for tests of what runs in threads, which call `service.start`."""
    monotonic: Monotonic = time.monotonic
    """By which its health sees that something stands still."""
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        ground = open_ground(
            self.model.name, self.folder, self.clock, CommitSignal(), self.database
        )
        ground = replace(ground, monotonic=self.monotonic)
        self.service = assemble(self.model, ground, self.feeds, self.make_writer)
        prepare(self.service.store, self.model, self.feeds)
        self._serial = count()

    @property
    def unit_of_work(self) -> UnitOfWork:
        """What executes, without the writer's queue."""
        return self.service.unit_of_work

    def client(self, routers: Sequence[APIRouter], title: str = "a test") -> HttpClient:
        """Give a client of the service's application."""
        return HttpClient(build_app(self.service, DemoTokens(), routers, title))

    def close(self) -> None:
        """Close the database."""
        self.service.store.close()

    def command(  # what a command may be
        self,
        run: Callable[[Session], object],
        *streams: str,
        key: str = "",
        body: bytes | None = None,
        expected: tuple[str, int] | None = None,
        actor: Actor = OFFICER,
    ) -> CommandRequest:
        """Make a request; one without a key is never the same twice."""
        identity = command_id(key or f"{self.folder}/{next(self._serial)}")
        digest = None if body is None else self.service.vault.digest(body)
        origin = Origin(identity, actor, identity, identity)
        return CommandRequest(origin, run, digest, expected, streams)

    def do(self, *requests: CommandRequest) -> list[Outcome]:
        """Execute commands as one batch."""
        return self.unit_of_work.handle(requests)

    def given(self, *requests: CommandRequest) -> None:
        """Execute commands that have to succeed, each in a transaction of its own."""
        for request in requests:
            (outcome,) = self.do(request)
            assert isinstance(outcome, Done), outcome

    def deliver(self, *inbound: InboundEvent) -> list[Outcome]:
        """Let events of other services in as one batch."""
        return self.unit_of_work.handle(inbound)

    def wait_until(self, moment: datetime) -> None:
        """Move the clock, and notice every deadline that passes."""
        self.clock.moment = moment
        while self.service.ticker.tick():
            pass

    def recorded(self) -> list[Recorded]:
        """Give the whole log."""
        with self.service.store.reading() as connection:
            return read_after(connection, 0, 1_000_000)

    def log(self) -> list[tuple[str, int, str]]:
        """Give (stream, version, name) of every event in order."""
        envelopes = [one.envelope for one in self.recorded()]
        return [(one.stream, one.version, one.type.split(".")[1]) for one in envelopes]

    def events(self, stream: str) -> list[Event]:
        """Give a stream's events."""
        found = [(one.envelope, one.data) for one in self.recorded()]
        return [parse_event(one.type, data) for one, data in found if one.stream == stream]

    def readings(self) -> list[ReadingFacts]:
        """Give what is recorded of readings, in order."""
        found: list[BaseModel] = [parse_event(one.type, one.data) for one in self.recorded()]
        return [event for event in found if isinstance(event, ReadingFacts)]

    def rows(self, table: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # any table
        """Give every row of a table in the order of its primary key."""
        with self.service.store.reading() as connection:
            found = connection.execute(table.select().order_by(*table.primary_key.columns))
            return [tuple(row) for row in found]


def refused_code(outcome: Outcome) -> str:
    """Give the code of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code
