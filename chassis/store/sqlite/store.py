"""The embedded store: one SQLite file per service, durable at every commit.

WAL with `synchronous=FULL` syncs at each commit; `BEGIN IMMEDIATE` takes the write lock before the
head is read, so that positions are given out in commit order even among processes.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)

from chassis.errors import Fault
from chassis.private_files import make_empty, make_folder
from chassis.store.port import Staging, Unplaced
from chassis.store.rows import add
from chassis.store.schema import NEWEST, make, upgrade, version_of
from chassis.store.sqlite.staging import beside
from chassis.store.tables import events, head

__all__ = ["SqliteStore"]

_LOCK_WAIT_MS = 10_000
_READER_COUNT = 8
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA busy_timeout={_LOCK_WAIT_MS}",
)
_ADVANCE = (
    update(head).values(position=head.c.position + bindparam("count")).returning(head.c.position)
)
_APPEND_ONLY = (
    """CREATE TRIGGER IF NOT EXISTS events_are_not_changed BEFORE UPDATE ON events
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS events_are_not_deleted BEFORE DELETE ON events
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS events_are_not_replaced BEFORE INSERT ON events
       WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position
                    OR (stream = NEW.stream AND version = NEW.version))
       BEGIN SELECT RAISE(ABORT, 'UNIQUE: events are append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS head_moves_forward BEFORE UPDATE ON head
       WHEN NEW.position < OLD.position OR NEW.log_id <> OLD.log_id
       BEGIN SELECT RAISE(ABORT, 'the head only moves forward'); END""",
    # REPLACE deletes without firing the trigger below; only INSERT has to let the first row in.
    """CREATE TRIGGER IF NOT EXISTS head_is_not_replaced BEFORE INSERT ON head
       WHEN EXISTS (SELECT 1 FROM head)
       BEGIN SELECT RAISE(ABORT, 'the head is not replaced'); END""",
    """CREATE TRIGGER IF NOT EXISTS head_is_not_deleted BEFORE DELETE ON head
       BEGIN SELECT RAISE(ABORT, 'the head is not deleted'); END""",
)


class SqliteStore:
    """A `Store` in one file."""

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        make_empty(path)  # SQLite gives the files beside it the rights of this one
        self._beside = path.with_suffix(".building.db")
        self._is_building = threading.Lock()
        self._newest = self._reached = 0
        self._writer = _engine(path, size=1)
        self._reader = _engine(path, "PRAGMA query_only=ON", size=_READER_COUNT)
        with self.writing() as connection:
            _bring_up_to_date(connection)
            for trigger in _APPEND_ONLY:
                connection.exec_driver_sql(trigger)
            found = connection.execute(select(head.c.log_id, head.c.position)).first()
            log_id, self._reached = found or (str(uuid4()), 0)
            if found is None:
                connection.execute(insert(head).values(id=1, position=0, log_id=log_id))
        self._log_id = UUID(log_id)

    @property
    def log_id(self) -> UUID:
        """Name this log."""
        return self._log_id

    @property
    def newest(self) -> int:
        """Give the last position committed here."""
        return self._newest

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one writing transaction."""
        with self._writer.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._reached = self._newest
            yield connection
        self._newest = self._reached

    @contextmanager
    def marking(self) -> Iterator[Connection]:
        """Open the writing transaction: there is one file and one lock."""
        with self.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot."""
        with self._reader.begin() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection

    def append(self, connection: Connection, batch: Sequence[Unplaced]) -> int:
        """Move the head and insert: two statements, as SQLite has no writing CTE."""
        last: int = connection.execute(_ADVANCE, {"count": len(batch)}).scalar_one()
        self._reached = last
        first = last - len(batch) + 1
        rows = [
            {
                "position": position,
                "stream": envelope.stream,
                "version": envelope.version,
                "type": envelope.type,
                "key": envelope.key,
                "meta": envelope.to_bytes(),
                "data": data,
            }
            for position, (envelope, data) in enumerate(batch, start=first)
        ]
        add(connection, events, rows)
        return first

    def load(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """Insert them by one statement."""
        cursor = connection.connection.cursor()
        places = ", ".join("?" * len(names))
        into = f'"{table.name}" ({", ".join(names)})'
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", list(rows))  # noqa: S608  # names of ours
        cursor.close()

    @contextmanager
    def leading(self, _duty: str) -> Iterator[Callable[[], bool]]:
        """Lead always: one process holds the data folder."""
        yield lambda: True

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Make a file beside this one, which the switch attaches and copies from."""
        if not self._is_building.acquire(blocking=False):
            raise Fault("another view of this service is being built; wait until it is done")
        try:
            with beside(self._beside) as staging:
                try:
                    yield staging
                finally:
                    # A file cannot be detached within a transaction.
                    with self._writer.connect() as connection:
                        staging.detach(connection)
        finally:
            self._is_building.release()

    def scrub(self) -> None:
        """Fold the write-ahead log into the file, where `secure_delete` has zeroed what went.

        Raises: Fault when a reader held on to the old state for longer than the lock wait.
        """
        with self._writer.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone() or (1,)
            cursor.close()
        if busy:
            raise Fault("deleted bytes still stand in the write-ahead log: a reader is in the way")

    def close(self) -> None:
        """Close both pools."""
        self._reader.dispose()
        self._writer.dispose()


def _bring_up_to_date(connection: Connection) -> None:
    version = version_of(connection)
    if not version:
        make(connection)
    elif version != NEWEST:
        upgrade(connection)


def _engine(path: Path, *pragmas: str, size: int) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # an error's message must not repeat what a statement was given
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:  # noqa: ANN401  # the driver's connection
        raw.isolation_level = None  # transactions are begun above, not guessed by the driver
        for pragma in (*_PRAGMAS, *pragmas):
            raw.execute(pragma)

    return engine
