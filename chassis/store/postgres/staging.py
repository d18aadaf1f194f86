"""A view being built on PostgreSQL: in a schema of its own, from which its tables are moved.

The bulk is built in a file of SQLite and comes over by COPY: a statement to the server per event
takes many times what the event itself does. What comes after that is built in the schema.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table

from chassis.store.postgres.connections import begin
from chassis.store.sqlite.staging import SqliteStaging, beside, stored_names

__all__ = ["SCHEMA", "PostgresStaging", "copy_in", "place_on"]

SCHEMA = "building"
"""Made by the owner; the application may make tables in it, as in the schema of those in use."""

_TABLES = f"SELECT tablename FROM pg_tables WHERE schemaname = '{SCHEMA}'"  # noqa: S608  # ours


class PostgresStaging:
    """A `Staging` in one schema. Its connections see that schema alone."""

    def __init__(self, pool: Engine, bulk: SqliteStaging) -> None:
        self._pool = pool
        self._bulk: SqliteStaging | None = bulk

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction on the file, or from `load_bulk` on, on the schema."""
        with self._bulk.writing() if self._bulk else self._schema() as connection:
            yield connection

    @contextmanager
    def _schema(self) -> Iterator[Connection]:
        with begin(self._pool, "BEGIN") as connection:
            yield connection
            connection.commit()

    def load_bulk(self, tables: MetaData, alive: Callable[[], None]) -> None:
        """Bring the bulk over."""
        bulk, self._bulk = self._bulk, None
        if bulk is None:
            return
        with self._schema() as connection:
            tables.create_all(connection)
            for table in tables.sorted_tables:
                copy_in(connection, table, stored_names(table), bulk.rows(table, alive))
                # Without it the first queries after the switch would be planned for an empty table.
                connection.exec_driver_sql(f'ANALYZE "{table.name}"')

    def swap_in(self, connection: Connection, tables: MetaData) -> None:
        """Drop those in use and move these there, indexes and all, while nobody reads.

        Readers that began before are waited for, and who comes now waits for the commit.
        """
        connection.exec_driver_sql("LOCK TABLE view_versions IN ACCESS EXCLUSIVE MODE")
        tables.drop_all(connection)
        for table in tables.sorted_tables:
            connection.exec_driver_sql(f'ALTER TABLE {SCHEMA}."{table.name}" SET SCHEMA public')

    def clear(self) -> None:
        """Drop what an earlier rebuild left."""
        with self._schema() as connection:
            for name in connection.exec_driver_sql(_TABLES).scalars().all():
                connection.exec_driver_sql(f'DROP TABLE {SCHEMA}."{name}"')


@contextmanager
def place_on(pool: Engine) -> Iterator[PostgresStaging]:
    """Make the schema empty, with a file for the bulk, and clear both away at the end."""
    with TemporaryDirectory(prefix="whistle-") as folder, beside(Path(folder) / "view.db") as bulk:
        place = PostgresStaging(pool, bulk)
        place.clear()
        try:
            yield place
        finally:
            place.clear()


def copy_in(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows by COPY."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    into = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
