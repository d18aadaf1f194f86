"""The appeals of persons, as those see them who look up, correct and erase."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row, select

from contracts.ids import AppealNo, CaseNo, SubjectId
from services.intake.domain.appeal.state import AppealStage
from services.intake.views.appeals import appeal_cases, appeals

__all__ = ["AppealOfPerson", "appeals_of"]

_OPEN: frozenset[str] = frozenset({"filed", "linked"})


class AppealOfPerson(BaseModel):
    """One appeal of a person. `is_open`: it is undecided, or its case is not closed."""

    appeal_no: AppealNo
    subject: SubjectId
    status: AppealStage
    case_no: CaseNo | None
    received_at: str
    is_open: bool


def appeals_of(connection: Connection, subjects: Collection[SubjectId]) -> list[AppealOfPerson]:
    """Give the appeals of some records in order of their numbers."""
    query = (
        select(appeals, appeal_cases.c.case_status)
        .join(appeal_cases, appeals.c.case_no == appeal_cases.c.case_no, isouter=True)
        .where(appeals.c.subject.in_(subjects))
        .order_by(appeals.c.appeal_no)
    )
    return [_item(row) for row in connection.execute(query)]


def _item(row: Row[Any]) -> AppealOfPerson:
    under_way = row.status in _OPEN and row.case_status != "closed"
    return AppealOfPerson(
        appeal_no=row.appeal_no,
        subject=row.subject,
        status=row.status,
        case_no=row.case_no,
        received_at=row.received_at,
        is_open=row.status == "received" or under_way,
    )
