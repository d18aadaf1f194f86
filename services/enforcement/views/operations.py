"""The list of joint operations: which whistle, whose, since when, and how many units are done.

`completed_count` beyond `released_count` is what waits for the street.
"""

from typing import Literal

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    or_,
    select,
    update,
)

from chassis.http.paging import page
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import enforcement
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.enforcement.views.tasks import tasks

__all__ = ["OPERATIONS", "OperationItem", "OperationStatus", "list_operations"]

OperationStatus = Literal["underway", "concluded"]

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

    operation_no: str
    case_no: str
    round: int
    street: str
    kind: WhistleKind
    status: OperationStatus
    unit_count: int
    completed_count: int
    released_count: int
    opened_at: str


class _Operations:
    name = "operations"
    tables = _tables
    reads = frozenset(
        event.wire
        for event in (
            enforcement.OperationOpened,
            enforcement.UnitTaskCompleted,
            enforcement.UnitReleased,
            enforcement.OperationConcluded,
        )
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case enforcement.OperationOpened():
                _open(connection, event)
            case enforcement.UnitTaskCompleted(operation_no=no):
                _set(connection, no, completed_count=operations.c.completed_count + 1)
            case enforcement.UnitReleased(operation_no=no):
                _set(connection, no, released_count=operations.c.released_count + 1)
            case enforcement.OperationConcluded(operation_no=no):
                _set(connection, no, status="concluded")
            case _:
                pass


OPERATIONS = _Operations()


def _open(connection: Connection, event: enforcement.OperationOpened) -> None:
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


def _set(connection: Connection, operation_no: str, **values: object) -> None:
    matches = operations.c.operation_no == operation_no
    connection.execute(update(operations).where(matches).values(values))


def list_operations(
    connection: Connection,
    unit: str | None,
    status: OperationStatus | None,
    after: str | None,
    limit: int,
) -> tuple[list[OperationItem], int, str | None]:
    """List operations in order of opening: a page, the total, the next cursor.

    `unit` narrows the list to what that unit whistled for or was called to; None means all.
    Raises: CursorUnreadable.
    """
    wanted = select(operations)
    if unit is not None:
        called_to = select(tasks.c.operation_no).where(tasks.c.unit == unit)
        mine = or_(operations.c.street == unit, operations.c.operation_no.in_(called_to))
        wanted = wanted.where(mine)
    if status is not None:
        wanted = wanted.where(operations.c.status == status)
    order = (operations.c.opened_at, operations.c.operation_no)
    rows, total, following = page(connection, wanted, order, after, limit)
    return [OperationItem.model_validate(row._asdict()) for row in rows], total, following
