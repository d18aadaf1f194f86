"""A service that only listens, on PostgreSQL, as a process runs it: inbox, view, writer, Kafka.

Shared by what measures how much it hears, and how soon.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, Table, Text

from chassis.clock import SystemClock
from chassis.feeds.feed import Feed
from chassis.kafka.subscriber import Subscriber
from chassis.service import Service, open_service
from chassis.store.rows import put
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.writer import CommitSignal
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events.dispatch import CaseSigned

__all__ = ["SignedCases", "listening", "wait_for"]

_POLL_S = 0.002


class SignedCases:
    """A view with a row per case: who signed for it. Remembers when it saw which."""

    name = "signed"
    tables = MetaData()
    rows = Table("signed", tables, Column("case_no", Text, primary_key=True), Column("unit", Text))
    reads = frozenset({CaseSigned.wire})

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        if isinstance(event, CaseSigned):
            put(connection, self.rows, {"case_no": event.case_no}, unit=event.unit)
            self.seen[event.case_no] = time.perf_counter()


@contextmanager
def listening(
    folder: Path, database: str, feed: Feed, kafka: tuple[str, str]
) -> Iterator[tuple[Service, SignedCases]]:
    """Run it; `kafka` are the address and the topic of the source, `feed` its log behind them."""
    view = SignedCases()
    name = folder.name
    model = ServiceModel(name, {}, (view,), ("dispatch",))
    service = open_service(model, folder, SystemClock(), CommitSignal(), database)
    address, topic = kafka
    service.start(
        {"dispatch": feed},
        lambda writer, backstop: Subscriber(name, address, {"dispatch": topic}, writer, backstop),
    )
    try:
        yield service, view
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
