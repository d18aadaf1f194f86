"""Which cases a person calls or called about: what an erasure goes by.

It is written by the reactions that add callers as well as by the projector, because an erasure in
the same batch must find the case before the log has been projected.
"""

from sqlalchemy import Column, Connection, MetaData, Table, Text, select

from chassis.store.rows import upsert
from chassis.unit_of_work.definition import View
from contracts.events import dispatch
from contracts.ids import CaseNo, SubjectId
from contracts.values import Caller

_tables = MetaData()

case_callers = Table(
    "case_callers",
    _tables,
    Column("subject", Text, primary_key=True),
    Column("case_no", Text, primary_key=True),
)


def _dispatched(connection: Connection, event: dispatch.CaseDispatched) -> None:
    for caller in event.callers:
        remember_caller(connection, event.case_no, caller)


def _joined(connection: Connection, event: dispatch.CallerJoined) -> None:
    remember_caller(connection, event.case_no, event.caller)


CALLERS = View(
    name="callers",
    tables=_tables,
    revision=1,
    on={dispatch.CaseDispatched: _dispatched, dispatch.CallerJoined: _joined},
)


def remember_caller(connection: Connection, case_no: CaseNo, caller: Caller) -> None:
    """Note whose case it is; of an anonymous caller nothing, and again changes nothing."""
    if caller.subject is not None:
        upsert(connection, case_callers, [{"subject": caller.subject, "case_no": case_no}])


def cases_of(connection: Connection, subject: SubjectId) -> list[CaseNo]:
    """Give the cases of a person, closed ones and those that the person left included."""
    query = select(case_callers.c.case_no).where(case_callers.c.subject == subject)
    ordered = query.order_by(case_callers.c.case_no)
    return [CaseNo(one) for one in connection.execute(ordered).scalars()]
