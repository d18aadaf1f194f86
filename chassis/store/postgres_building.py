"""A view being built on PostgreSQL: in a schema of its own, from which its tables are moved."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, MetaData

from chassis.store.postgres_connections import begin

__all__ = ["SCHEMA", "PostgresBuilding"]

SCHEMA = "building"
"""Made by the owner; the application may make tables in it, as in the schema of those in use."""

_TABLES = f"SELECT tablename FROM pg_tables WHERE schemaname = '{SCHEMA}'"  # noqa: S608  # ours


class PostgresBuilding:
    """A `Building` in one schema. Its connections see that schema alone."""

    def __init__(self, pool: Engine) -> None:
        self._pool = pool

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """Open a transaction on the schema."""
        with begin(self._pool, "BEGIN") as connection:
            yield connection
            connection.commit()

    def adopt(self, connection: Connection, tables: MetaData) -> None:
        """Drop those in use and move these there, indexes and all."""
        tables.drop_all(connection)
        for table in tables.sorted_tables:
            connection.exec_driver_sql(f'ALTER TABLE {SCHEMA}."{table.name}" SET SCHEMA public')

    def clear(self) -> None:
        """Drop whatever stands there."""
        with self.filling() as connection:
            for name in connection.exec_driver_sql(_TABLES).scalars().all():
                connection.exec_driver_sql(f'DROP TABLE {SCHEMA}."{name}"')
