"""A service that only follows, on PostgreSQL, as a process runs it: inbox, view, writer, Kafka.

Shared by what measures how much it receives, and how soon.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, Table, Text

from chassis.clock import SystemClock
from chassis.commit_signal import CommitSignal
from chassis.feeds.feed import Feed
from chassis.hosting.assembly import assemble, open_ground
from chassis.kafka.subscriber import Subscriber, Subscription
from chassis.service import Service
from chassis.store.rows import put
from chassis.unit_of_work.definition import ServiceModel, View
from contracts.envelope import Recorded
from contracts.events.dispatch import CaseSigned

__all__ = ["NothingYet", "SignedCases", "listening", "wait_for"]

_POLL_S = 0.002


class SignedCases:
    """A view with a row per case: who signed for it. Remembers when it saw which."""

    tables = MetaData()
    rows = Table("signed", tables, Column("case_no", Text, primary_key=True), Column("unit", Text))

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}
        self.view = View(
            name="signed", tables=self.tables, revision=1, on={CaseSigned: self._signed}
        )

    def _signed(self, connection: Connection, event: CaseSigned) -> None:
        put(connection, self.rows, {"case_no": event.case_no}, unit=event.unit)
        self.seen[event.case_no] = time.perf_counter()


class NothingYet:
    """A log in which nothing stands."""

    def read(self, _after: int, _limit: int) -> list[Recorded]:
        """Give nothing."""
        return []

    def head(self) -> int:
        """Be empty."""
        return 0

    def close(self) -> None:
        """Do nothing."""


@contextmanager
def listening(
    folder: Path, database: str, feed: Feed, kafka: tuple[str, str]
) -> Iterator[tuple[Service, SignedCases]]:
    """Run it; `kafka` are the address and the topic of the source, `feed` its log behind them."""
    signed = SignedCases()
    name = folder.name
    model = ServiceModel(name, {}, (signed.view,), ("dispatch",))
    ground = open_ground(name, folder, SystemClock(), CommitSignal(), database)
    address, topic = kafka
    subscription = Subscription(address, f"whistle.{name}", {topic: "dispatch"})
    service = assemble(
        model,
        ground,
        {"dispatch": feed},
        make_subscriber=lambda writer, consumer: Subscriber(subscription, writer, consumer),
    )
    service.start()
    try:
        yield service, signed
    finally:
        service.stop()
        service.store.close()


def wait_for(is_so: Callable[[], bool], within_s: float) -> None:
    """Wait until it is so. Raises: TimeoutError."""
    give_up_at = time.perf_counter() + within_s
    while not is_so():
        if time.perf_counter() > give_up_at:
            raise TimeoutError("what was waited for did not come")
        time.sleep(_POLL_S)
