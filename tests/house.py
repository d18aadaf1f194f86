"""A workbench: one service of the invented domain with its door, driven without a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.clock import FixedClock
from chassis.feeds.feed import Feed
from chassis.service import Service, open_service
from chassis.store.reading import read_after
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.session import CommandRequest, Session
from chassis.unit_of_work.unit_of_work import Done, Outcome, Refused, UnitOfWork
from chassis.unit_of_work.writer import CommitSignal
from chassis.views.versions import prepare
from contracts.envelope import Actor, Recorded
from contracts.event import Event, parse_event
from tests.lamps import KEEPER, START, DimLamp, HangLamp, LightLamp, lamps_blueprint

__all__ = ["House", "command_id"]

_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/tests")


def command_id(key: str) -> UUID:
    """Name a command."""
    return uuid5(_NAMESPACE, key)


@dataclass
class House:
    """A service on a folder of its own, its clock, and short words for commands."""

    folder: Path
    model: ServiceModel = field(default_factory=lamps_blueprint)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    database: str = ""
    """Of PostgreSQL; empty: a file in the folder."""
    service: Service = field(init=False)
    unit_of_work: UnitOfWork = field(init=False)

    def __post_init__(self) -> None:
        self.service = open_service(
            self.model, self.folder, self.clock, CommitSignal(), self.database
        )
        self._serial = count()
        store, vault = self.service.store, self.service.vault
        prepare(store, self.model, self.feeds)
        self.unit_of_work = UnitOfWork(self.model, store, self.clock, vault)

    def close(self) -> None:
        """Let go of the files."""
        self.service.store.close()

    def do(self, *works: CommandRequest) -> list[Outcome]:
        """Bring commands through the unit of work as one batch."""
        return self.unit_of_work.handle(works)

    def work(
        self,
        run: Callable[[Session], None],
        *streams: str,
        key: str = "",
        body: bytes | None = None,
        expected: tuple[str, int] | None = None,
    ) -> CommandRequest:
        """Make a command; one without a key is never the same twice."""
        identity = command_id(key or f"{self.folder}/{next(self._serial)}")
        digest = None if body is None else self.service.vault.digest(body)
        return CommandRequest(
            command_id=identity,
            run=run,
            actor=KEEPER,
            correlation_id=identity,
            causation_id=identity,
            digest=digest,
            expected=expected,
            streams=streams,
        )

    def hang(self, *lamps: str, due: tuple[datetime, ...] = (), key: str = "") -> CommandRequest:
        """Hang lamps in the hall."""
        streams = [f"lamp-{lamp}" for lamp in lamps]
        command = HangLamp("hall", self.clock.now(), due)
        return self.work(
            lambda session: session.execute(command, *streams), *streams, key=key, body=b"hang"
        )

    def light(
        self, *lamps: str, brightness: int = 1, key: str = "", version: int | None = None
    ) -> CommandRequest:
        """Light lamps; `version` is what If-Match says of the first."""
        streams = [f"lamp-{lamp}" for lamp in lamps]
        command = LightLamp(self.clock.now(), brightness)
        return self.work(
            lambda session: session.execute(command, *streams),
            *streams,
            key=key,
            body=f"light {brightness}".encode(),
            expected=None if version is None else (streams[0], version),
        )

    def dim(self, *lamps: str) -> CommandRequest:
        """Put lamps out."""
        streams = [f"lamp-{lamp}" for lamp in lamps]
        command = DimLamp(self.clock.now())
        return self.work(lambda session: session.execute(command, *streams), *streams)

    def given(self, *works: CommandRequest) -> None:
        """Do things that have to succeed, each in a transaction of its own."""
        for work in works:
            (outcome,) = self.do(work)
            assert isinstance(outcome, Done), outcome

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

    def rows(self, table: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # any table
        """Give every row of a table in the order of its primary key."""
        with self.service.store.reading() as connection:
            found = connection.execute(table.select().order_by(*table.primary_key.columns))
            return [tuple(row) for row in found]


def refused_code(outcome: Outcome) -> str:
    """Give the code of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def actor(role: str, unit: str = "street-lighting", person: str = "p-1") -> Actor:
    """Make an actor."""
    return Actor(person=person, unit=unit, role=role)
