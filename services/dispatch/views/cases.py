"""The list of cases, and the queue of a unit: what it has to do, what is due next first.

A missed deadline stays the next thing due until it is met, so what is late stands on top.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Computed,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    select,
    update,
)

from chassis.http.paging import page
from chassis.store.rows import add, put
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import dispatch
from contracts.instant import format_instant

__all__ = ["CASES", "CaseFilter", "list_cases"]

_tables = MetaData()

LATEST = "9999-12-31T00:00:00.000000Z"
"""Sorts behind every deadline: nothing is due."""

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

    unit: str | None = None
    status: str | None = None
    stage: str | None = None


class _Cases:
    name = "cases"
    tables = _tables
    reads = frozenset(
        event.wire
        for event in (
            dispatch.CaseDispatched,
            dispatch.CaseSigned,
            dispatch.HandlingReported,
            dispatch.DeadlineMissed,
            dispatch.CaseReopened,
            dispatch.CaseClosed,
            dispatch.CallerJoined,
            dispatch.CallerLeft,
            dispatch.WhistleAttached,
            dispatch.WhistleDetached,
        )
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case dispatch.CaseDispatched():
                add(connection, cases, [_new_row(event)])
            case dispatch.DeadlineMissed() | dispatch.CallerJoined() | dispatch.CallerLeft():
                row = cases.c.case_no == event.case_no
                connection.execute(update(cases).where(row).values(_changes(event)))
            case _:
                key = {"case_no": getattr(event, "case_no", "")}
                put(connection, cases, key, **_changes(event))


CASES = _Cases()


def _new_row(event: dispatch.CaseDispatched) -> dict[str, object]:
    due = {one.milestone: format_instant(one.due_at) for one in event.deadlines}
    return {
        "case_no": event.case_no,
        "unit": event.unit,
        "street": event.street,
        "matter": event.matter,
        "kind": event.kind,
        "status": "open",
        "stage": "dispatched",
        "round": event.round,
        "caller_count": len(event.callers),
        "missed_count": 0,
        "sign_missed": 0,
        "handle_missed": 0,
        "sign_due": due["sign"],
        "handle_due": due["handle"],
        "dispatched_at": format_instant(event.dispatched_at),
    }


def _changes(event: Event) -> dict[str, Any]:
    match event:
        case dispatch.CaseSigned():
            return {"stage": "signed", "sign_due": LATEST}
        case dispatch.HandlingReported():
            return {"stage": "reported", "sign_due": LATEST, "handle_due": LATEST}
        case dispatch.DeadlineMissed(milestone=milestone):
            return {f"{milestone}_missed": 1, "missed_count": cases.c.missed_count + 1}
        case dispatch.CaseReopened(round=round_no, deadlines=deadlines):
            due = {f"{one.milestone}_due": format_instant(one.due_at) for one in deadlines}
            fresh = {"stage": "dispatched", "sign_missed": 0, "handle_missed": 0}
            return {**fresh, "round": round_no, **due}
        case dispatch.CaseClosed(outcome=outcome, closed_at=at):
            closed = {"status": "closed", "stage": "closed", "closed_at": format_instant(at)}
            return {**closed, "outcome": outcome, "sign_due": LATEST, "handle_due": LATEST}
        case dispatch.CallerJoined():
            return {"caller_count": cases.c.caller_count + 1}
        case dispatch.CallerLeft():
            return {"caller_count": cases.c.caller_count - 1}
        case dispatch.WhistleAttached(whistle_no=no):
            return {"open_whistle": no}
        case _:
            return {"open_whistle": None}


def list_cases(
    connection: Connection, wanted: CaseFilter, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], int, str | None]:
    """List cases, what is due next first: a page, the total, the next cursor."""
    query = select(cases)
    for column in ("unit", "status", "stage"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(cases.c[column] == value)
    order = (cases.c.next_due, cases.c.case_no)
    rows, total, following = page(connection, query, order, after, limit)
    return [_shown(row._asdict()) for row in rows], total, following


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    due = {name: None for name in ("sign_due", "handle_due", "next_due") if row[name] == LATEST}
    flags = {name: bool(row[name]) for name in ("sign_missed", "handle_missed")}
    return {**row, **due, **flags}
