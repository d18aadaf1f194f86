"""The list of cases, and the queue of a unit: what it has to do, what is due next first.

A missed deadline stays the next thing due until it is met, so what is late stands on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Computed,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    Update,
    select,
    update,
)

from chassis.store.rows import add, put
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.calendar import Deadline
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.instant import format_instant
from contracts.values import AppealKind
from services.dispatch.domain.case.state import (
    CaseStage,
    Closed,
    Dispatched,
    Outcome,
    Reported,
    Signed,
)

CaseStatus = Literal["open", "closed"]

_tables = MetaData()

LATEST = "9999-12-31T00:00:00.000000Z"
"""Sorts behind every deadline: nothing is due."""

_NOTHING_DUE = {"sign_due": LATEST, "handle_due": LATEST}
_EARLIER = "CASE WHEN sign_due < handle_due THEN sign_due ELSE handle_due END"

cases = Table(
    "cases",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("caller_count", Integer, nullable=False),
    Column("missed_count", Integer, nullable=False),
    Column("sign_missed", Integer, nullable=False),
    Column("handle_missed", Integer, nullable=False),
    Column("open_whistle", Text),
    Column("sign_due", Text, nullable=False),
    Column("handle_due", Text, nullable=False),
    Column("next_due", Text, Computed(_EARLIER, persisted=True), nullable=False),
    Column("outcome", Text),
    Column("dispatched_at", Text, nullable=False),
    Column("closed_at", Text),
    Index("cases_by_unit", "unit", "status", "next_due"),
)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list may be narrowed to; empty means all."""

    unit: UnitCode | None = None
    status: CaseStatus | None = None
    stage: CaseStage | None = None


class CaseItem(BaseModel):
    """One line of the list; a clock that does not run is None."""

    case_no: CaseNo
    unit: UnitCode
    street: UnitCode
    matter: str
    kind: AppealKind
    status: CaseStatus
    stage: CaseStage
    round: int
    caller_count: int
    missed_count: int
    sign_missed: bool
    handle_missed: bool
    open_whistle: WhistleNo | None
    sign_due: str | None
    handle_due: str | None
    next_due: str | None
    outcome: Outcome | None
    dispatched_at: str
    closed_at: str | None


def _dispatched(connection: Connection, event: dispatch.CaseDispatched) -> None:
    row = {
        "case_no": event.case_no,
        "unit": event.unit,
        "street": event.street,
        "matter": event.matter,
        "kind": event.kind,
        "status": "open",
        "stage": Dispatched.stage,
        "round": event.round,
        "caller_count": len(event.callers),
        "missed_count": 0,
        "sign_missed": 0,
        "handle_missed": 0,
        **_due(event.deadlines),
        "dispatched_at": format_instant(event.dispatched_at),
    }
    add(connection, cases, [row])


def _signed(connection: Connection, event: dispatch.CaseSigned) -> None:
    _set(connection, event.case_no, stage=Signed.stage, sign_due=LATEST)


def _reported(connection: Connection, event: dispatch.HandlingReported) -> None:
    _set(connection, event.case_no, stage=Reported.stage, **_NOTHING_DUE)


def _missed(connection: Connection, event: dispatch.DeadlineMissed) -> None:
    counted = {"missed_count": cases.c.missed_count + 1, f"{event.milestone}_missed": 1}
    connection.execute(_row(event.case_no).values(counted))


def _reopened(connection: Connection, event: dispatch.CaseReopened) -> None:
    _set(
        connection,
        event.case_no,
        stage=Dispatched.stage,
        round=event.round,
        sign_missed=0,
        handle_missed=0,
        **_due(event.deadlines),
    )


def _redispatched(connection: Connection, event: dispatch.CaseRedispatched) -> None:
    _set(
        connection,
        event.case_no,
        unit=event.unit,
        stage=Dispatched.stage,
        sign_missed=0,
        handle_missed=0,
        **_due(event.deadlines),
    )


def _closed(connection: Connection, event: dispatch.CaseClosed) -> None:
    _set(
        connection,
        event.case_no,
        status="closed",
        stage=Closed.stage,
        outcome=event.outcome,
        open_whistle=None,
        **_NOTHING_DUE,
        closed_at=format_instant(event.closed_at),
    )


def _joined(connection: Connection, event: dispatch.CallerJoined) -> None:
    connection.execute(_row(event.case_no).values(caller_count=cases.c.caller_count + 1))


def _left(connection: Connection, event: dispatch.CallerLeft) -> None:
    connection.execute(_row(event.case_no).values(caller_count=cases.c.caller_count - 1))


def _erased(connection: Connection, event: dispatch.CallersErased) -> None:
    _set(connection, event.case_no, **_NOTHING_DUE)


def _attached(connection: Connection, event: dispatch.WhistleAttached) -> None:
    _set(connection, event.case_no, open_whistle=event.whistle_no)


def _detached(connection: Connection, event: dispatch.WhistleDetached) -> None:
    _set(connection, event.case_no, open_whistle=None)


CASES = View(
    name="cases",
    tables=_tables,
    revision=3,
    on={
        dispatch.CaseDispatched: _dispatched,
        dispatch.CaseSigned: _signed,
        dispatch.HandlingReported: _reported,
        dispatch.DeadlineMissed: _missed,
        dispatch.CaseReopened: _reopened,
        dispatch.CaseRedispatched: _redispatched,
        dispatch.CaseClosed: _closed,
        dispatch.CallerJoined: _joined,
        dispatch.CallerLeft: _left,
        dispatch.CallersErased: _erased,
        dispatch.WhistleAttached: _attached,
        dispatch.WhistleDetached: _detached,
    },
)


def _set(connection: Connection, case_no: CaseNo, **values: object) -> None:
    put(connection, cases, {"case_no": case_no}, **values)


def _row(case_no: CaseNo) -> Update:
    return update(cases).where(cases.c.case_no == case_no)


def _due(deadlines: Sequence[Deadline]) -> dict[str, str]:
    running = {f"{one.milestone}_due": format_instant(one.due_at) for one in deadlines}
    return {**_NOTHING_DUE, **running}


def list_cases(
    connection: Connection, wanted: CaseFilter, after: str | None, limit: int
) -> Page[CaseItem]:
    """List cases, what is due next first. Raises: CursorUnreadable."""
    query = select(cases)
    for column in ("unit", "status", "stage"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(cases.c[column] == value)
    return page(connection, query, (cases.c.next_due, cases.c.case_no), after, limit, _item)


def _item(row: Row[Any]) -> CaseItem:
    fields = row._asdict()
    stopped = [name for name in ("sign_due", "handle_due", "next_due") if fields[name] == LATEST]
    return CaseItem.model_validate({**fields, **dict.fromkeys(stopped)})
