"""The store on PostgreSQL: one database per service, and any number of processes on it.

A writing transaction locks the row `head` before it reads anything, so writers follow one another
as on SQLite, positions are given out in commit order, and what one of them decided on cannot have
changed. Readers never wait.

The application's role may not change or delete an event, and triggers refuse it to everybody; the
owner's role, which makes the tables (`chassis.store.postgres.provisioning`), is not used here.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.exc import DBAPIError, OperationalError

from chassis.errors import Fault, OutcomeUnknown
from chassis.store.port import Staging, Unplaced
from chassis.store.postgres.connections import (
    DatabaseRefused,
    address,
    ask,
    begin,
    check_database,
    engine,
    locked,
    try_lock,
)
from chassis.store.postgres.staging import SCHEMA, copy_in, place_on
from chassis.store.tables import head

__all__ = ["PostgresStore"]

_READER_COUNT = 8
_SETTLE_PAUSE_S = 0.1

_WRITING = "BEGIN; SELECT position FROM head WHERE id = 1 FOR NO KEY UPDATE"
_MARKING = "BEGIN; SET LOCAL synchronous_commit = off"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_READING = f"{_SNAPSHOT}; LOCK TABLE view_versions IN ACCESS SHARE MODE"
"""LOCK TABLE takes no snapshot, so that one is taken when no view is being switched: to an older
one a table that was put in place later is there, and empty."""
_APPEND = """
WITH moved AS (
  UPDATE head SET position = position + %(count)s WHERE id = 1
  RETURNING position - %(count)s AS before
), placed AS (
  INSERT INTO events (position, stream, version, type, key, meta, data)
  SELECT moved.before + one.number, one.stream, one.version, one.type, one.key, one.meta, one.data
  FROM moved, unnest(%(stream)s::text[], %(version)s::int[], %(type)s::text[], %(key)s::text[],
                     %(meta)b::bytea[], %(data)b::bytea[])
    WITH ORDINALITY AS one (stream, version, type, key, meta, data, number)
)
SELECT before + 1, pg_current_xact_id()::text FROM moved
"""
_STATUS = "SELECT pg_xact_status(%(xid)s::xid8)"


class PostgresStore:
    """A `Store` in one PostgreSQL database.

    Raises: DatabaseRefused when the database cannot be reached or is not as it has to be.
    """

    settle_s: ClassVar[float] = 10.0
    """How long it asks what came of a commit, when the connection was lost over it."""

    def __init__(self, url: str) -> None:
        self._url = address(url)
        self._writer = engine(self._url, 1)
        self._reader = engine(self._url, _READER_COUNT)
        self._transaction = ""
        try:
            self._log_id = self._check()
        except BaseException:
            self.close()
            raise

    def _check(self) -> UUID:
        try:
            with begin(self._reader, _SNAPSHOT) as connection:
                check_database(connection)
                return UUID(connection.execute(select(head.c.log_id)).scalar_one())
        except OperationalError as error:
            place = f"{self._url.host}:{self._url.port or 5432}/{self._url.database}"
            reason = str(error.orig).split("\n", 1)[0]
            raise DatabaseRefused(
                f"PostgreSQL at {place} cannot be used: {reason}. See that it runs and lets"
                f" {self._url.username} in."
            ) from None

    @property
    def log_id(self) -> UUID:
        """Name this log."""
        return self._log_id

    @property
    def newest(self) -> int:
        """Give the last position; others may write too, so the database is asked."""
        position: int = ask(self._reader, "SELECT position FROM head")
        return position

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that has locked the head."""
        with begin(self._writer, _WRITING) as connection:
            self._transaction = ""
            yield connection
            self._commit(connection)

    def _commit(self, connection: Connection) -> None:
        """Commit; when the connection is lost over it, find out what came of it."""
        try:
            connection.commit()
        except DBAPIError as error:
            if not error.connection_invalidated or not self._transaction:
                raise
            if not self.is_committed(self._transaction):
                raise

    def is_committed(self, transaction: str) -> bool:
        """Ask the server whether a transaction was committed. Raises: OutcomeUnknown."""
        give_up_at = time.monotonic() + self.settle_s
        while time.monotonic() < give_up_at:
            try:
                with begin(self._reader, _SNAPSHOT) as connection:
                    status = connection.exec_driver_sql(_STATUS, {"xid": transaction}).scalar()
            except OperationalError:
                status = "in progress"
            except DBAPIError:
                break  # another server has taken its place and does not know the transaction
            if status != "in progress":
                return status == "committed"
            time.sleep(_SETTLE_PAUSE_S)
        raise OutcomeUnknown("the connection was lost while committing")

    @contextmanager
    def marking(self) -> Iterator[Connection]:
        """Open a transaction that leaves the head alone."""
        with begin(self._writer, _MARKING) as connection:
            yield connection
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot."""
        with begin(self._reader, _READING) as connection:
            yield connection

    def append(self, connection: Connection, batch: Sequence[Unplaced]) -> int:
        """Move the head and insert, in one statement."""
        envelopes = [envelope for envelope, _ in batch]
        row = connection.exec_driver_sql(
            _APPEND,
            {
                "count": len(batch),
                "stream": [one.stream for one in envelopes],
                "version": [one.version for one in envelopes],
                "type": [one.type for one in envelopes],
                "key": [one.key for one in envelopes],
                "meta": [one.to_bytes() for one in envelopes],
                "data": [data for _, data in batch],
            },
        ).one()
        first: int
        first, self._transaction = row
        return first

    def load(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """Insert them by COPY."""
        copy_in(connection, table, names, rows)

    @contextmanager
    def leading(self, duty: str) -> Iterator[Callable[[], bool]]:
        """Lead while a connection of our own holds the lock of that duty."""
        candidate = _Candidate(engine(self._url, 1), duty)
        try:
            yield candidate.leads
        finally:
            candidate.step_down()

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Use the schema for it, alone."""
        settings = {"search_path": SCHEMA, "synchronous_commit": "off", "statement_timeout": "0"}
        pool = engine(self._url, 2, **settings)
        try:
            with locked(pool, SCHEMA) as is_ours:
                if not is_ours:
                    raise Fault(
                        "another view of this service is being built; wait until it is done"
                    )
                with place_on(pool) as place:
                    yield place
        finally:
            pool.dispose()

    def scrub(self) -> None:
        """Do nothing: the server keeps old rows until VACUUM, and its log until it is recycled.

        Both are its operator's to see to (docs/guides/operate.md).
        """

    def close(self) -> None:
        """Close both pools."""
        self._reader.dispose()
        self._writer.dispose()


class _Candidate:
    """Stands for a duty on a connection of its own: the lock is gone when that is."""

    def __init__(self, pool: Engine, duty: str) -> None:
        self._pool = pool
        self._duty = duty
        self._connection: Connection | None = None
        self._holds = False

    def leads(self) -> bool:
        """Try to win, or see that it is still so."""
        try:
            if self._connection is None:
                self._connection = self._pool.connect()
            if self._holds:
                self._connection.exec_driver_sql("SELECT 1")
            else:
                self._holds = try_lock(self._connection, self._duty)
        except DBAPIError:
            self.step_down()
        return self._holds

    def step_down(self) -> None:
        """Close the connection, which releases the lock."""
        self._holds = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._pool.dispose()
