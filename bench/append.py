"""One event per commit into the log, against a bare sqlite3 loop with the same durability."""

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from bench.report import Result, ratio
from chassis.store.port import Unplaced
from chassis.store.sqlite import SqliteStore
from contracts.envelope import Actor, Envelope
from contracts.events.dispatch import CaseSigned

__all__ = ["measure"]

_SPACE = UUID(int=7)
_ACTOR = Actor(person="duty-1", unit="street-lighting", role="officer")
_AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
_TABLE = """CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER,
type TEXT, key TEXT, meta BLOB, data BLOB, UNIQUE (stream, version))"""


def measure(runs: int) -> list[Result]:
    """Run both in turn, on the same disk."""
    count, ours, bare = 400, [], []
    with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
        for run in range(runs):
            ours.append(_through_store(Path(folder) / f"ours-{run}.db", count))
            bare.append(_through_driver(Path(folder) / f"bare-{run}.db", count))
    return [ratio("append 1 event/commit", "events/s", "raw sqlite3 insert loop", ours, bare)]


def _event(number: int) -> CaseSigned:
    return CaseSigned(
        case_no=f"260928{number:06d}", round=1, unit=_ACTOR.unit, signed_by="duty-1", signed_at=_AT
    )


def _unplaced(store: SqliteStore, number: int) -> Unplaced:
    event = _event(number)
    envelope = Envelope(
        event_id=uuid5(_SPACE, str(number)),
        type=event.wire,
        stream=f"case-{event.case_no}",
        version=1,
        key=event.case_no,
        log_id=store.log_id,
        recorded_at=_AT,
        actor=_ACTOR,
        correlation_id=_SPACE,
        causation_id=_SPACE,
    )
    return envelope, event.to_bytes()


def _through_store(path: Path, count: int) -> float:
    """The whole way: event and envelope to canonical bytes, the head, the row, the commit."""
    store = SqliteStore(path)
    began = time.perf_counter()
    for number in range(count):
        with store.writing() as connection:
            store.append(connection, [_unplaced(store, number)])
    took = time.perf_counter() - began
    store.close()
    return count / took


def _through_driver(path: Path, count: int) -> float:
    """Rows that are ready, by the driver alone."""
    store = SqliteStore(path.with_suffix(".shape.db"))
    rows = [_unplaced(store, number) for number in range(count)]
    store.close()
    ready = [
        (n, envelope.stream, 1, envelope.type, envelope.key, envelope.to_bytes(), data)
        for n, (envelope, data) in enumerate(rows, start=1)
    ]
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute(_TABLE)
    began = time.perf_counter()
    for row in ready:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        bare.execute("COMMIT")
    took = time.perf_counter() - began
    bare.close()
    return count / took
