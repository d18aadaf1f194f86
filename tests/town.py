"""Three services of the invented domain on one folder: the porters follow lamps and guests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed, LogFeed
from chassis.inbox.held import discard
from chassis.inbox.inbox import InboundEvent
from chassis.store.tables import held, refusals
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.unit_of_work import Done, Outcome
from contracts.envelope import Recorded
from tests.house import House
from tests.porters import PraiseLamp, Tag, Tallies, Trouble, guests_blueprint, porters_blueprint

__all__ = ["Porters", "Town", "arrivals_of", "praise"]

_ROUNDS_MAX = 200


def praise(guests: House, lamp: str, stars: int, guest: str = "1") -> None:
    """Let a guest praise a lamp; one guest's praise of a lamp is one stream."""
    stream = f"praise-{lamp}-{guest}"
    command = PraiseLamp(lamp, stars)
    guests.given(guests.work(lambda session: session.execute(command, stream)))


def arrivals_of(source: str, recorded: list[Recorded]) -> list[InboundEvent]:
    """Make inbound_events of a log's records."""
    return [InboundEvent(source, one, one.envelope) for one in recorded]


@dataclass
class Porters(House):
    """The following service: its consumer is driven by the test, its writer runs."""

    trouble: Trouble = field(default_factory=Trouble)
    consumer: Consumer = field(init=False)

    def __post_init__(self) -> None:
        self.model = porters_blueprint(self.trouble)
        super().__post_init__()
        service = self.service
        self.consumer = Consumer(
            "porters", service.store, service.writer, self.feeds, service.commit_signal
        )
        service.consumer = self.consumer
        service.writer.start()

    def close(self) -> None:
        """Stop the writer and let go of the files."""
        self.service.writer.stop()
        super().close()

    def drain(self) -> None:
        """Read all sources to their ends, and try what is held until nothing moves."""
        for _ in range(_ROUNDS_MAX):
            if not self.consumer.drain_once():
                return
        raise AssertionError("the feeds have no end")

    def deliver(self, *inbound_events: InboundEvent) -> list[Outcome]:
        """Bring inbound_events through the unit of work as one batch."""
        return self.unit_of_work.handle(inbound_events)

    def discard(self, held_id: int) -> None:
        """Give up one held event."""

        def run(session: Session) -> None:
            discard(session, held_id, "a reason")

        (outcome,) = self.do(self.work(run))
        assert isinstance(outcome, Done), outcome

    def tags(self) -> dict[str, Tag]:
        """Give the folded state of every tag."""
        streams = {stream for stream, *_ in self.log()}
        return {
            stream.partition("-")[2]: self.service.load(stream).state for stream in sorted(streams)
        }

    def tallies(self) -> list[tuple[Any, ...]]:
        """Give the rows of the view: lamp, room, lit, praise_count, stars, tagged."""
        return self.rows(Tallies.rows)

    def held(self) -> list[tuple[int, str, str, str]]:
        """Give (id, key, kind, reason or wanted stream) of every held event."""
        return [(row[0], row[2], row[4], row[5] or row[6]) for row in self.rows(held)]

    def refused(self) -> list[tuple[str, int, str]]:
        """Give (stream, version, code) of every recorded refusal."""
        return [(row[1], row[2], row[3]) for row in self.rows(refusals)]


@dataclass
class Town:
    """The three of them."""

    folder: Path
    database: str = ""
    """Of the porters, on PostgreSQL; empty: a file."""
    lamps: House = field(init=False)
    guests: House = field(init=False)
    porters: Porters = field(init=False)

    def __post_init__(self) -> None:
        self.lamps = House(self.folder)
        self.guests = House(self.folder, guests_blueprint())
        self.porters = Porters(self.folder, feeds=self.feeds(), database=self.database)

    def feeds(self) -> Mapping[str, Feed]:
        """Give the logs of both sources as feeds."""
        sources = {"lamps": self.lamps, "guests": self.guests}
        return {name: LogFeed(house.service.store) for name, house in sources.items()}

    def praise(self, lamp: str, stars: int, guest: str = "1") -> None:
        """Let a guest praise a lamp."""
        praise(self.guests, lamp, stars, guest)

    def close(self) -> None:
        """Let go of everything."""
        for house in (self.porters, self.guests, self.lamps):
            house.close()
