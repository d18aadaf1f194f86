"""A program that appends from several threads at once; `test_positions.py` starts two of them.

    append_many.py DATABASE NAME THREADS EVENTS ARM

It prints "ready", waits for a line on its input, then appends, and prints one line per event that
was committed: its position and its stream. Every seventh append is rolled back on purpose.
ARM `sound` uses the store. ARM `naive` draws the position in a transaction of its own and inserts
the event in a later one, which is what a sequence does: order of allocation is not order of commit.
On PostgreSQL it does use a sequence.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import insert, update

from chassis.store.port import Store, Unplaced
from chassis.store.postgres.store import PostgresStore
from chassis.store.sqlite.store import SqliteStore
from chassis.store.tables import events, head
from contracts.canonical import canonical_bytes
from contracts.envelope import Actor, Envelope

_LOG = UUID("1b4e28ba-2fa1-4d2f-883f-0016d3cca427")
_NOW = datetime(2026, 11, 23, 8, 8, tzinfo=UTC)
_ACTOR = Actor(person="p-1", unit="street-pine-song", role="officer")
_ROLL_BACK_EVERY = 7
_SLOW_S = 0.005

Append = Callable[[Store, Unplaced, bool], int]


class Unwanted(Exception):
    """The transaction is to be rolled back."""


def unplaced(stream: str, version: int) -> Unplaced:
    """Make an event."""
    envelope = Envelope(
        event_id=uuid5(_LOG, f"{stream}/{version}"),
        type="counters.counter_opened.v1",
        stream=stream,
        version=version,
        key=stream,
        log_id=_LOG,
        recorded_at=_NOW,
        actor=_ACTOR,
        correlation_id=_LOG,
        causation_id=_LOG,
    )
    return envelope, canonical_bytes({"stream": stream})


def sound(store: Store, event: Unplaced, fail: bool) -> int:  # noqa: FBT001
    """Append as the unit of work does."""
    with store.writing() as connection:
        position = store.append(connection, [event])
        time.sleep(_SLOW_S * (position % 2))
        if fail:
            raise Unwanted
    return position


def naive(store: Store, event: Unplaced, fail: bool) -> int:  # noqa: FBT001
    """Draw a number first and insert later."""
    envelope, data = event
    with store.writing() as connection:
        drawn = update(head).values(position=head.c.position + 1).returning(head.c.position)
        position: int = connection.execute(drawn).scalar_one()
    time.sleep(_SLOW_S * (position % 2))  # some transactions take longer than others
    row = {"stream": envelope.stream, "version": envelope.version, "type": envelope.type}
    with store.writing() as connection:
        meta = envelope.to_bytes()
        connection.execute(
            insert(events).values(position=position, **row, key="k", meta=meta, data=data)
        )
        if fail:
            raise Unwanted
    return position


def by_sequence(store: Store, event: Unplaced, fail: bool) -> int:  # noqa: FBT001
    """Draw the number as `bigserial` does, without the lock."""
    assert isinstance(store, PostgresStore)
    envelope, data = event
    row = {"stream": envelope.stream, "version": envelope.version, "type": envelope.type}
    with store.reading() as reading:
        engine = reading.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        position: int = connection.exec_driver_sql("SELECT nextval('drawn')").scalar_one()
        meta = envelope.to_bytes()
        connection.execute(
            insert(events).values(position=position, **row, key="k", meta=meta, data=data)
        )
        time.sleep(_SLOW_S * (position % 2))
        if fail:
            raise Unwanted
        connection.commit()
    return position


def append_all(store: Store, stream: str, event_count: int, append: Append) -> list[str]:
    """Append the events of one stream; give a line per committed one."""
    lines, version = [], 1
    for number in range(event_count):
        fail = number % _ROLL_BACK_EVERY == _ROLL_BACK_EVERY - 1
        try:
            position = append(store, unplaced(stream, version), fail)
        except Unwanted:
            continue
        lines.append(f"{position} {stream}")
        version += 1
    return lines


def main(database: str, name: str, threads: str, event_count: str, arm: str) -> None:
    """Run the program."""
    is_file = database.startswith("/")
    store = SqliteStore(Path(database)) if is_file else PostgresStore(database)
    append = {"sound": sound, "naive": naive if is_file else by_sequence}[arm]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        streams = [f"{name}-{number}" for number in range(int(threads))]
        found = pool.map(lambda s: append_all(store, s, int(event_count), append), streams)
        sys.stdout.write("\n".join(line for lines in found for line in lines))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
