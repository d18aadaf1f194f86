"""Keyset paging: a page of a list, how many there are in all, and where the next page begins.

A cursor is opaque to clients: the sort key of the last item, so that pages neither skip nor repeat
items while the list changes.
"""

import base64
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select, tuple_

from chassis.errors import Malformed

__all__ = ["CursorUnreadable", "Page", "page"]

_INTEGER_MAX = 2**63 - 1
Item = TypeVar("Item")


class CursorUnreadable(Malformed):
    """A cursor that did not come from here."""

    code = "cursor_unreadable"
    status = 400
    zh = "游标无效；请使用上一页返回的 next，或去掉 after 从头开始。"
    en = "The cursor cannot be read; use `next` of the page before, or start without `after`."


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int
    """Of the whole list, not of this page."""
    next: str | None


def page(  # noqa: PLR0913  # a query, its order, its place, and what a row becomes
    connection: Connection,
    query: Select[Any],
    order: tuple[ColumnElement[Any], ...],
    after: str | None,
    limit: int,
    item: Callable[[Row[Any]], Item],
) -> Page[Item]:
    """Run a query for one page; `item` makes an item of a row.

    `order` are the sort columns, all ascending and together unique, and selected under their
    names. Raises: CursorUnreadable.
    """
    ordered = query.order_by(*order).limit(limit + 1)
    if after is not None:
        values = [literal(value) for value in _decode(after, order)]
        ordered = ordered.where(tuple_(*order) > tuple_(*values))
    rows = list(connection.execute(ordered))
    more = len(rows) > limit
    rows = rows[:limit]
    # A first page that holds everything has counted it already.
    total = len(rows) if after is None and not more else _count(connection, query)
    last = [rows[-1]._mapping[column] for column in order] if more else []  # noqa: SLF001  # SQLAlchemy's public name
    items = [item(row) for row in rows]
    return Page[Item].model_construct(
        items=items, total=total, next=_encode(last) if more else None
    )


def _count(connection: Connection, query: Select[Any]) -> int:
    counted: int = connection.execute(
        select(func.count()).select_from(query.subquery())
    ).scalar_one()
    return counted


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decode(cursor: str, order: tuple[ColumnElement[Any], ...]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        json.dumps(values, ensure_ascii=False).encode()  # raises for half a letter
    except (ValueError, RecursionError) as error:
        raise CursorUnreadable from error
    if not isinstance(values, list) or len(values) != len(order):
        raise CursorUnreadable
    if not all(map(_fits, values, order)):
        raise CursorUnreadable
    return values


def _fits(value: object, column: ColumnElement[Any]) -> bool:
    """Say whether a value can stand in a column; PostgreSQL compares nothing else with it."""
    if isinstance(value, str):
        return column.type.python_type is str and "\0" not in value
    return type(value) is int and column.type.python_type is int and abs(value) <= _INTEGER_MAX
