"""The queue of what units owe, each with its lamp, and how many there are of each colour.

A lamp is what the clock says when the queue is read: nothing is written as time passes.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, Row, case, func, null, or_, select

from chassis.views.keyset import Page, page
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.instant import format_instant
from contracts.values import UnitRole, WhistleKind
from services.enforcement.domain.operation.state import FINISHED, ContestStatus, TaskStatus
from services.enforcement.views.sight import Sight
from services.enforcement.views.tasks import NEVER, tasks

Lamp = Literal["green", "yellow", "red"]
"""绿灯, 黄灯 (临期), 红灯 (超期)."""

_DUE = ("acknowledge_due_at", "report_due_at", "next_due_at")


class TaskItem(BaseModel):
    """One line of a queue. `next_due_at` and `lamp` are None once nothing is due any more.

    A due time that was lifted is None too. A miss that does not count was due before the unit could
    see the whistle, or is void since its contest was upheld.
    """

    operation_no: OperationNo
    unit: UnitCode
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    role: UnitRole
    status: TaskStatus
    lamp: Lamp | None
    acknowledge_due_at: str | None
    report_due_at: str | None
    next_due_at: str | None
    acknowledgement_missed: bool
    acknowledgement_miss_counts: bool
    report_missed: bool
    report_miss_counts: bool
    chased_count: int
    chased_at: str | None
    contest: ContestStatus | None
    contested_at: str | None


class Lamps(BaseModel):
    """How many of a whole list have a lamp of each colour; what has no clock has none."""

    green: int = 0
    yellow: int = 0
    red: int = 0


class Queue(Page[TaskItem]):
    """One page of a queue, and the lamps of all of it."""

    lamps: Lamps


def list_tasks(  # noqa: PLR0913  # who reads, what, when, and where in the list
    connection: Connection,
    sight: Sight | None,
    unit: UnitCode | None,
    status: TaskStatus | None,
    now: datetime,
    after: str | None,
    limit: int,
) -> Queue:
    """List what is to be done, the earliest due first.

    `sight` None means every unit's; `unit` None means all that is seen; `status` None means all but
    what is finished. Raises: CursorUnreadable.
    """
    moment = format_instant(now)
    lamp = case(
        (tasks.c.next_due_at == NEVER, null()),
        (tasks.c.next_due_at <= moment, "red"),
        (tasks.c.next_warn_at <= moment, "yellow"),
        else_="green",
    ).label("lamp")
    wanted = select(tasks, lamp)
    if sight is not None:
        own = tasks.c.unit == sight.unit
        wanted = wanted.where(or_(own, tasks.c.district == sight.watched))
    if unit is not None:
        wanted = wanted.where(tasks.c.unit == unit)
    if status is None:
        wanted = wanted.where(tasks.c.status.not_in(sorted(FINISHED)))
    else:
        wanted = wanted.where(tasks.c.status == status)
    order = (tasks.c.next_due_at, tasks.c.operation_no, tasks.c.unit)
    found = page(connection, wanted, order, after, limit, _item)
    lit = wanted.subquery()
    counted = connection.execute(select(lit.c.lamp, func.count()).group_by(lit.c.lamp))
    lamps = Lamps.model_validate({colour: count for colour, count in counted if colour})
    return Queue(items=found.items, total=found.total, next=found.next, lamps=lamps)


def _item(row: Row[Any]) -> TaskItem:
    shown = row._asdict()
    stopped = [name for name in _DUE if shown[name] == NEVER]
    return TaskItem.model_validate({**shown, **dict.fromkeys(stopped)})
