"""The units' queue: one row per unit and operation, what is due next, what was missed.

A missed deadline stays the next thing due until it is done, so what is late stands on top.
"""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    insert,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events.enforcement import (
    DeadlinesLifted,
    OperationOpened,
    UnitAcknowledged,
    UnitAcknowledgementMissed,
    UnitReleased,
    UnitReported,
    UnitReportMissed,
    UnitTaskCompleted,
)
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.instant import format_instant
from contracts.values import UnitRole, WhistleKind
from services.enforcement.domain.operation.state import TaskEvent, TaskStatus

_NEVER = "9999-12-31T23:59:59.999999Z"
"""Sorts what has no clock any more after everything that has one."""

_DUE = ("acknowledge_due_at", "report_due_at", "next_due_at")

_tables = MetaData()

tasks = Table(
    "tasks",
    _tables,
    Column("operation_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("street", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("acknowledge_due_at", Text, nullable=False),
    Column("report_due_at", Text, nullable=False),
    Column("acknowledgement_missed", Integer, nullable=False),
    Column("report_missed", Integer, nullable=False),
    Column("next_due_at", Text, nullable=False),
    Index("tasks_by_unit", "unit", "next_due_at"),
)


class TaskItem(BaseModel):
    """One line of a queue. `next_due_at` is None once the unit has reported in.

    A due time that was lifted is None too.
    """

    operation_no: OperationNo
    unit: UnitCode
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    role: UnitRole
    status: TaskStatus
    acknowledge_due_at: str | None
    report_due_at: str | None
    acknowledgement_missed: bool
    report_missed: bool
    next_due_at: str | None


def _add(connection: Connection, event: OperationOpened) -> None:
    rows = [
        {
            "operation_no": event.operation_no,
            "unit": task.unit,
            "case_no": event.case_no,
            "round": event.round,
            "street": event.street,
            "kind": event.kind,
            "role": task.role,
            "status": "summoned",
            "acknowledge_due_at": format_instant(task.acknowledge.due_at),
            "report_due_at": format_instant(task.report.due_at),
            "acknowledgement_missed": 0,
            "report_missed": 0,
            "next_due_at": format_instant(min(task.acknowledge.due_at, task.report.due_at)),
        }
        for task in event.tasks
    ]
    connection.execute(insert(tasks), rows)


def _acknowledge(connection: Connection, event: UnitAcknowledged) -> None:
    _set(connection, event, status="acknowledged", next_due_at=tasks.c.report_due_at)


def _miss_acknowledgement(connection: Connection, event: UnitAcknowledgementMissed) -> None:
    _set(connection, event, acknowledgement_missed=1)


def _report(connection: Connection, event: UnitReported) -> None:
    _set(connection, event, status="reported", next_due_at=_NEVER)


def _miss_report(connection: Connection, event: UnitReportMissed) -> None:
    _set(connection, event, report_missed=1)


def _complete(connection: Connection, event: UnitTaskCompleted) -> None:
    _set(connection, event, status="completed")


def _release(connection: Connection, event: UnitReleased) -> None:
    _set(connection, event, status="released")


def _lift(connection: Connection, event: DeadlinesLifted) -> None:
    of_operation = update(tasks).where(tasks.c.operation_no == event.operation_no)
    connection.execute(of_operation.values(dict.fromkeys(_DUE, _NEVER)))


def _set(connection: Connection, event: TaskEvent, **values: object) -> None:
    connection.execute(
        update(tasks)
        .where(tasks.c.operation_no == event.operation_no, tasks.c.unit == event.unit)
        .values(values)
    )


TASKS = View(
    name="tasks",
    tables=_tables,
    revision=2,
    on={
        OperationOpened: _add,
        UnitAcknowledged: _acknowledge,
        UnitAcknowledgementMissed: _miss_acknowledgement,
        UnitReported: _report,
        UnitReportMissed: _miss_report,
        UnitTaskCompleted: _complete,
        UnitReleased: _release,
        DeadlinesLifted: _lift,
    },
)


def list_tasks(
    connection: Connection,
    unit: UnitCode | None,
    status: TaskStatus | None,
    after: str | None,
    limit: int,
) -> Page[TaskItem]:
    """List what is to be done, the earliest due first.

    `unit` None means every unit's; `status` None means all but what is released.
    Raises: CursorUnreadable.
    """
    wanted = select(tasks)
    if unit is not None:
        wanted = wanted.where(tasks.c.unit == unit)
    if status is None:
        wanted = wanted.where(tasks.c.status != "released")
    else:
        wanted = wanted.where(tasks.c.status == status)
    order = (tasks.c.next_due_at, tasks.c.operation_no, tasks.c.unit)
    return page(connection, wanted, order, after, limit, _item)


def _item(row: Row[Any]) -> TaskItem:
    shown = row._asdict()
    stopped = [name for name in _DUE if shown[name] == _NEVER]
    return TaskItem.model_validate({**shown, **dict.fromkeys(stopped)})
