"""The list of joint operations: which whistle, whose, since when, and how its units stand.

Units are counted when the list is read. `completed_count` beyond `released_count` is what waits for
the street.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events.enforcement import (
    OperationCancelled,
    OperationConcluded,
    OperationOpened,
    UnitTaskAdded,
)
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.enforcement.domain.operation.state import OperationStatus, TaskStatus
from services.enforcement.views.sight import Sight
from services.enforcement.views.tasks import tasks

_COUNTED: Mapping[str, tuple[TaskStatus, ...]] = {
    "completed_count": ("completed", "released"),
    "released_count": ("released",),
    "absent_count": ("absent",),
    "left_count": ("left",),
    "excused_count": ("excused",),
}

_tables = MetaData()

operations = Table(
    "operations",
    _tables,
    Column("operation_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("street", Text, nullable=False, index=True),
    Column("district", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("opened_at", Text, nullable=False),
)


class OperationItem(BaseModel):
    """One line of the list: how many units were called, and how many stand at what."""

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    district: UnitCode
    kind: WhistleKind
    status: OperationStatus
    unit_count: int
    completed_count: int
    released_count: int
    absent_count: int
    left_count: int
    excused_count: int
    opened_at: str


def _add(connection: Connection, event: OperationOpened) -> None:
    connection.execute(
        insert(operations).values(
            operation_no=event.operation_no,
            case_no=event.case_no,
            round=event.round,
            street=event.street,
            district=event.district,
            kind=event.kind,
            status="underway",
            opened_at=format_instant(event.opened_at),
        )
    )


def _conclude(connection: Connection, event: OperationConcluded) -> None:
    _set_status(connection, event.operation_no, "concluded")


def _reopen(connection: Connection, event: UnitTaskAdded) -> None:
    _set_status(connection, event.operation_no, "underway")


def _cancel(connection: Connection, event: OperationCancelled) -> None:
    _set_status(connection, event.operation_no, "cancelled")


def _set_status(connection: Connection, operation_no: OperationNo, status: OperationStatus) -> None:
    matches = operations.c.operation_no == operation_no
    connection.execute(update(operations).where(matches).values(status=status))


OPERATIONS = View(
    name="operations",
    tables=_tables,
    revision=3,
    on={
        OperationOpened: _add,
        UnitTaskAdded: _reopen,
        OperationConcluded: _conclude,
        OperationCancelled: _cancel,
    },
)


def list_operations(
    connection: Connection,
    sight: Sight | None,
    status: OperationStatus | None,
    after: str | None,
    limit: int,
) -> Page[OperationItem]:
    """List operations in order of opening.

    `sight` narrows the list to what a unit whistled for or was called to, and to its district's;
    None means all. Raises: CursorUnreadable.
    """
    units = tasks.c.operation_no == operations.c.operation_no
    counts = [_count("unit_count", units)]
    counts += [_count(name, units, tasks.c.status.in_(at)) for name, at in _COUNTED.items()]
    wanted = select(operations, *counts)
    if sight is not None:
        called_to = select(tasks.c.operation_no).where(tasks.c.unit == sight.unit)
        wanted = wanted.where(
            or_(
                operations.c.street == sight.unit,
                operations.c.district == sight.watched,
                operations.c.operation_no.in_(called_to),
            )
        )
    if status is not None:
        wanted = wanted.where(operations.c.status == status)
    order = (operations.c.opened_at, operations.c.operation_no)
    return page(connection, wanted, order, after, limit, _item)


def _count(name: str, *which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(tasks).where(*which).scalar_subquery().label(name)


def _item(row: Row[Any]) -> OperationItem:
    return OperationItem.model_validate(row._asdict())
