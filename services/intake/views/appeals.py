"""The list of appeals: for agents what is to be decided, for a hotline what became of its own.

Columns of the appeal come from intake's own log, those of the case (`case_*`) from dispatch.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Column, Connection, Integer, MetaData, Row, Select, Table, Text, select

from chassis.store.rows import add, put
from chassis.unit_of_work.definition import View
from chassis.views.keyset import Page, page
from contracts.events import dispatch, intake
from contracts.ids import AppealNo, CaseNo, UnitCode
from contracts.instant import format_instant
from contracts.values import AppealKind
from services.intake.domain.appeal.state import (
    Answered,
    AppealStage,
    Declined,
    Filed,
    Linked,
    Received,
    Withdrawn,
)

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


class AppealItem(BaseModel):
    """One line of the list. `case_status` is None until dispatch has spoken of the case."""

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    status: AppealStage
    anonymous: bool
    street: UnitCode | None
    matter: str | None
    suggested_street: UnitCode | None
    suggested_matter: str | None
    confidential: bool
    case_no: CaseNo | None
    received_at: str
    case_status: Literal["open", "closed"] | None
    case_unit: UnitCode | None
    case_round: int | None


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """What a list may be narrowed to; empty means all."""

    status: str | None = None
    source: str | None = None
    external_no: str | None = None


def _received(connection: Connection, event: intake.AppealReceived) -> None:
    hint = event.suggestion
    row = {
        "appeal_no": event.appeal_no,
        "source": event.source,
        "external_no": event.external_no,
        "channel": event.channel,
        "kind": event.kind,
        "status": Received.stage,
        "subject": event.subject,
        "street": event.street,
        "matter": event.matter,
        "suggested_street": hint.street if hint else None,
        "suggested_matter": hint.matter if hint else None,
        "confidential": int(event.confidential),
        "received_at": format_instant(event.received_at),
    }
    add(connection, appeals, [row])


def _answered(connection: Connection, event: intake.AppealAnswered) -> None:
    _set(connection, event.appeal_no, status=Answered.stage)


def _declined(connection: Connection, event: intake.AppealDeclined) -> None:
    _set(connection, event.appeal_no, status=Declined.stage)


def _withdrawn(connection: Connection, event: intake.AppealWithdrawn) -> None:
    _set(connection, event.appeal_no, status=Withdrawn.stage)


def _linked(connection: Connection, event: intake.AppealLinked) -> None:
    _set(connection, event.appeal_no, status=Linked.stage, case_no=event.case_no)


def _unlinked(connection: Connection, event: intake.AppealUnlinked) -> None:
    _set(connection, event.appeal_no, status=Received.stage, case_no=None)


def _filed(connection: Connection, event: intake.CaseFiled) -> None:
    _set(
        connection,
        AppealNo(event.case_no),
        status=Filed.stage,
        case_no=event.case_no,
        street=event.street,
        matter=event.matter,
    )


def _case_dispatched(connection: Connection, event: dispatch.CaseDispatched) -> None:
    _set_case(
        connection,
        event.case_no,
        case_status="open",
        case_unit=event.unit,
        case_round=event.round,
    )


def _case_reopened(connection: Connection, event: dispatch.CaseReopened) -> None:
    _set_case(connection, event.case_no, case_status="open", case_round=event.round)


def _case_closed(connection: Connection, event: dispatch.CaseClosed) -> None:
    _set_case(connection, event.case_no, case_status="closed")


def _set(connection: Connection, appeal_no: AppealNo, **values: object) -> None:
    put(connection, appeals, {"appeal_no": appeal_no}, **values)


def _set_case(connection: Connection, case_no: CaseNo, **values: object) -> None:
    put(connection, appeal_cases, {"case_no": case_no}, **values)


APPEALS = View(
    name="appeals",
    tables=_tables,
    revision=2,
    on={
        intake.AppealReceived: _received,
        intake.AppealAnswered: _answered,
        intake.AppealDeclined: _declined,
        intake.AppealWithdrawn: _withdrawn,
        intake.AppealLinked: _linked,
        intake.AppealUnlinked: _unlinked,
        intake.CaseFiled: _filed,
        dispatch.CaseDispatched: _case_dispatched,
        dispatch.CaseReopened: _case_reopened,
        dispatch.CaseClosed: _case_closed,
    },
)


def list_appeals(
    connection: Connection, wanted: AppealFilter, after: str | None, limit: int
) -> Page[AppealItem]:
    """List appeals in order of their numbers. Raises: CursorUnreadable."""
    query = _listing()
    for column in ("status", "source", "external_no"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(appeals.c[column] == value)
    return page(connection, query, (appeals.c.appeal_no,), after, limit, _item)


def find_appeal(connection: Connection, appeal_no: AppealNo) -> AppealItem | None:
    """Give one line of the list."""
    row = connection.execute(_listing().where(appeals.c.appeal_no == appeal_no)).first()
    return None if row is None else _item(row)


def _listing() -> Select[Any]:
    return select(
        appeals,
        appeals.c.subject.is_(None).label("anonymous"),
        appeal_cases.c.case_status,
        appeal_cases.c.case_unit,
        appeal_cases.c.case_round,
    ).join(appeal_cases, appeals.c.case_no == appeal_cases.c.case_no, isouter=True)


def _item(row: Row[Any]) -> AppealItem:
    return AppealItem.model_validate(row, from_attributes=True)
