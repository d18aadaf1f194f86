"""Bringing the kept tables of a database to this release: one chain of changes for both databases.

The number of the last change stands in the table `alembic_version`. A new SQLite file is made from
`tables` at once and marked; a test holds that the chain leads to the same.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect

from chassis.store.tables import kept

__all__ = ["NEWEST", "SchemaRefused", "make", "mark", "upgrade", "version_of"]

NEWEST = "0004"
"""The change this release needs."""

_FIRST = "0001"
"""What files are that were made before changes were counted."""

_MARKS = "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"


class SchemaRefused(Exception):
    """The tables are not those of this release; the message says what to do."""


def version_of(connection: Connection) -> str:
    """Give the number of the last change; empty when there are no tables."""
    found = inspect(connection)
    if found.has_table("alembic_version"):
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        if row is not None:
            return str(row[0])
    return _FIRST if found.has_table("head") else ""


def make(connection: Connection) -> None:
    """Make all tables of this release at once, in a database that has none."""
    kept.create_all(connection)
    mark(connection, NEWEST)


def mark(connection: Connection, version: str) -> None:
    """Say what the tables are, without touching them."""
    connection.exec_driver_sql(_MARKS)
    connection.exec_driver_sql("DELETE FROM alembic_version")
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{version}')")  # noqa: S608  # ours


def upgrade(connection: Connection, version: str = NEWEST) -> None:
    """Go through the chain up to a change, within the transaction of the caller.

    Raises: SchemaRefused when the tables are those of a later release.
    """
    from alembic import command  # noqa: PLC0415  # slow to load, and mostly there is nothing to do
    from alembic.config import Config  # noqa: PLC0415  # the same

    found = version_of(connection)
    if found > NEWEST:
        raise SchemaRefused(
            f"The tables are at change {found}, and this release knows them up to {NEWEST}: run"
            " the release that they were made by, or a later one."
        )
    if found == _FIRST:
        mark(connection, _FIRST)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option(
        "version_locations", str(Path(__file__).with_name("migrations") / "versions")
    )
    config.attributes["connection"] = connection
    command.upgrade(config, version)
