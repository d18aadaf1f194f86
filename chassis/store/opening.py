"""Which database a service stands on: the one named, else a file in its data folder."""

from pathlib import Path

from chassis.store.port import Store
from chassis.store.sqlite.store import SqliteStore

__all__ = ["open_store"]


def open_store(name: str, folder: Path, database: str = "") -> Store:
    """Open the store of a service.

    Raises: DatabaseRefused when a PostgreSQL cannot be used as it is, SchemaRefused when a file was
    made by a later release.
    """
    if not database:
        return SqliteStore(folder / f"{name}.db")
    from chassis.store.postgres.store import PostgresStore  # noqa: PLC0415  # its driver is slow to load

    return PostgresStore(database)
