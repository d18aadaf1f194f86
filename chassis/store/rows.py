"""Writing rows by key in a way that every database understands.

A service has one writer, so "update, and insert if nothing was there" has nobody to race with.
Statements are built and compiled once per shape and database, and handed to the driver: to have
each one looked up and prepared again costs twice what SQLite takes to run it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Delete,
    Dialect,
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


_Row = Mapping[str, Any]


def add(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    """Insert rows, all of the same columns."""
    if rows:
        _run(connection, _insert(table), tuple(rows[0]), rows)


def put(connection: Connection, table: Table, key: _Row, **values: object) -> None:
    """Set plain `values` on the row with that key, making the row if there is none."""
    # Without values there is nothing to change, but a row that is there still has to be found.
    change = _update(table, tuple(key), tuple(values or key))
    named = {f"key_{name}": value for name, value in key.items()}
    if not _run(connection, change, (), [{**named, **(values or key)}]).rowcount:
        row = {**key, **values}
        _run(connection, _insert(table), tuple(row), [row])


def replace(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    """Write whole rows over those with the same primary key."""
    if not rows:
        return
    names = tuple(column.name for column in table.primary_key.columns)
    keys = [{f"key_{name}": row[name] for name in names} for row in rows]
    _run(connection, _delete(table, names), (), keys)
    add(connection, table, rows)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one database wants it."""

    text: str
    order: tuple[str, ...] | None
    """Of the values, where the driver takes them by place; None: by name."""
    converted: Mapping[str, Callable[[Any], Any]]
    """What is done to single values on their way."""
    is_whole: bool
    """Whether nothing would be added on the way: defaults that Python computes."""

    def values(self, row: _Row) -> Any:  # noqa: ANN401  # as the driver wants them
        if self.converted:
            row = {name: self._convert(name, value) for name, value in row.items()}
        return row if self.order is None else tuple(map(row.__getitem__, self.order))

    def _convert(self, name: str, value: object) -> object:
        return self.converted[name](value) if name in self.converted else value


def _run(
    connection: Connection,
    statement: Insert | Update | Delete,
    columns: tuple[str, ...],
    rows: Sequence[_Row],
) -> CursorResult[Any]:
    dialect = connection.dialect
    known = _known.get((dialect.name, statement, columns))
    if known is None:
        known = _compile(dialect, statement, columns)
        _known[dialect.name, statement, columns] = known
    if not known.is_whole:
        return connection.execute(statement, list(rows))
    return connection.exec_driver_sql(known.text, [known.values(row) for row in rows])


_known: dict[tuple[str, Insert | Update | Delete, tuple[str, ...]], _Compiled] = {}


def _compile(
    dialect: Dialect, statement: Insert | Update | Delete, columns: tuple[str, ...]
) -> _Compiled:
    made: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    return _Compiled(
        text=str(made),
        order=tuple(made.positiontup) if made.positional else None,
        converted=dict(made._bind_processors),  # noqa: SLF001  # what execute() itself goes by
        is_whole=not (made.insert_prefetch or made.update_prefetch),
    )


@cache
def _insert(table: Table) -> Insert:
    return insert(table).inline()


@cache
def _update(table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Update:
    matches = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    return update(table).where(matches).values({name: bindparam(name) for name in values})


@cache
def _delete(table: Table, key: tuple[str, ...]) -> Delete:
    return delete(table).where(and_(*(table.c[name] == bindparam(f"key_{name}") for name in key)))
