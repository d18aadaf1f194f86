"""Persons without name and phone, as those see them who look up, correct and erase."""

from collections.abc import Callable, Collection
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, Row, select

from contracts.events.intake import ErasureChoice
from contracts.ids import AppealNo, CaseNo, SubjectId, subject_stream
from contracts.instant import format_instant
from services.intake.domain.appeal.state import AppealStage
from services.intake.domain.subject.policies import SubjectUnknown
from services.intake.domain.subject.state import Known, NoSubject, SubjectState
from services.intake.persons import everyone
from services.intake.views.appeals import appeal_cases, appeals

__all__ = ["AppealOfPerson", "Person", "appeals_of", "person_of"]

_OPEN: frozenset[str] = frozenset({"filed", "linked"})


class AppealOfPerson(BaseModel):
    """One appeal of a person. `is_open`: it is undecided, or its case is not closed."""

    appeal_no: AppealNo
    subject: SubjectId
    status: AppealStage
    case_no: CaseNo | None
    received_at: str
    is_open: bool


class OpenRequest(BaseModel):
    """A request for erasure that is not decided; its reason is read for itself."""

    covers: tuple[SubjectId, ...]
    ground: Literal["request", "retention"]
    choices: tuple[ErasureChoice, ...]
    requested_by: str
    requested_at: str


class Person(BaseModel):
    """What may be told of a record without name and phone."""

    subject: SubjectId
    stage: Literal["known", "erased"]
    records: tuple[SubjectId, ...]
    """All records of the same person, this one first."""
    is_held: bool
    erasure: OpenRequest | None
    appeals: list[AppealOfPerson]
    """Of this record alone."""


def person_of(
    connection: Connection, state_of: Callable[[str], SubjectState], subject: SubjectId
) -> Person:
    """Give what may be told of a record. Raises: SubjectUnknown."""
    state = state_of(subject_stream(subject))
    if isinstance(state, NoSubject):
        raise SubjectUnknown(subject=subject)
    return Person(
        subject=subject,
        stage=state.stage,
        records=everyone(state_of, subject),
        is_held=isinstance(state, Known) and state.is_held,
        erasure=_open_request(state),
        appeals=appeals_of(connection, [subject]),
    )


def _open_request(state: SubjectState) -> OpenRequest | None:
    request = state.request if isinstance(state, Known) else None
    if request is None:
        return None
    return OpenRequest(
        covers=request.covers,
        ground=request.ground,
        choices=request.choices,
        requested_by=request.requested_by,
        requested_at=format_instant(request.requested_at),
    )


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
