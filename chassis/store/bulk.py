"""Filling empty databases in bulk, so that a system can be measured at the size of years.

Nothing here is for a service at work: it goes past the unit of work. So it is refused on a database
that holds anything, and what it writes is what the unit of work would have written, commands aside.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select, update

from chassis.errors import Fault
from chassis.store.port import Store
from chassis.store.rows import upsert
from chassis.store.tables import checkpoints, deadlines, events, head, inbox, relay, sequences

__all__ = ["DeadlineRow", "EventRow", "NotEmpty", "check_empty", "fill", "follow", "note_open"]

EventRow = tuple[str, int, str, str, bytes, bytes]
"""Stream, version, type, key, meta, data, in the order of the log."""

DeadlineRow = tuple[str, str, int, str]
"""Stream, milestone, round, due at."""

_BATCH = 20_000
_Row = TypeVar("_Row")
_EVENT = ("position", "stream", "version", "type", "key", "meta", "data")


class NotEmpty(Fault):
    """The database holds something already."""


def check_empty(store: Store) -> None:
    """Say whether nothing was ever written. Raises: NotEmpty."""
    with store.reading() as connection:
        if connection.execute(select(head.c.position)).scalar_one() or _any(connection):
            raise NotEmpty("there are events or checkpoints in it already")


def _any(connection: Connection) -> bool:
    return connection.execute(select(checkpoints.c.source).limit(1)).first() is not None


def fill(store: Store, rows: Iterable[EventRow], on_batch: Callable[[int], None]) -> int:
    """Write a whole log; `on_batch` gets the rows of each batch, counted. Gives the head."""
    last = 0
    for batch in _batches(rows):
        with store.writing() as connection:
            store.load(connection, events, _EVENT, _placed(last, batch))
            last += len(batch)
            connection.execute(update(head).values(position=last))
        on_batch(len(batch))
    with store.writing() as connection:
        # Without this mark the relay would publish the whole seeded log.
        upsert(connection, relay, [{"id": 1, "log_id": str(store.log_id), "position": last}])
    return last


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _placed(after: int, batch: Iterable[EventRow]) -> Iterator[tuple[object, ...]]:
    for position, row in enumerate(batch, start=after + 1):
        yield (position, *row)


def follow(
    store: Store,
    source: str,
    log: tuple[UUID, int],
    versions: Iterable[tuple[str, int]],
    on_batch: Callable[[int], None],
) -> None:
    """Note that everything of another log (its id, its head) has been dealt with."""
    for batch in _batches(versions):
        with store.writing() as connection:
            rows = ((source, stream, version) for stream, version in batch)
            store.load(connection, inbox, ("source", "stream", "version"), rows)
        on_batch(len(batch))
    log_id, position = log
    with store.writing() as connection:
        row = {"source": source, "log_id": str(log_id), "position": position, "ahead": b""}
        upsert(connection, checkpoints, [row])


def note_open(store: Store, due: Iterable[DeadlineRow], numbers: Iterable[tuple[str, int]]) -> None:
    """Index the deadlines that are open, and note which numbers were given out."""
    names = ("stream", "milestone", "round", "due_at")
    with store.writing() as connection:
        store.load(connection, deadlines, names, due)
        store.load(connection, sequences, ("scope", "last"), numbers)
