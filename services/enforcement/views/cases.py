"""What dispatch says of a case that its operations go by: who is recused, and who is erased."""

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, select

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import View
from contracts.events.dispatch import (
    CallerJoined,
    CallersErased,
    ConflictDeclared,
    ConflictLifted,
)
from contracts.ids import CaseNo

_tables = MetaData()

conflicts = Table(
    "conflicts",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
)

erased_cases = Table("erased_cases", _tables, Column("case_no", Text, primary_key=True))
"""Those of which every caller is erased."""


def _recuse(connection: Connection, event: ConflictDeclared) -> None:
    upsert(connection, conflicts, [{"case_no": event.case_no, "officer": event.officer}])


def _admit(connection: Connection, event: ConflictLifted) -> None:
    is_it = (conflicts.c.case_no == event.case_no) & (conflicts.c.officer == event.officer)
    connection.execute(delete(conflicts).where(is_it))


def _erase(connection: Connection, event: CallersErased) -> None:
    upsert(connection, erased_cases, [{"case_no": event.case_no}])


def _join(connection: Connection, event: CallerJoined) -> None:
    connection.execute(delete(erased_cases).where(erased_cases.c.case_no == event.case_no))


CASES = View(
    name="cases",
    tables=_tables,
    revision=1,
    on={
        ConflictDeclared: _recuse,
        ConflictLifted: _admit,
        CallersErased: _erase,
        CallerJoined: _join,
    },
)


def recused_from(connection: Connection, case_no: CaseNo) -> frozenset[str]:
    """Give the persons who keep out of a case."""
    query = select(conflicts.c.officer).where(conflicts.c.case_no == case_no)
    return frozenset(connection.execute(query).scalars())


def are_callers_erased(connection: Connection, case_no: CaseNo) -> bool:
    """Say whether nobody is left who waits for a case."""
    query = select(erased_cases.c.case_no).where(erased_cases.c.case_no == case_no)
    return connection.execute(query).first() is not None
