"""Connections to PostgreSQL: how they are made, begun, and found fit for a log.

Transactions are begun by statements of ours on connections in autocommit, so that beginning one
and taking its lock (or its snapshot) is one round trip.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from chassis.store.schema import NEWEST, version_of

__all__ = [
    "DatabaseRefused",
    "address",
    "ask",
    "begin",
    "check_database",
    "engine",
    "locked",
    "try_lock",
]

_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "search_path": "public",
}
_CONNECT = {
    "application_name": "whistle",
    "client_encoding": "utf8",
    "connect_timeout": 5,
    # A server that vanished without a word is noticed within seconds, also by who only waits.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_OLDEST_SERVER = 15
_ORDER = """
SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding),
       datlocprovider = 'b' OR (datlocprovider = 'c' AND datcollate IN ('C', 'POSIX'))
FROM pg_database WHERE datname = current_database()
"""
_LOCK = "SELECT pg_try_advisory_lock(hashtext('whistle'), hashtext(%(duty)s))"
_UNLOCK = "SELECT pg_advisory_unlock_all()"


class DatabaseRefused(Exception):
    """The database cannot be used as it is; the message says what to do."""


def address(url: str) -> URL:
    """Read `postgresql://user:password@host:port/name`. Raises: DatabaseRefused."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        found = None
    if found is None or found.get_backend_name() != "postgresql" or not found.database:
        raise DatabaseRefused(
            "The address of the database is none of PostgreSQL; write it as"
            " postgresql://user:password@host:port/name."
        )
    return found.set(drivername="postgresql+psycopg")


def engine(url: URL, size: int, **settings: str) -> Engine:
    """Make a pool of connections, each with our limits and with `settings`."""
    options = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, **settings}.items())
    return create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",  # see above
        hide_parameters=True,  # an error's message must not repeat what a statement was given
        connect_args={**_CONNECT, "options": options},
    )


def begin(pool: Engine, statement: str) -> Connection:
    """Begin a transaction. A connection that died in the pool is replaced: nothing was done yet."""
    return _first(pool, statement)[0]


def ask(pool: Engine, question: str) -> Any:  # noqa: ANN401  # the type of the column
    """Ask for one value, in one round trip."""
    connection, result = _first(pool, question)
    with connection:
        return result.scalar_one()


def _first(pool: Engine, statement: str) -> tuple[Connection, CursorResult[Any]]:
    for is_last in (False, True):
        connection = pool.connect()
        try:
            return connection, connection.exec_driver_sql(statement)
        except DBAPIError as error:
            connection.close()
            if is_last or not error.connection_invalidated:
                raise
        except BaseException:
            connection.close()
            raise
    raise AssertionError


@contextmanager
def locked(pool: Engine, duty: str) -> Iterator[bool]:
    """Try to hold a lock that lasts as long as its connection; say whether it was free."""
    with pool.connect() as connection:
        try:
            yield try_lock(connection, duty)
        finally:
            # The server gives a closed connection's lock back some time later; who asks for it
            # next, as the second of two views that are built in a row, would find it taken.
            with suppress(SQLAlchemyError):
                connection.exec_driver_sql(_UNLOCK)
            connection.invalidate()  # back in its pool it would go on holding the lock


def try_lock(connection: Connection, duty: str) -> bool:
    """Lock a duty for as long as the connection lasts; say whether it was free."""
    return bool(connection.exec_driver_sql(_LOCK, {"duty": duty}).scalar_one())


def check_database(connection: Connection, *, tables: bool = True) -> None:
    """See that text is ordered by its bytes, and the tables (if asked) are those of this release.

    Raises: DatabaseRefused.
    """
    version, encoding, is_byte_order = connection.exec_driver_sql(_ORDER).one()
    if version < _OLDEST_SERVER:
        raise DatabaseRefused(
            f"PostgreSQL is {version}, and {_OLDEST_SERVER} is the oldest that will do: upgrade it."
        )
    if encoding != "UTF8" or not is_byte_order:
        raise DatabaseRefused(
            "The database has to be UTF8 with collation C, so that text has the same order"
            " everywhere: recreate it with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE 'C'."
        )
    found = version_of(connection) if tables else NEWEST
    if found != NEWEST:
        raise DatabaseRefused(
            f"The tables are at change {found or 'none'}, and this release needs {NEWEST}: run"
            f" {'whistle database apply' if found < NEWEST else 'the release they were made by'}."
        )
