"""Who is or was recused from which case (回避), and by whose word; the reasons are in the vault."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import Column, Connection, MetaData, Row, Table, Text, select, update

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch
from contracts.ids import CaseNo, UnitCode
from contracts.instant import format_instant

_tables = MetaData()

conflicts = Table(
    "conflicts",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("declared_by", Text, nullable=False),
    Column("declared_at", Text, nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", Text),
)


class ConflictItem(BaseModel):
    """One person, as declared last; `lifted_at` is None while the person is recused."""

    case_no: CaseNo
    officer: str
    unit: UnitCode
    declared_by: str
    declared_at: str
    lifted_by: str | None
    lifted_at: str | None


def _declared(connection: Connection, event: dispatch.ConflictDeclared) -> None:
    row = {
        "case_no": event.case_no,
        "officer": event.officer,
        "unit": event.unit,
        "declared_by": event.declared_by,
        "declared_at": format_instant(event.declared_at),
        "lifted_by": None,
        "lifted_at": None,
    }
    upsert(connection, conflicts, [row])


def _lifted(connection: Connection, event: dispatch.ConflictLifted) -> None:
    is_it = (conflicts.c.case_no == event.case_no) & (conflicts.c.officer == event.officer)
    lifted_at = format_instant(event.lifted_at)
    ended = update(conflicts).where(is_it).values(lifted_by=event.lifted_by, lifted_at=lifted_at)
    connection.execute(ended)


CONFLICTS = View(
    name="conflicts",
    tables=_tables,
    revision=1,
    on={dispatch.ConflictDeclared: _declared, dispatch.ConflictLifted: _lifted},
)


def recused_from(connection: Connection, case_no: CaseNo) -> frozenset[str]:
    """Give the persons who keep out of a case."""
    holds = (conflicts.c.case_no == case_no) & conflicts.c.lifted_at.is_(None)
    return frozenset(connection.execute(select(conflicts.c.officer).where(holds)).scalars())


def list_conflicts(
    connection: Connection, case_no: CaseNo, after: str | None, limit: int
) -> Page[ConflictItem]:
    """List the conflicts of a case by person. Raises: CursorUnreadable."""
    query = select(conflicts).where(conflicts.c.case_no == case_no)
    return page(connection, query, (conflicts.c.officer,), after, limit, _item)


def _item(row: Row[Any]) -> ConflictItem:
    return ConflictItem.model_validate(row._asdict())
