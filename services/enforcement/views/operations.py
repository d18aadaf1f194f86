"""The list of joint operations: which whistle, whose, since when, and how many units are done.

`completed_count` beyond `released_count` is what waits for the street.
"""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    insert,
    or_,
    select,
    update,
)

from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events.enforcement import (
    OperationConcluded,
    OperationOpened,
    UnitReleased,
    UnitTaskCompleted,
)
from contracts.ids import CaseNo, OperationNo, UnitCode
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.enforcement.domain.operation.state import OperationStatus
from services.enforcement.views.tasks import tasks

_tables = MetaData()

operations = Table(
    "operations",
    _tables,
    Column("operation_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("street", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("unit_count", Integer, nullable=False),
    Column("completed_count", Integer, nullable=False),
    Column("released_count", Integer, nullable=False),
    Column("opened_at", Text, nullable=False),
)


class OperationItem(BaseModel):
    """One line of the list."""

    operation_no: OperationNo
    case_no: CaseNo
    round: int
    street: UnitCode
    kind: WhistleKind
    status: OperationStatus
    unit_count: int
    completed_count: int
    released_count: int
    opened_at: str


def _add(connection: Connection, event: OperationOpened) -> None:
    connection.execute(
        insert(operations).values(
            operation_no=event.operation_no,
            case_no=event.case_no,
            round=event.round,
            street=event.street,
            kind=event.kind,
            status="underway",
            unit_count=len(event.tasks),
            completed_count=0,
            released_count=0,
            opened_at=format_instant(event.opened_at),
        )
    )


def _count_completed(connection: Connection, event: UnitTaskCompleted) -> None:
    _set(connection, event.operation_no, completed_count=operations.c.completed_count + 1)


def _count_released(connection: Connection, event: UnitReleased) -> None:
    _set(connection, event.operation_no, released_count=operations.c.released_count + 1)


def _conclude(connection: Connection, event: OperationConcluded) -> None:
    _set(connection, event.operation_no, status="concluded")


def _set(connection: Connection, operation_no: OperationNo, **values: object) -> None:
    matches = operations.c.operation_no == operation_no
    connection.execute(update(operations).where(matches).values(values))


OPERATIONS = View(
    name="operations",
    tables=_tables,
    revision=1,
    on={
        OperationOpened: _add,
        UnitTaskCompleted: _count_completed,
        UnitReleased: _count_released,
        OperationConcluded: _conclude,
    },
)


def list_operations(
    connection: Connection,
    unit: UnitCode | None,
    status: OperationStatus | None,
    after: str | None,
    limit: int,
) -> Page[OperationItem]:
    """List operations in order of opening.

    `unit` narrows the list to what that unit whistled for or was called to; None means all.
    Raises: CursorUnreadable.
    """
    wanted = select(operations)
    if unit is not None:
        called_to = select(tasks.c.operation_no).where(tasks.c.unit == unit)
        own = or_(operations.c.street == unit, operations.c.operation_no.in_(called_to))
        wanted = wanted.where(own)
    if status is not None:
        wanted = wanted.where(operations.c.status == status)
    order = (operations.c.opened_at, operations.c.operation_no)
    return page(connection, wanted, order, after, limit, _item)


def _item(row: Row[Any]) -> OperationItem:
    return OperationItem.model_validate(row._asdict())
