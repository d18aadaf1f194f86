"""The units' tasks: one row per unit and operation, what is due next, what was missed.

A missed deadline stays the next thing due until it is done, so what is late stands on top. A clock
that nobody waits for any more is `NEVER`.
"""

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    case,
    insert,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from contracts.events.enforcement import (
    ContestRuled,
    DeadlinesLifted,
    OperationCancelled,
    OperationOpened,
    UnitAcknowledged,
    UnitAcknowledgementMissed,
    UnitChased,
    UnitContested,
    UnitLeftEarly,
    UnitNamedAbsent,
    UnitReleased,
    UnitReported,
    UnitReportMissed,
    UnitTask,
    UnitTaskAdded,
    UnitTaskCompleted,
)
from contracts.instant import format_instant
from services.enforcement.domain.operation.state import FINISHED, TaskEvent

NEVER = "9999-12-31T23:59:59.999999Z"
"""Sorts what has no clock any more after everything that has one."""

_CLOCKS = (
    "acknowledge_due_at",
    "acknowledge_warn_at",
    "report_due_at",
    "report_warn_at",
    "next_due_at",
    "next_warn_at",
)
_STOPPED = {"next_due_at": NEVER, "next_warn_at": NEVER}

_tables = MetaData()

tasks = Table(
    "tasks",
    _tables,
    Column("operation_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("street", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    *(Column(name, Text, nullable=False) for name in _CLOCKS),
    Column("acknowledgement_missed", Integer, nullable=False),
    Column("acknowledgement_miss_counts", Integer, nullable=False),
    Column("report_missed", Integer, nullable=False),
    Column("report_miss_counts", Integer, nullable=False),
    Column("chased_count", Integer, nullable=False),
    Column("chased_at", Text),
    Column("contest", Text),
    Column("contested_at", Text),
    Index("tasks_by_unit", "unit", "next_due_at"),
    Index("tasks_by_contest", "contest", "contested_at"),
)


def _open(connection: Connection, event: OperationOpened) -> None:
    about = {
        "operation_no": event.operation_no,
        "case_no": event.case_no,
        "round": event.round,
        "street": event.street,
        "district": event.district,
        "kind": event.kind,
    }
    connection.execute(insert(tasks), [{**about, **_summoned(task)} for task in event.tasks])


def _add(connection: Connection, event: UnitTaskAdded) -> None:
    """Copy what the tasks of one operation share; clocks that were lifted are lifted for all."""
    shared = ("operation_no", "case_no", "round", "street", "district", "kind")
    of_operation = tasks.c.operation_no == event.operation_no
    other = connection.execute(select(tasks).where(of_operation).limit(1)).mappings().one()
    clocks = dict.fromkeys(_CLOCKS, NEVER) if other["report_due_at"] == NEVER else {}
    about = {name: other[name] for name in shared}
    connection.execute(insert(tasks).values({**about, **_summoned(event.task), **clocks}))


def _summoned(task: UnitTask) -> dict[str, object]:
    first = min(task.acknowledge, task.report, key=lambda one: one.due_at)
    return {
        "unit": task.unit,
        "role": task.role,
        "status": "summoned",
        "acknowledge_due_at": format_instant(task.acknowledge.due_at),
        "acknowledge_warn_at": format_instant(task.acknowledge.warn_at),
        "report_due_at": format_instant(task.report.due_at),
        "report_warn_at": format_instant(task.report.warn_at),
        "next_due_at": format_instant(first.due_at),
        "next_warn_at": format_instant(first.warn_at),
        "acknowledgement_missed": 0,
        "acknowledgement_miss_counts": 0,
        "report_missed": 0,
        "report_miss_counts": 0,
        "chased_count": 0,
    }


def _acknowledge(connection: Connection, event: UnitAcknowledged) -> None:
    report = {"next_due_at": tasks.c.report_due_at, "next_warn_at": tasks.c.report_warn_at}
    _set(connection, event, status="acknowledged", **report)


def _miss_acknowledgement(connection: Connection, event: UnitAcknowledgementMissed) -> None:
    counts = int(event.counts)
    _set(connection, event, acknowledgement_missed=1, acknowledgement_miss_counts=counts)


def _report(connection: Connection, event: UnitReported) -> None:
    """Who reports in accepts the call: a contest that waits lapses."""
    contest = case((tasks.c.contest == "waiting", "lapsed"), else_=tasks.c.contest)
    _set(connection, event, status="reported", contest=contest, **_STOPPED)


def _miss_report(connection: Connection, event: UnitReportMissed) -> None:
    _set(connection, event, report_missed=1, report_miss_counts=int(event.counts))


def _chase(connection: Connection, event: UnitChased) -> None:
    at = format_instant(event.chased_at)
    _set(connection, event, chased_count=tasks.c.chased_count + 1, chased_at=at)


def _contest(connection: Connection, event: UnitContested) -> None:
    _set(connection, event, contest="waiting", contested_at=format_instant(event.contested_at))


def _rule(connection: Connection, event: ContestRuled) -> None:
    _set(connection, event, contest=event.outcome)
    if event.outcome == "upheld":
        void = {"acknowledgement_miss_counts": 0, "report_miss_counts": 0}
        _set(connection, event, status="excused", **void, **_STOPPED)


def _name_absent(connection: Connection, event: UnitNamedAbsent) -> None:
    _set(connection, event, status="absent", **_STOPPED)


def _leave(connection: Connection, event: UnitLeftEarly) -> None:
    _set(connection, event, status="left")


def _complete(connection: Connection, event: UnitTaskCompleted) -> None:
    _set(connection, event, status="completed")


def _release(connection: Connection, event: UnitReleased) -> None:
    _set(connection, event, status="released")


def _lift(connection: Connection, event: DeadlinesLifted) -> None:
    of_operation = update(tasks).where(tasks.c.operation_no == event.operation_no)
    connection.execute(of_operation.values(dict.fromkeys(_CLOCKS, NEVER)))


def _cancel(connection: Connection, event: OperationCancelled) -> None:
    of_operation = update(tasks).where(tasks.c.operation_no == event.operation_no)
    still_open = of_operation.where(tasks.c.status.not_in(sorted(FINISHED)))
    connection.execute(still_open.values(status="cancelled", **_STOPPED))


def _set(connection: Connection, event: TaskEvent, **values: object) -> None:
    connection.execute(
        update(tasks)
        .where(tasks.c.operation_no == event.operation_no, tasks.c.unit == event.unit)
        .values(values)
    )


TASKS = View(
    name="tasks",
    tables=_tables,
    revision=3,
    on={
        OperationOpened: _open,
        UnitTaskAdded: _add,
        UnitAcknowledged: _acknowledge,
        UnitAcknowledgementMissed: _miss_acknowledgement,
        UnitReported: _report,
        UnitReportMissed: _miss_report,
        UnitChased: _chase,
        UnitContested: _contest,
        ContestRuled: _rule,
        UnitNamedAbsent: _name_absent,
        UnitLeftEarly: _leave,
        UnitTaskCompleted: _complete,
        UnitReleased: _release,
        DeadlinesLifted: _lift,
        OperationCancelled: _cancel,
    },
)
