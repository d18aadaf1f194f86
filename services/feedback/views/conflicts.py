"""Who is recused from which case (回避), as dispatch says: these make no call-back about it."""

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, select

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import View
from contracts.events.dispatch import ConflictDeclared, ConflictLifted
from contracts.ids import CaseNo

_tables = MetaData()

conflicts = Table(
    "conflicts",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
)


def _recuse(connection: Connection, event: ConflictDeclared) -> None:
    upsert(connection, conflicts, [{"case_no": event.case_no, "officer": event.officer}])


def _admit(connection: Connection, event: ConflictLifted) -> None:
    is_it = (conflicts.c.case_no == event.case_no) & (conflicts.c.officer == event.officer)
    connection.execute(delete(conflicts).where(is_it))


CONFLICTS = View(
    name="conflicts",
    tables=_tables,
    revision=1,
    on={ConflictDeclared: _recuse, ConflictLifted: _admit},
)


def recused_from(connection: Connection, case_no: CaseNo) -> frozenset[str]:
    """Give the persons who keep out of a case."""
    query = select(conflicts.c.officer).where(conflicts.c.case_no == case_no)
    return frozenset(connection.execute(query).scalars())
