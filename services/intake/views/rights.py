"""Who has a task in a case, who is recused, whom to call: what rights to texts follow from.

Everything here comes from dispatch.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    select,
    update,
)

from chassis.store.rows import put, upsert
from chassis.unit_of_work.definition import View
from contracts.events.dispatch import (
    CallbackNoted,
    CallerJoined,
    CallerLeft,
    CaseClosed,
    CaseDispatched,
    CaseRedispatched,
    CaseReopened,
    ConflictDeclared,
    ConflictLifted,
    DeadlineMissed,
    HandlingReported,
    SummonedUnit,
    WhistleBlown,
    WhistleCancelled,
    WhistleSettled,
    WhistleUnitAdded,
    WhistleUnitExcused,
)
from contracts.ids import AppealNo, CaseNo, WhistleNo
from contracts.instant import format_instant, parse_instant
from contracts.values import Caller, WhistleKind
from services.intake.domain.rights import Task

_tables = MetaData()

case_tasks = Table(
    "case_tasks",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("whistle_no", Text, primary_key=True),
    Column("kind", Text),
    Column("ended_at", Text),
)
"""`whistle_no` is empty, and `kind` NULL, for the unit that handles the case.

A unit that assists has no row: the lead's request tells it what it needs for its part, and not who
called (个人信息保护法 art. 6).
"""

callbacks_due = Table(
    "callbacks_due",
    _tables,
    Column("appeal_no", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("case_no", Text, index=True),
    Column("over_at", Text),
)

conflicts = Table(
    "conflicts",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
)


def _dispatched(connection: Connection, event: CaseDispatched) -> None:
    row = {"case_no": event.case_no, "unit": event.unit, "whistle_no": ""}
    upsert(connection, case_tasks, [row])


def _redispatched(connection: Connection, event: CaseRedispatched) -> None:
    handles = case_tasks.c.case_no == event.case_no, case_tasks.c.whistle_no == ""
    _end(connection, event.redispatched_at, *handles)
    key = {"case_no": event.case_no, "unit": event.unit, "whistle_no": ""}
    put(connection, case_tasks, key, ended_at=None)


def _blown(connection: Connection, event: WhistleBlown) -> None:
    _call(connection, event.case_no, event.whistle_no, event.kind, event.units)


def _added(connection: Connection, event: WhistleUnitAdded) -> None:
    _call(connection, event.case_no, event.whistle_no, event.kind, [event.summoned])


def _excused(connection: Connection, event: WhistleUnitExcused) -> None:
    is_its = case_tasks.c.whistle_no == event.whistle_no, case_tasks.c.unit == event.unit
    _end(connection, event.excused_at, *is_its)


def _cancelled(connection: Connection, event: WhistleCancelled) -> None:
    _end(connection, event.cancelled_at, case_tasks.c.whistle_no == event.whistle_no)


def _settled(connection: Connection, event: WhistleSettled) -> None:
    _end(connection, event.settled_at, case_tasks.c.whistle_no == event.whistle_no)


def _closed(connection: Connection, event: CaseClosed) -> None:
    _end(connection, event.closed_at, case_tasks.c.case_no == event.case_no)
    over = callbacks_due.c.case_no == event.case_no, callbacks_due.c.over_at.is_(None)
    closed_at = format_instant(event.closed_at)
    connection.execute(update(callbacks_due).where(*over).values(over_at=closed_at))


def _reported(connection: Connection, event: HandlingReported) -> None:
    _schedule(connection, event.case_no, event.round, event.callers)


def _missed(connection: Connection, event: DeadlineMissed) -> None:
    if event.milestone == "handle":
        _schedule(connection, event.case_no, event.round, event.callers)


def _joined(connection: Connection, event: CallerJoined) -> None:
    if event.callback_due:
        _schedule(connection, event.case_no, event.round, [event.caller])


def _noted(connection: Connection, event: CallbackNoted) -> None:
    key = {"appeal_no": event.appeal_no, "round": event.round}
    over = {"case_no": event.case_no, "over_at": format_instant(event.noted_at)}
    put(connection, callbacks_due, key, **over)


def _left(connection: Connection, event: CallerLeft) -> None:
    gone = delete(callbacks_due).where(
        callbacks_due.c.appeal_no == event.caller.appeal_no, callbacks_due.c.round == event.round
    )
    connection.execute(gone)


def _reopened(connection: Connection, event: CaseReopened) -> None:
    earlier = callbacks_due.c.case_no == event.case_no, callbacks_due.c.round < event.round
    at = format_instant(event.reopened_at)
    still = update(callbacks_due).where(*earlier, callbacks_due.c.over_at.is_(None))
    connection.execute(still.values(over_at=at))


def _recuse(connection: Connection, event: ConflictDeclared) -> None:
    upsert(connection, conflicts, [{"case_no": event.case_no, "officer": event.officer}])


def _admit(connection: Connection, event: ConflictLifted) -> None:
    is_it = (conflicts.c.case_no == event.case_no) & (conflicts.c.officer == event.officer)
    connection.execute(delete(conflicts).where(is_it))


def _call(
    connection: Connection,
    case_no: CaseNo,
    whistle_no: WhistleNo,
    kind: WhistleKind,
    units: Sequence[SummonedUnit],
) -> None:
    called = [
        {"case_no": case_no, "unit": one.unit, "whistle_no": whistle_no, "kind": kind}
        for one in units
    ]
    upsert(connection, case_tasks, called)


def _schedule(
    connection: Connection, case_no: CaseNo, round_no: int, callers: Sequence[Caller]
) -> None:
    """Note who is to be called; one who was called in this round already stays so."""
    for caller in callers:
        key = {"appeal_no": caller.appeal_no, "round": round_no}
        put(connection, callbacks_due, key, case_no=case_no)


def _end(connection: Connection, at: datetime, *which: ColumnElement[bool]) -> None:
    ended = update(case_tasks).where(*which, case_tasks.c.ended_at.is_(None))
    connection.execute(ended.values(ended_at=format_instant(at)))


RIGHTS = View(
    name="rights",
    tables=_tables,
    revision=2,
    on={
        CaseDispatched: _dispatched,
        CaseRedispatched: _redispatched,
        WhistleBlown: _blown,
        WhistleUnitAdded: _added,
        WhistleUnitExcused: _excused,
        WhistleCancelled: _cancelled,
        WhistleSettled: _settled,
        CaseClosed: _closed,
        HandlingReported: _reported,
        DeadlineMissed: _missed,
        CallerJoined: _joined,
        CallbackNoted: _noted,
        CallerLeft: _left,
        CaseReopened: _reopened,
        ConflictDeclared: _recuse,
        ConflictLifted: _admit,
    },
)


def tasks_of(connection: Connection, case_no: CaseNo | None, unit: str) -> list[Task]:
    """Give what a unit has, or had, to do in a case; nothing for an appeal without a case."""
    query = select(case_tasks).where(case_tasks.c.case_no == case_no, case_tasks.c.unit == unit)
    return [
        Task(parse_instant(row.ended_at) if row.ended_at else None, row.kind)
        for row in connection.execute(query)
    ]


def is_callback_due(connection: Connection, appeal_no: AppealNo) -> bool:
    """Say whether a visitor has to call the caller of an appeal."""
    due = callbacks_due.c.appeal_no == appeal_no, callbacks_due.c.over_at.is_(None)
    return connection.execute(select(callbacks_due.c.round).where(*due)).first() is not None


def is_recused(connection: Connection, case_no: CaseNo | None, person: str) -> bool:
    """Say whether a person keeps out of a case."""
    query = select(conflicts.c.officer)
    found = query.where(conflicts.c.case_no == case_no, conflicts.c.officer == person)
    return connection.execute(found).first() is not None
