"""Requests for erasure, oldest first, so that none waits unseen; without names and reasons."""

from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Column, Connection, MetaData, Row, Table, Text, delete, select, update

from chassis.store.rows import add, upsert
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import intake
from contracts.ids import SubjectId
from contracts.instant import format_instant

__all__ = ["ERASURES", "ErasureItem", "ErasureStatus", "list_erasures"]

_tables = MetaData()

erasures = Table(
    "erasures",
    _tables,
    Column("requested_at", Text, primary_key=True),
    Column("subject", Text, primary_key=True, index=True),
    Column("covers", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("requested_by", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Text),
)

held_subjects = Table("held_subjects", _tables, Column("subject", Text, primary_key=True))

ErasureStatus = Literal["requested", "approved", "rejected"]


class ErasureItem(BaseModel):
    """One request. `held`: those of its records that must be kept; it cannot be approved so."""

    subject: SubjectId
    covers: tuple[SubjectId, ...]
    ground: Literal["request", "retention"]
    status: ErasureStatus
    held: tuple[SubjectId, ...]
    requested_by: str
    requested_at: str
    decided_by: str | None
    decided_at: str | None


def _requested(connection: Connection, event: intake.ErasureRequested) -> None:
    if event.subject != event.covers[0]:
        return  # one row stands for all records that are decided on together
    row = {
        "requested_at": format_instant(event.requested_at),
        "subject": event.subject,
        "covers": ",".join(event.covers),
        "ground": event.ground,
        "status": "requested",
        "requested_by": event.requested_by,
    }
    add(connection, erasures, [row])


def _rejected(connection: Connection, event: intake.ErasureRejected) -> None:
    _decided(
        connection,
        event.subject,
        status="rejected",
        decided_by=event.rejected_by,
        decided_at=format_instant(event.rejected_at),
    )


def _erased(connection: Connection, event: intake.SubjectErased) -> None:
    _decided(
        connection,
        event.subject,
        status="approved",
        decided_by=event.erased_by,
        decided_at=format_instant(event.erased_at),
    )
    connection.execute(delete(held_subjects).where(held_subjects.c.subject == event.subject))


def _held(connection: Connection, event: intake.SubjectHeld) -> None:
    upsert(connection, held_subjects, [{"subject": event.subject}])


def _lifted(connection: Connection, event: intake.SubjectHoldLifted) -> None:
    connection.execute(delete(held_subjects).where(held_subjects.c.subject == event.subject))


def _decided(connection: Connection, subject: SubjectId, **values: str) -> None:
    waiting = (erasures.c.subject == subject, erasures.c.status == "requested")
    connection.execute(update(erasures).where(*waiting).values(**values))


ERASURES = View(
    name="erasures",
    tables=_tables,
    revision=1,
    on={
        intake.ErasureRequested: _requested,
        intake.ErasureRejected: _rejected,
        intake.SubjectErased: _erased,
        intake.SubjectHeld: _held,
        intake.SubjectHoldLifted: _lifted,
    },
)


def list_erasures(
    connection: Connection, status: ErasureStatus | None, after: str | None, limit: int
) -> Page[ErasureItem]:
    """List requests, oldest first. Raises: CursorUnreadable."""
    query = select(erasures)
    if status is not None:
        query = query.where(erasures.c.status == status)
    held = set(connection.execute(select(held_subjects.c.subject)).scalars())

    def item(row: Row[Any]) -> ErasureItem:
        covers = tuple(row.covers.split(","))
        kept = tuple(one for one in covers if one in held)
        return ErasureItem.model_validate({**row._mapping, "covers": covers, "held": kept})  # noqa: SLF001  # SQLAlchemy's public name

    order = (erasures.c.requested_at, erasures.c.subject)
    return page(connection, query, order, after, limit, item)
