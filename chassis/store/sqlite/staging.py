"""A view being built on SQLite: in a file of its own, so that the writer is never kept waiting.

The switch copies the file's tables into the database within the writer's transaction. Into an
empty table of the same shape SQLite copies whole rows without looking at them, indexes included.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event

from chassis.private_files import make_empty

__all__ = ["SqliteStaging", "beside", "stored_names"]

_PRAGMAS = (
    "PRAGMA journal_mode=OFF",  # after any failure the file is thrown away
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-65536",
)
_PAGE = 1_000
_TAILS = ("", "-journal", "-wal", "-shm")


class SqliteStaging:
    """A `Staging` in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = _engine(path)
        self._attached = False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction on the file."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection

    def load_bulk(self, _tables: MetaData, _alive: Callable[[], None]) -> None:
        """Do nothing: the bulk is where it has to be."""

    def rows(self, table: Table, alive: Callable[[], None]) -> Iterator[tuple[object, ...]]:
        """Give the rows of a table, in the order of `stored_names`; call `alive` per page."""
        with self.writing() as connection:
            cursor = connection.connection.cursor()
            names = ", ".join(f'"{name}"' for name in stored_names(table))
            cursor.execute(f'SELECT {names} FROM "{table.name}"')  # noqa: S608  # names of ours
            while page := cursor.fetchmany(_PAGE):
                alive()
                yield from page
            cursor.close()

    def swap_in(self, connection: Connection, tables: MetaData) -> None:
        """Drop, create, and copy from the file."""
        connection.exec_driver_sql("ATTACH ? AS building", (str(self._path),))
        self._attached = True
        tables.drop_all(connection)
        tables.create_all(connection)
        for table in tables.sorted_tables:
            connection.exec_driver_sql(_copy(table))

    def detach(self, connection: Connection) -> None:
        """Detach the file from the database."""
        if self._attached:
            connection.exec_driver_sql("DETACH building")
            self._attached = False

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


@contextmanager
def beside(path: Path) -> Iterator[SqliteStaging]:
    """Make an empty file in place of any earlier one, and remove it at the end."""
    _remove(path)
    make_empty(path)
    staging = SqliteStaging(path)
    try:
        yield staging
    finally:
        staging.close()
        _remove(path)


def stored_names(table: Table) -> list[str]:
    """Name the columns that are written, and not computed by the database."""
    return [column.name for column in table.columns if column.computed is None]


def _copy(table: Table) -> str:
    if any(column.computed is not None for column in table.columns):
        names = ", ".join(f'"{name}"' for name in stored_names(table))
        return (
            f'INSERT INTO main."{table.name}" ({names}) SELECT {names} FROM building."{table.name}"'  # noqa: S608  # names of ours
        )
    return f'INSERT INTO main."{table.name}" SELECT * FROM building."{table.name}"'  # noqa: S608  # names of ours


def _remove(path: Path) -> None:
    for tail in _TAILS:
        path.with_name(path.name + tail).unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:  # noqa: ANN401  # the driver's connection
        raw.isolation_level = None
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    return engine
