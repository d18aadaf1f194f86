"""The list of appeals: for agents what is to be decided, for a hotline what became of its own.

Columns of the appeal come from intake's own log, those of the case (`case_*`) from dispatch; who
may read a case's texts is kept beside it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Select, Table, Text, select

from chassis.http.paging import page
from chassis.store.rows import add, put
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import dispatch, intake
from contracts.instant import format_instant

__all__ = ["APPEALS", "AppealFilter", "find_appeal", "list_appeals", "may_work_on", "stands_in"]

_tables = MetaData()

appeals = Table(
    "appeals",
    _tables,
    Column("appeal_no", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("external_no", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("subject", Text, index=True),
    Column("street", Text),
    Column("matter", Text),
    Column("suggested_street", Text),
    Column("suggested_matter", Text),
    Column("confidential", Integer, nullable=False),
    Column("case_no", Text, index=True),
    Column("received_at", Text, nullable=False),
)

appeal_cases = Table(
    "appeal_cases",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("case_status", Text),
    Column("case_unit", Text),
    Column("case_round", Integer),
)

case_units = Table(
    "case_units",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
)

_SETTLED = {
    intake.AppealAnswered: "answered",
    intake.AppealDeclined: "declined",
    intake.AppealWithdrawn: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """What a list may be narrowed to; empty means all."""

    status: str | None = None
    source: str | None = None
    external_no: str | None = None


class _Appeals:
    name = "appeals"
    tables = _tables
    reads = frozenset(
        event.wire
        for event in (
            intake.AppealReceived,
            intake.AppealAnswered,
            intake.AppealDeclined,
            intake.AppealWithdrawn,
            intake.AppealLinked,
            intake.AppealUnlinked,
            intake.CaseFiled,
            dispatch.CaseDispatched,
            dispatch.CaseReopened,
            dispatch.CaseClosed,
            dispatch.WhistleBlown,
        )
    )

    def project(self, connection: Connection, event: Event, _envelope: Envelope) -> None:
        """Apply one event."""
        match event:
            case intake.AppealReceived():
                _receive(connection, event)
            case intake.AppealAnswered() | intake.AppealDeclined() | intake.AppealWithdrawn():
                _set(connection, event.appeal_no, status=_SETTLED[type(event)])
            case intake.AppealLinked():
                _set(connection, event.appeal_no, status="linked", case_no=event.case_no)
            case intake.AppealUnlinked():
                _set(connection, event.appeal_no, status="received", case_no=None)
            case intake.CaseFiled(case_no=no, street=street, matter=matter):
                _set(connection, no, status="filed", case_no=no, street=street, matter=matter)
            case _:
                _follow_case(connection, event)


APPEALS = _Appeals()


def _receive(connection: Connection, event: intake.AppealReceived) -> None:
    hint = event.suggestion
    row = {
        "appeal_no": event.appeal_no,
        "source": event.source,
        "external_no": event.external_no,
        "channel": event.channel,
        "kind": event.kind,
        "status": "received",
        "subject": event.subject,
        "street": event.street,
        "matter": event.matter,
        "suggested_street": hint.street if hint else None,
        "suggested_matter": hint.matter if hint else None,
        "confidential": int(event.confidential),
        "received_at": format_instant(event.received_at),
    }
    add(connection, appeals, [row])


def _set(connection: Connection, appeal_no: str, **values: object) -> None:
    put(connection, appeals, {"appeal_no": appeal_no}, **values)


def _follow_case(connection: Connection, event: Event) -> None:
    match event:
        case dispatch.CaseDispatched(case_no=no, unit=unit, round=round_no):
            _set_case(connection, no, case_status="open", case_unit=unit, case_round=round_no)
            put(connection, case_units, {"case_no": no, "unit": unit})
        case dispatch.CaseReopened(case_no=no, round=round_no):
            _set_case(connection, no, case_status="open", case_round=round_no)
        case dispatch.CaseClosed(case_no=no):
            _set_case(connection, no, case_status="closed")
        case dispatch.WhistleBlown(case_no=no, units=units):
            for summoned in units:
                may = {"case_no": no, "unit": summoned.unit}
                if not connection.execute(select(case_units).filter_by(**may)).first():
                    put(connection, case_units, may)
        case _:
            pass


def _set_case(connection: Connection, case_no: str, **values: object) -> None:
    put(connection, appeal_cases, {"case_no": case_no}, **values)


def _listing() -> Select[Any]:
    return select(
        appeals,
        appeal_cases.c.case_status,
        appeal_cases.c.case_unit,
        appeal_cases.c.case_round,
    ).join(appeal_cases, appeals.c.case_no == appeal_cases.c.case_no, isouter=True)


def list_appeals(
    connection: Connection, wanted: AppealFilter, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], int, str | None]:
    """List appeals in order of their numbers: a page, the total, the next cursor."""
    query = _listing()
    for column in ("status", "source", "external_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(appeals.c[column] == value)
    rows, total, following = page(connection, query, (appeals.c.appeal_no,), after, limit)
    return [_shown(row) for row in rows], total, following


def find_appeal(connection: Connection, appeal_no: str) -> dict[str, Any] | None:
    """Give one row of the list."""
    row = connection.execute(_listing().where(appeals.c.appeal_no == appeal_no)).first()
    return None if row is None else _shown(row)


def _shown(row: Any) -> dict[str, Any]:  # noqa: ANN401  # SQLAlchemy's row
    return {**row._asdict(), "confidential": bool(row.confidential)}


def stands_in(connection: Connection, subject: str, case_no: str) -> bool:
    """Say whether a person is a caller of a case, and did not ask to stay unknown to its handlers.

    A caller who once asked for confidence has it in every appeal of the case.
    """
    query = select(appeals.c.confidential).where(
        appeals.c.subject == subject, appeals.c.case_no == case_no
    )
    asked = list(connection.execute(query).scalars())
    return bool(asked) and not any(asked)


def may_work_on(connection: Connection, case_no: str | None, unit: str) -> bool:
    """Say whether a unit leads or assists in a case."""
    query = select(case_units).where(case_units.c.case_no == case_no, case_units.c.unit == unit)
    return connection.execute(query).first() is not None
