"""The units' queue: one row per unit and operation, what is due next, what was missed.

A missed deadline stays the next thing due until it is done, so what is late stands on top.
"""

from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, insert, update
from sqlalchemy import select as query

from chassis.http.paging import page
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import enforcement
from contracts.instant import format_instant
from contracts.values import UnitRole, WhistleKind

__all__ = ["TASKS", "TaskItem", "TaskStatus", "list_tasks", "tasks"]

TaskStatus = Literal["summoned", "acknowledged", "reported", "completed", "released"]

_NEVER = "9999-12-31T23:59:59.999999Z"
"""Sorts what has no clock any more after everything that has one."""

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
    """One line of a queue. `next_due_at` is None once the unit has reported in."""

    operation_no: str
    unit: str
    case_no: str
    round: int
    street: str
    kind: WhistleKind
    role: UnitRole
    status: TaskStatus
    acknowledge_due_at: str
    report_due_at: str
    acknowledgement_missed: bool
    report_missed: bool
    next_due_at: str | None


class _Tasks:
    name = "tasks"
    tables = _tables
    reads = frozenset(
        event.wire
        for event in (
            enforcement.OperationOpened,
            enforcement.UnitAcknowledged,
            enforcement.UnitAcknowledgementMissed,
            enforcement.UnitReported,
            enforcement.UnitReportMissed,
            enforcement.UnitTaskCompleted,
            enforcement.UnitReleased,
        )
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case enforcement.OperationOpened():
                _open(connection, event)
            case enforcement.UnitAcknowledged():
                _set(connection, event, status="acknowledged", next_due_at=tasks.c.report_due_at)
            case enforcement.UnitAcknowledgementMissed():
                _set(connection, event, acknowledgement_missed=1)
            case enforcement.UnitReported():
                _set(connection, event, status="reported", next_due_at=_NEVER)
            case enforcement.UnitReportMissed():
                _set(connection, event, report_missed=1)
            case enforcement.UnitTaskCompleted():
                _set(connection, event, status="completed")
            case enforcement.UnitReleased():
                _set(connection, event, status="released")
            case _:
                pass


TASKS = _Tasks()

_UnitEvent = (
    enforcement.UnitAcknowledged
    | enforcement.UnitAcknowledgementMissed
    | enforcement.UnitReported
    | enforcement.UnitReportMissed
    | enforcement.UnitTaskCompleted
    | enforcement.UnitReleased
)


def _open(connection: Connection, event: enforcement.OperationOpened) -> None:
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


def _set(connection: Connection, event: _UnitEvent, **values: Any) -> None:  # noqa: ANN401  # literals and columns
    connection.execute(
        update(tasks)
        .where(tasks.c.operation_no == event.operation_no, tasks.c.unit == event.unit)
        .values(values)
    )


def list_tasks(
    connection: Connection,
    unit: str | None,
    status: TaskStatus | None,
    after: str | None,
    limit: int,
) -> tuple[list[TaskItem], int, str | None]:
    """List what is to be done, the earliest due first: a page, the total, the next cursor.

    `unit` None means every unit's; `status` None means all but what is released.
    Raises: CursorUnreadable.
    """
    wanted = query(tasks)
    if unit is not None:
        wanted = wanted.where(tasks.c.unit == unit)
    if status is None:
        wanted = wanted.where(tasks.c.status != "released")
    else:
        wanted = wanted.where(tasks.c.status == status)
    order = (tasks.c.next_due_at, tasks.c.operation_no, tasks.c.unit)
    rows, total, following = page(connection, wanted, order, after, limit)
    return [_item(row) for row in rows], total, following


def _item(row: Any) -> TaskItem:  # noqa: ANN401  # a row of `tasks`
    shown = row._asdict()
    if shown["next_due_at"] == _NEVER:
        shown["next_due_at"] = None
    return TaskItem.model_validate(shown)
