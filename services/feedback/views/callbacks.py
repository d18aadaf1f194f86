"""The visitors' work queue: one row per call-back, and which call-backs each person has.

The second is what an erasure goes by. It is written by the reaction that schedules as well as by
the projector, because an erasure in the same batch must find it before the log has been projected.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, select

from chassis.http.paging import page
from chassis.store.rows import put, upsert
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events.feedback import (
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
)
from contracts.instant import format_instant

__all__ = ["CALLBACKS", "CallbackFilter", "list_callbacks", "not_completed_of", "remember_person"]

_tables = MetaData()

callbacks = Table(
    "callbacks",
    _tables,
    Column("callback_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False, index=True),
    Column("appeal_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("scheduled_at", Text, nullable=False),
    Column("over_at", Text),
    Index("callbacks_by_status", "status", "scheduled_at", "callback_no"),
)

callback_persons = Table(
    "callback_persons",
    _tables,
    Column("subject", Text, primary_key=True),
    Column("callback_no", Text, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class CallbackFilter:
    """What the list may be narrowed to; None means all."""

    status: str | None = None
    unit: str | None = None
    case_no: str | None = None


class _Callbacks:
    name = "callbacks"
    tables = _tables
    reads = frozenset(
        event.wire
        for event in (CallbackScheduled, CallbackAttempted, CallbackCompleted, CallbackWaived)
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case CallbackScheduled():
                _schedule(connection, event)
            case CallbackAttempted(callback_no=no, attempt=attempt):
                put(connection, callbacks, {"callback_no": no}, attempts=attempt)
            case CallbackCompleted(callback_no=no, completed_at=at):
                over = {"status": "completed", "over_at": format_instant(at)}
                put(connection, callbacks, {"callback_no": no}, **over)
            case CallbackWaived(callback_no=no, waived_at=at):
                over = {"status": "waived", "over_at": format_instant(at)}
                put(connection, callbacks, {"callback_no": no}, **over)
            case _:
                pass


CALLBACKS = _Callbacks()


def _schedule(connection: Connection, event: CallbackScheduled) -> None:
    put(
        connection,
        callbacks,
        {"callback_no": event.callback_no},
        case_no=event.case_no,
        appeal_no=event.appeal_no,
        round=event.round,
        unit=event.unit,
        trigger=event.trigger,
        status="open",
        attempts=0,
        scheduled_at=format_instant(event.scheduled_at),
        over_at=None,
    )
    if event.subject is not None:
        remember_person(connection, event.subject, event.callback_no)


def remember_person(connection: Connection, subject: str, callback_no: str) -> None:
    """Note whose call-back it is; noting it again changes nothing."""
    upsert(connection, callback_persons, [{"subject": subject, "callback_no": callback_no}])


def not_completed_of(connection: Connection, subject: str) -> list[str]:
    """Give the numbers of a person's call-backs that may be open.

    What this batch has decided and not yet appended is not in the view; only a completed one is
    over for good, so all others are for the aggregate to judge.
    """
    query = (
        select(callback_persons.c.callback_no)
        .join(callbacks, callbacks.c.callback_no == callback_persons.c.callback_no, isouter=True)
        .where(callback_persons.c.subject == subject)
        .where(callbacks.c.status.is_(None) | (callbacks.c.status != "completed"))
        .order_by(callback_persons.c.callback_no)
    )
    return list(connection.execute(query).scalars())


def list_callbacks(
    connection: Connection, wanted: CallbackFilter, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], int, str | None]:
    """List call-backs, the longest waiting first: a page, the total, the next cursor."""
    query = select(callbacks)
    for column in ("status", "unit", "case_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(callbacks.c[column] == value)
    order = (callbacks.c.scheduled_at, callbacks.c.callback_no)
    rows, total, following = page(connection, query, order, after, limit)
    return [row._asdict() for row in rows], total, following
