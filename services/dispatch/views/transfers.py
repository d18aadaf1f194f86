"""Who led a case when: hops, objections and their rulings, refused attempts, ends by order."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    select,
    update,
)

from chassis.store.rows import add, upsert
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode
from contracts.instant import format_instant

WAITING = "waiting"
ENDED = "ended"
"""The case closed, and nobody ruled."""

_tables = MetaData()

hops = Table(
    "hops",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("hop", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("redispatched_by", Text, nullable=False),
    Column("redispatched_at", Text, nullable=False),
)

objections = Table(
    "objections",
    _tables,
    Column("objected_at", Text, primary_key=True),
    Column("case_no", Text, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("proposed_unit", Text),
    Column("objected_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("time_of", Text),
    Column("ruled_by", Text),
    Column("ruled_at", Text),
    Index("objections_by_case", "case_no"),
    Index("objections_by_district", "status", "district"),
)

refused_dispatches = Table(
    "refused_dispatches",
    _tables,
    Column("unit", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_case_no", Text, nullable=False),
    Column("last_tried_by", Text, nullable=False),
    Column("last_tried_at", Text, nullable=False),
)

orders = Table(
    "orders",
    _tables,
    Column("ordered_at", Text, primary_key=True),
    Column("case_no", Text, primary_key=True),
    Column("district", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("ordered_by", Text, nullable=False),
)


class HopItem(BaseModel):
    """One change of the leading unit, counted from 1 in its case."""

    case_no: CaseNo
    hop: int
    round: int
    from_unit: UnitCode
    unit: UnitCode
    ground: str
    redispatched_by: str
    redispatched_at: str


class ObjectionItem(BaseModel):
    """One objection. `status`: waiting, upheld, rejected, or ended with its case.

    `time_of` says whose time it was until the ruling: after an upheld one the dispatcher's, so that
    what the unit missed is not its own.
    """

    case_no: CaseNo
    round: int
    unit: UnitCode
    district: UnitCode
    proposed_unit: UnitCode | None
    objected_by: str
    objected_at: str
    status: str
    time_of: str | None
    ruled_by: str | None
    ruled_at: str | None


class RefusedDispatchItem(BaseModel):
    """How often somebody tried to give a case to a unit that may not get it, and why not."""

    unit: UnitCode
    code: str
    count: int
    last_case_no: CaseNo
    last_tried_by: str
    last_tried_at: str


class OrderItem(BaseModel):
    """One end by order; `unit` led the case that nobody solved."""

    case_no: CaseNo
    district: UnitCode
    unit: UnitCode
    ordered_by: str
    ordered_at: str


def _redispatched(connection: Connection, event: dispatch.CaseRedispatched) -> None:
    row = {
        "case_no": event.case_no,
        "hop": event.hop,
        "round": event.round,
        "from_unit": event.from_unit,
        "unit": event.unit,
        "ground": event.ground,
        "redispatched_by": event.redispatched_by,
        "redispatched_at": format_instant(event.redispatched_at),
    }
    add(connection, hops, [row])


def _objected(connection: Connection, event: dispatch.CaseObjected) -> None:
    row = {
        "case_no": event.case_no,
        "round": event.round,
        "unit": event.unit,
        "district": event.district,
        "proposed_unit": event.proposed_unit,
        "objected_by": event.objected_by,
        "objected_at": format_instant(event.objected_at),
        "status": WAITING,
    }
    add(connection, objections, [row])


def _ruled(connection: Connection, event: dispatch.ObjectionRuled) -> None:
    _settle(
        connection,
        event.case_no,
        status=event.outcome,
        time_of=event.time_of,
        ruled_by=event.ruled_by,
        ruled_at=format_instant(event.ruled_at),
    )


def _closed(connection: Connection, event: dispatch.CaseClosed) -> None:
    _settle(connection, event.case_no, status=ENDED)


def _settle(connection: Connection, case_no: CaseNo, **values: str) -> None:
    waits = (objections.c.case_no == case_no) & (objections.c.status == WAITING)
    connection.execute(update(objections).where(waits).values(values))


def _refused(connection: Connection, event: dispatch.DispatchRefused) -> None:
    columns = refused_dispatches.c
    is_it = (columns.unit == event.unit) & (columns.code == event.code)
    before = connection.execute(select(columns["count"]).where(is_it)).scalar() or 0
    row = {
        "unit": event.unit,
        "code": event.code,
        "count": before + 1,
        "last_case_no": event.case_no,
        "last_tried_by": event.tried_by,
        "last_tried_at": format_instant(event.tried_at),
    }
    upsert(connection, refused_dispatches, [row])


def _ordered(connection: Connection, event: dispatch.EndOrdered) -> None:
    row = {
        "case_no": event.case_no,
        "district": event.district,
        "unit": event.unit,
        "ordered_by": event.ordered_by,
        "ordered_at": format_instant(event.ordered_at),
    }
    add(connection, orders, [row])


TRANSFERS = View(
    name="transfers",
    tables=_tables,
    revision=1,
    on={
        dispatch.CaseRedispatched: _redispatched,
        dispatch.CaseObjected: _objected,
        dispatch.ObjectionRuled: _ruled,
        dispatch.CaseClosed: _closed,
        dispatch.DispatchRefused: _refused,
        dispatch.EndOrdered: _ordered,
    },
)


def hops_of(connection: Connection, case_no: CaseNo) -> list[HopItem]:
    """Give the units of a case one after the other; as many as it changed hands."""
    query = select(hops).where(hops.c.case_no == case_no).order_by(hops.c.hop)
    return [HopItem.model_validate(row._asdict()) for row in connection.execute(query)]


def objections_of(connection: Connection, case_no: CaseNo) -> list[ObjectionItem]:
    """Give the objections of a case, first to last."""
    query = select(objections).where(objections.c.case_no == case_no)
    rows = connection.execute(query.order_by(objections.c.objected_at))
    return [_objection(row) for row in rows]


def list_objections(
    connection: Connection, district: UnitCode | None, after: str | None, limit: int
) -> Page[ObjectionItem]:
    """List what waits for a ruling, the oldest first. Raises: CursorUnreadable."""
    query = _of(select(objections).where(objections.c.status == WAITING), objections, district)
    order = (objections.c.objected_at, objections.c.case_no)
    return page(connection, query, order, after, limit, _objection)


def list_refused_dispatches(
    connection: Connection, unit: UnitCode | None, after: str | None, limit: int
) -> Page[RefusedDispatchItem]:
    """List the refused attempts to give a case to a unit, or to any. Raises: CursorUnreadable."""
    order = (refused_dispatches.c.unit, refused_dispatches.c.code)
    query = select(refused_dispatches)
    if unit is not None:
        query = query.where(refused_dispatches.c.unit == unit)
    return page(connection, query, order, after, limit, _refused_dispatch)


def list_orders(
    connection: Connection, district: UnitCode | None, after: str | None, limit: int
) -> Page[OrderItem]:
    """List the ends by order, the first one first. Raises: CursorUnreadable."""
    query = _of(select(orders), orders, district)
    return page(connection, query, (orders.c.ordered_at, orders.c.case_no), after, limit, _order)


def _of(query: Select[Any], table: Table, district: UnitCode | None) -> Select[Any]:
    return query if district is None else query.where(table.c.district == district)


def _objection(row: Row[Any]) -> ObjectionItem:
    return ObjectionItem.model_validate(row._asdict())


def _refused_dispatch(row: Row[Any]) -> RefusedDispatchItem:
    return RefusedDispatchItem.model_validate(row._asdict())


def _order(row: Row[Any]) -> OrderItem:
    return OrderItem.model_validate(row._asdict())
