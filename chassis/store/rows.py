"""Writing rows by key in a way that every database understands.

A service has one writer, so "update, and insert if nothing was there" has nobody to race with.
Statements are built once per shape: building one costs more than SQLite takes to run it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    update,
)

__all__ = ["add", "put", "replace"]


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all of the same columns."""
    if rows:
        connection.execute(_insert(table), list(rows))


def put(connection: Connection, table: Table, key: Mapping[str, object], **values: object) -> None:
    """Set plain `values` on the row with that key, making the row if there is none."""
    # Without values there is nothing to change, but a row that is there still has to be found.
    change = _update(table, tuple(key), tuple(values or key))
    named = {f"key_{name}": value for name, value in key.items()}
    if connection.execute(change, {**named, **(values or key)}).rowcount:
        return
    connection.execute(_insert(table), {**key, **values})


def replace(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole rows over those with the same primary key."""
    if not rows:
        return
    names = tuple(column.name for column in table.primary_key.columns)
    keys = [{f"key_{name}": row[name] for name in names} for row in rows]
    connection.execute(_delete(table, names), keys)
    connection.execute(_insert(table), list(rows))


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Update:
    matches = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    return update(table).where(matches).values({name: bindparam(name) for name in values})


@cache
def _delete(table: Table, key: tuple[str, ...]) -> Delete:
    return delete(table).where(and_(*(table.c[name] == bindparam(f"key_{name}") for name in key)))
