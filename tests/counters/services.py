"""The services of the invented domain on the harness, with short words for their commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chassis.feeds.feed import Feed, LogFeed
from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from contracts.envelope import Recorded
from tests.counters.counter import Count, Open, Reset, counters_model
from tests.counters.follower import (
    TALLY_ROWS,
    Copy,
    Rate,
    Trouble,
    followers_model,
    raters_model,
)
from tests.harness.follower import FollowerHarness
from tests.harness.service import ServiceHarness

__all__ = ["HOUR", "Counters", "Followers", "Raters", "ThreeServices", "inbound_of"]

HOUR = timedelta(hours=1)

_LABEL = "hall"


def inbound_of(source: str, recorded: Sequence[Recorded]) -> list[InboundEvent]:
    """Make inbound events of a log's records."""
    return [InboundEvent.of(source, one) for one in recorded]


@dataclass
class Counters(ServiceHarness):
    """The service of counters."""

    model: ServiceModel = field(default_factory=counters_model)

    def open(self, *counters: str, due: tuple[datetime, ...] = (), key: str = "") -> CommandRequest:
        """Open counters in the hall, which have to count before the moments of `due`."""
        streams = [f"counter-{counter}" for counter in counters]
        now = self.clock.now()

        def run(session: Session) -> None:
            for counter, stream in zip(counters, streams, strict=True):
                session.execute(Open(counter, _LABEL, now, due), stream)

        return self.command(run, *streams, key=key, body=b"open")

    def count(
        self, *counters: str, amount: int = 1, key: str = "", version: int | None = None
    ) -> CommandRequest:
        """Let counters count; `version` is what If-Match says of the first."""
        streams = [f"counter-{counter}" for counter in counters]
        command = Count(self.clock.now(), amount)
        return self.command(
            lambda session: session.execute(command, *streams),
            *streams,
            key=key,
            body=f"count {amount}".encode(),
            expected=None if version is None else (streams[0], version),
        )

    def reset(self, *counters: str) -> CommandRequest:
        """Reset counters."""
        streams = [f"counter-{counter}" for counter in counters]
        command = Reset(self.clock.now())
        return self.command(lambda session: session.execute(command, *streams), *streams)


@dataclass
class Raters(ServiceHarness):
    """The service of raters."""

    model: ServiceModel = field(default_factory=raters_model)

    def rate(self, counter: str, stars: int, rater: str = "1") -> None:
        """Rate a counter; one rater's ratings of a counter are one stream."""
        stream = f"rating-{counter}-{rater}"
        command = Rate(counter, stars)
        self.given(self.command(lambda session: session.execute(command, stream)))


@dataclass
class Followers(FollowerHarness):
    """The service of followers."""

    model: ServiceModel = field(init=False)
    trouble: Trouble = field(default_factory=Trouble)

    def __post_init__(self) -> None:
        self.model = followers_model(self.trouble)
        super().__post_init__()

    def copies(self) -> dict[str, Copy]:
        """Give the folded state of every copy."""
        streams = {stream for stream, *_ in self.log()}
        return {
            stream.partition("-")[2]: self.service.load(stream).state for stream in sorted(streams)
        }

    def tallies(self) -> list[tuple[Any, ...]]:
        """Give the rows of the view: counter, label, counted, rating_count, stars, copied."""
        return self.rows(TALLY_ROWS)


@dataclass
class ThreeServices:
    """Followers that follow counters and raters, on one folder."""

    folder: Path
    database: str = ""
    """Of the followers, on PostgreSQL; empty: a file."""
    counters: Counters = field(init=False)
    raters: Raters = field(init=False)
    followers: Followers = field(init=False)

    def __post_init__(self) -> None:
        self.counters = Counters(self.folder)
        self.raters = Raters(self.folder)
        self.followers = Followers(self.folder, feeds=self.feeds(), database=self.database)

    def feeds(self) -> Mapping[str, Feed]:
        """Give the logs of both sources as feeds."""
        return {
            "counters": LogFeed(self.counters.service.store),
            "raters": LogFeed(self.raters.service.store),
        }

    def rate(self, counter: str, stars: int, rater: str = "1") -> None:
        """Rate a counter."""
        self.raters.rate(counter, stars, rater)

    def close(self) -> None:
        """Close everything."""
        for one in (self.followers, self.raters, self.counters):
            one.close()
