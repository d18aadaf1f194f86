"""The visitors' work queue: one row per call-back, and which call-backs a person or case has.

The second is what an erasure and an end by order go by. It is written by the reaction that
schedules as well as by the projector, because such an event in the same batch must find it before
the log has been projected.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    select,
)

from chassis.store.rows import put, upsert
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events.feedback import (
    CallbackAttempted,
    CallbackCompleted,
    CallbackScheduled,
    CallbackWaived,
)
from contracts.events.feedback.callback import CallbackTrigger
from contracts.ids import AppealNo, CallbackNo, CaseNo, SubjectId, UnitCode
from contracts.instant import format_instant

CallbackStatus = Literal["open", "completed", "waived"]
"""待回访 (the stage `scheduled`), 已回访, 免回访."""

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

callback_cases = Table(
    "callback_cases",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("callback_no", Text, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class CallbackFilter:
    """What the list may be narrowed to; None means all."""

    status: CallbackStatus | None = None
    unit: UnitCode | None = None
    case_no: CaseNo | None = None


class CallbackItem(BaseModel):
    """One line of the queue."""

    callback_no: CallbackNo
    case_no: CaseNo
    appeal_no: AppealNo
    round: int
    unit: UnitCode
    trigger: CallbackTrigger
    status: CallbackStatus
    attempts: int
    scheduled_at: str
    over_at: str | None


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
    remember(connection, event.callback_no, event.case_no, event.subject)


def _count_attempt(connection: Connection, event: CallbackAttempted) -> None:
    put(connection, callbacks, {"callback_no": event.callback_no}, attempts=event.attempt)


def _complete(connection: Connection, event: CallbackCompleted) -> None:
    _end(connection, event.callback_no, "completed", event.completed_at)


def _waive(connection: Connection, event: CallbackWaived) -> None:
    _end(connection, event.callback_no, "waived", event.waived_at)


def _end(connection: Connection, number: CallbackNo, status: CallbackStatus, at: datetime) -> None:
    over = {"status": status, "over_at": format_instant(at)}
    put(connection, callbacks, {"callback_no": number}, **over)


CALLBACKS = View(
    name="callbacks",
    tables=_tables,
    revision=2,
    on={
        CallbackScheduled: _schedule,
        CallbackAttempted: _count_attempt,
        CallbackCompleted: _complete,
        CallbackWaived: _waive,
    },
)


def remember(
    connection: Connection, callback_no: CallbackNo, case_no: CaseNo, subject: SubjectId | None
) -> None:
    """Note whose call-back it is, and of which case; noting it again changes nothing."""
    upsert(connection, callback_cases, [{"case_no": case_no, "callback_no": callback_no}])
    if subject is not None:
        upsert(connection, callback_persons, [{"subject": subject, "callback_no": callback_no}])


def not_completed_of_person(connection: Connection, subject: SubjectId) -> list[CallbackNo]:
    """Give the numbers of a person's call-backs that may be open."""
    return _not_completed(connection, callback_persons, callback_persons.c.subject == subject)


def not_completed_of_case(connection: Connection, case_no: CaseNo) -> list[CallbackNo]:
    """Give the numbers of a case's call-backs that may be open."""
    return _not_completed(connection, callback_cases, callback_cases.c.case_no == case_no)


def _not_completed(
    connection: Connection, owners: Table, is_owner: ColumnElement[bool]
) -> list[CallbackNo]:
    """Give what may be open.

    What this batch has decided and not yet appended is not in the view; only a completed one is
    over for good, so all others are for the aggregate to judge.
    """
    query = (
        select(owners.c.callback_no)
        .join(callbacks, callbacks.c.callback_no == owners.c.callback_no, isouter=True)
        .where(is_owner)
        .where(callbacks.c.status.is_(None) | (callbacks.c.status != "completed"))
        .order_by(owners.c.callback_no)
    )
    return list(connection.execute(query).scalars())


def list_callbacks(
    connection: Connection, wanted: CallbackFilter, after: str | None, limit: int
) -> Page[CallbackItem]:
    """List call-backs, the longest waiting first. Raises: CursorUnreadable."""
    query = select(callbacks)
    for column in ("status", "unit", "case_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(callbacks.c[column] == value)
    order = (callbacks.c.scheduled_at, callbacks.c.callback_no)
    return page(connection, query, order, after, limit, _item)


def _item(row: Row[Any]) -> CallbackItem:
    return CallbackItem.model_validate(row._asdict())
