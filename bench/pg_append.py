"""One event per commit into PostgreSQL: our store, a bare INSERT, and `eventsourcing`'s recorder.

All three put the same bytes of the same events on the same server with the same durability, over
one connection; each has a unique index on stream and version besides its primary key.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid5

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from sqlalchemy import make_url

from bench.append import SPACE, decided
from bench.report import Result, ratio
from bench.servers import Databases, postgres
from chassis.store.port import Unplaced
from chassis.store.postgres.store import PostgresStore

__all__ = ["measure", "recorder", "stored"]

_COUNT = 2_000

_TABLE = """CREATE TABLE events (position BIGINT PRIMARY KEY, stream TEXT NOT NULL,
version BIGINT NOT NULL, type TEXT NOT NULL, key TEXT NOT NULL, meta BYTEA NOT NULL,
data BYTEA NOT NULL, UNIQUE (stream, version))"""
_INSERT = "INSERT INTO events VALUES (%s, %s, %s, %s, %s, %s, %s)"


def measure(runs: int) -> list[Result]:
    """Take turns on one server."""
    ours, bare, theirs = [], [], []
    with postgres() as databases:
        for _ in range(runs):
            ours.append(_through_store(databases))
            bare.append(_through_driver(databases))
            theirs.append(_through_recorder(databases))
    return [
        ratio("pg append", "events/s", "bare INSERT", ours, bare),
        ratio("pg append against eventsourcing", "events/s", "eventsourcing 9.5.6", ours, theirs),
    ]


def recorder(url: str, pool_size: int) -> tuple[Any, Any]:
    """Open `eventsourcing` on a database; all that is not its default is the size of its pool."""
    at = make_url(url)
    store = PostgresDatastore(
        str(at.database),
        str(at.host),
        str(at.port),
        str(at.username),
        str(at.password or ""),
        pool_size=pool_size,
        connect_timeout=30,
    )
    found = PostgresApplicationRecorder(store)
    found.create_table()
    return found, store


def _through_store(databases: Databases) -> float:
    store = PostgresStore(databases.fresh_log())
    batch = decided(_COUNT)
    began = time.perf_counter()
    for one in batch:
        with store.writing() as connection:
            store.append(connection, [one])
    took = time.perf_counter() - began
    store.close()
    return _COUNT / took


def _through_driver(databases: Databases) -> float:
    """Insert rows that are ready."""
    url = make_url(databases.fresh()).set(drivername="postgresql")
    rows = [
        (n, one.stream, one.version, one.type, one.key, one.to_bytes(), data)
        for n, (one, data) in enumerate(decided(_COUNT), start=1)
    ]
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as bare:
        bare.execute(_TABLE)
        began = time.perf_counter()
        for row in rows:
            with bare.transaction():
                bare.execute(_INSERT, row)
        took = time.perf_counter() - began
    return _COUNT / took


def _through_recorder(databases: Databases) -> float:
    """Give it as its state what we have in two columns, ready made."""
    found, store = recorder(databases.fresh(), 1)
    batch = stored(decided(_COUNT))
    began = time.perf_counter()
    for one in batch:
        found.insert_events([one])
    took = time.perf_counter() - began
    store.close()
    return _COUNT / took


def stored(batch: Sequence[Unplaced]) -> list[Any]:
    """Put events into the shape that `eventsourcing` stores, byte for byte."""
    return [
        StoredEvent(uuid5(SPACE, one.stream), one.version, one.type, one.to_bytes() + data)
        for one, data in batch
    ]
