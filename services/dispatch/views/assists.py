"""The queue of assisting units (协办): who was asked by whom, by when, and what came of it."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    select,
    update,
)

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode
from contracts.instant import format_instant

AssistStatus = Literal["open", "late", "answered", "withdrawn", "ended"]
"""Open, open past its time, answered, taken back, or over with the round unanswered."""

LATEST = "9999-12-31T00:00:00.000000Z"
"""Sorts behind every deadline: no clock runs."""

_tables = MetaData()

assists = Table(
    "assists",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("lead", Text, primary_key=True),
    Column("is_listed", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("was_late", Boolean, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("requested_at", Text, nullable=False),
    Column("answered_at", Text),
    Index("assists_by_unit", "unit", "due_at"),
    Index("assists_by_lead", "lead", "due_at"),
)

_OPEN = ("open", "late")


@dataclass(frozen=True, slots=True)
class AssistFilter:
    """What a list may be narrowed to; empty means all."""

    unit: UnitCode | None = None
    lead: UnitCode | None = None
    is_open: bool | None = None


class AssistItem(BaseModel):
    """One request; `due_at` is None where no clock runs."""

    case_no: CaseNo
    unit: UnitCode
    round: int
    lead: UnitCode
    is_listed: bool
    status: AssistStatus
    was_late: bool
    due_at: str | None
    requested_at: str
    answered_at: str | None


def _requested(connection: Connection, event: dispatch.AssistRequested) -> None:
    row = {
        "case_no": event.case_no,
        "unit": event.unit,
        "round": event.round,
        "lead": event.lead,
        "is_listed": event.is_listed,
        "status": "open",
        "was_late": False,
        "due_at": format_instant(event.deadline.due_at) if event.deadline else LATEST,
        "requested_at": format_instant(event.requested_at),
        "answered_at": None,
    }
    upsert(connection, assists, [row])


def _missed(connection: Connection, event: dispatch.AssistMissed) -> None:
    _set(connection, event.case_no, event.unit, status="late", was_late=True)


def _answered(connection: Connection, event: dispatch.AssistAnswered) -> None:
    answered_at = format_instant(event.answered_at)
    _set(connection, event.case_no, event.unit, status="answered", answered_at=answered_at)


def _withdrawn(connection: Connection, event: dispatch.AssistWithdrawn) -> None:
    _set(connection, event.case_no, event.unit, status="withdrawn")


def _ended(
    connection: Connection,
    event: dispatch.HandlingReported
    | dispatch.CaseReopened
    | dispatch.CaseRedispatched
    | dispatch.CaseClosed,
) -> None:
    _set(connection, event.case_no, None, status="ended")


def _erased(connection: Connection, event: dispatch.CallersErased) -> None:
    _set(connection, event.case_no, None, due_at=LATEST)


def _set(connection: Connection, case_no: CaseNo, unit: UnitCode | None, **values: object) -> None:
    """Change the open requests of a case, or that to one unit."""
    wanted = (assists.c.case_no == case_no) & assists.c.status.in_(_OPEN)
    if unit is not None:
        wanted &= assists.c.unit == unit
    connection.execute(update(assists).where(wanted).values(values))


ASSISTS = View(
    name="assists",
    tables=_tables,
    revision=1,
    on={
        dispatch.AssistRequested: _requested,
        dispatch.AssistMissed: _missed,
        dispatch.AssistAnswered: _answered,
        dispatch.AssistWithdrawn: _withdrawn,
        dispatch.HandlingReported: _ended,
        dispatch.CaseReopened: _ended,
        dispatch.CaseRedispatched: _ended,
        dispatch.CaseClosed: _ended,
        dispatch.CallersErased: _erased,
    },
)


def list_assists(
    connection: Connection, wanted: AssistFilter, after: str | None, limit: int
) -> Page[AssistItem]:
    """List requests, what is due next first. Raises: CursorUnreadable."""
    query = select(assists)
    for column in ("unit", "lead"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(assists.c[column] == value)
    if wanted.is_open is not None:
        is_open = assists.c.status.in_(_OPEN)
        query = query.where(is_open if wanted.is_open else ~is_open)
    columns = assists.c
    order = (columns.due_at, columns.case_no, columns.unit, columns.round, columns.lead)
    return page(connection, query, order, after, limit, _item)


def _item(row: Row[Any]) -> AssistItem:
    fields = row._asdict()
    due_at = None if fields["due_at"] == LATEST else fields["due_at"]
    return AssistItem.model_validate({**fields, "due_at": due_at})
